"""Pages that belong to no app: refusals, health, and the language switch."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wenming.config import health
from wenming.kernel.errors import DomainError, NotFound, NotSignedIn, Refused

LANGUAGE_COOKIE_SECONDS = 365 * 86400


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page, the toast for an htmx request, or the JSON document of a refusal."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(error.as_dict(), status=error.status, headers=error.headers)
    is_fragment = request.headers.get("HX-Request") == "true"
    if isinstance(error, NotSignedIn) and request.method == "GET" and not is_fragment:
        return redirect_to_login(request.get_full_path())
    template = "kernel/error_toast.html" if is_fragment else "kernel/error.html"
    context = {
        "status": error.status,
        "error": error,
        "message": str(error),
        "code": error.code,
        "request_id": getattr(request, "request_id", ""),
    }
    response = render(request, template, context, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return domain_error(request, Refused(_("页面打开太久了。请返回上一页，刷新后再提交；已填的内容请先复制。")))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return domain_error(request, DomainError())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return domain_error(request, Refused())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return domain_error(request, NotFound())


class Unavailable(DomainError):
    code = "config.unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _lazy("数据库暂时没有应答，这一步没有保存。请过一两分钟再试；已填的内容请先复制。")


class Failed(DomainError):
    code = "server_error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = _lazy("这一步没有完成，不是您的问题。已经记下来了；请过一会儿再试，或者把下面的编号告诉管理员。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled: a database that is away is told from a fault of ours."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return domain_error(request, Unavailable() if is_away else Failed())


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive", "version": settings.VERSION})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 while the database answers and fits this version, 503 otherwise; says nothing about why to strangers."""
    try:
        is_ready = not health.is_behind()
    except DatabaseError:
        is_ready = False
    if is_ready:
        return JsonResponse({"status": "ready"})
    return JsonResponse({"status": "waiting"}, status=HTTPStatus.SERVICE_UNAVAILABLE)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=LANGUAGE_COOKIE_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(settings.LOGIN_REDIRECT_URL)
