"""What happens around every request: its language, its address for the audit, and refusals as pages."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from wenming.config import observing, views
from wenming.engines.loop import wording
from wenming.foundation.audit import context
from wenming.kernel.errors import DomainError, Invalid

Handler = Callable[[HttpRequest], HttpResponse]


class RequestTooLarge(DomainError):
    code = "config.request_too_large"
    status = 413
    message = _("一次提交的内容太大，没有收下。请少选几张照片或几个文件，分几次提交。")


def language(get_response: Handler) -> Handler:
    """Chinese unless this person asked for another language, whatever the browser was shipped with."""
    known = {code for code, _name in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = wanted if wanted in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def words(get_response: Handler) -> Handler:
    """The office's own words for states and actions, as somebody else may just have set them.

    Whoever asks whether the server lives gets an answer without a database.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(observing.QUIET):
            wording.refresh_if_old()
        return get_response(request)

    return middleware


def request_context(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        with context.from_address(_address(request)):
            return get_response(request)

    return middleware


def _address(request: HttpRequest) -> str:
    """The peer, or whom our own proxies name; what anybody else says about himself is not believed."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if not _is_proxy(peer):
        request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return peer
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        try:
            peer = str(ip_address(hop.strip()))
        except ValueError:
            return peer
        if not _is_proxy(peer):
            return peer
    return peer


def _is_proxy(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.TRUSTED_PROXIES)


def bounds(get_response: Handler) -> Handler:
    """Refuses, before anything of it is stored, what no form of ours sends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.REQUEST_BYTES_MAX:
            return views.domain_error(request, RequestTooLarge())
        if "\0" in unquote(request.META.get("QUERY_STRING", "")):
            return views.domain_error(request, Invalid())
        return get_response(request)

    return middleware


class DomainErrors:
    """A DomainError that a view did not answer itself becomes a page with its status and its message."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return views.domain_error(request, error) if isinstance(error, DomainError) else None


domain_errors = DomainErrors
