"""Signing in, in one step or two, and out; and choosing under which grant to work."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.audit import services as audit
from wenming.foundation.people import selectors, services
from wenming.foundation.people.errors import NoGrant
from wenming.foundation.people.forms import CodeForm, SignInForm
from wenming.foundation.people.middleware import FACTOR_KEY, GRANT_KEY
from wenming.foundation.people.models import User
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import DomainError, NotSignedIn


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    status, headers = 200, {}
    if request.method == "POST" and form.is_valid():
        try:
            user = services.sign_in(**form.cleaned_data)
            if selectors.acting_of(user.pk) is None:
                raise NoGrant
        except DomainError as error:
            form.add_error(None, str(error))
            status, headers = error.status, error.headers
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            # Whoever signs in again shows the second factor again.
            request.session.pop(FACTOR_KEY, None)
            if user.has_second_factor:
                return redirect(f"{reverse('people:sign_in_code')}?{urlencode({'next': _next(request)})}")
            return redirect(_next(request))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "minutes": settings.STAFF_IDLE_MINUTES,
    }
    response = render(request, "people/sign_in.html", context, status=status)
    return _with(response, headers)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step, for whoever has shown the password."""
    user = request.user
    if not isinstance(user, User) or not user.has_second_factor:
        return redirect("people:sign_in")
    form, error, status = CodeForm(request.POST or None), None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.pass_factor(user, code=form.cleaned_data["code"])
        except DomainError as refusal:
            # A code that was typed holds no longer by the time it is corrected.
            form, error, status = CodeForm(), refusal, refusal.status
        else:
            request.session.cycle_key()
            request.session[FACTOR_KEY] = True
            return redirect(_next(request))
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "error": error, "next": wanted, "person": user}
    response = render(request, "people/sign_in_code.html", context, status=status)
    return _with(response, error.headers if error else {})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actor = Actor(ActorKind.USER, str(request.user.pk))
        audit.record(by=actor, action="people.sign_out", kind="user", key=request.user.pk)
    logout(request)
    return redirect("people:sign_in")


@require_POST
def switch_grant(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotSignedIn
    wanted = request.POST.get("grant", "")
    if (
        wanted.isascii()
        and wanted.isdecimal()
        and len(wanted) < 19
        and selectors.open_grants(request.user.pk).filter(pk=int(wanted)).exists()
    ):
        request.session[GRANT_KEY] = int(wanted)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _with(response: HttpResponse, headers: Mapping[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response[name] = value
    return response


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)
