"""What happens around every request: its language, its address for the audit, and refusals as pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from wenming.config import views
from wenming.foundation.audit import context
from wenming.kernel.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponse]


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


def request_context(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        with context.from_address(request.META.get("REMOTE_ADDR", "")):
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
