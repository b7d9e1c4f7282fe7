"""The doors of residents: no account, no cookie, nothing kept by the browser and nothing told to others."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wenming.kernel.errors import DomainError
from wenming.kernel.ui import strangers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

HOTLINE: Final = "12345"


def resident(*methods: str) -> Callable[[View[P]], View[P]]:
    """A view for anybody; what refuses it is a page of its own, in the reader's language."""

    def decorate(view: View[P]) -> View[P]:
        # Whoever sends a form here acts by what he types and by no cookie, so that no other page can borrow his rights.
        @csrf_exempt
        @require_http_methods(methods)
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with translation.override(strangers.language_of(request)):
                try:
                    response = view(request, *args, **kwargs)
                except DomainError as error:
                    response = page(request, "residents/refused.html", {"error": error}, status=error.status)
                response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
            for name, value in strangers.HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return cast("View[P]", wrapped)

    return decorate


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    frame = {"languages": strangers.languages(request), "tail": strangers.tail_of(request), "hotline": HOTLINE}
    response = render(request, template, strangers.NO_COOKIE | frame | context, status=status)
    error: DomainError | None = context.get("error")
    for name, value in error.headers.items() if error is not None else ():
        response[name] = value
    return response
