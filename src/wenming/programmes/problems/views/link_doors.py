"""The door that a reply link opens: no account, no cookie, nothing kept by the browser and nothing told to others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wenming.kernel.errors import DomainError
from wenming.kernel.ui.strangers import HEADERS, NO_COOKIE, language_of
from wenming.programmes.problems import services
from wenming.programmes.problems.models import ReplyLink

# What stands in the address behind the token is handed on by its name.
LinkView = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


def by_link(*methods: str, find: Callable[[str], ReplyLink] = services.open_link) -> Callable[[LinkView], View]:
    """A view for whoever holds the link; what refuses it is a page of its own, in the reader's language."""

    def decorate(view: LinkView) -> View:
        # The right to act lies in the address and in no cookie, so that no other page can borrow it; and browsers that
        # refuse cookies can answer.
        @csrf_exempt
        @require_http_methods(methods)
        @wraps(view)
        def wrapped(request: HttpRequest, token: str, **arguments: Any) -> HttpResponse:
            with translation.override(language_of(request)):
                try:
                    response = view(request, find(token), **arguments)
                except DomainError as error:
                    response = render(
                        request, "problems/link/refused.html", NO_COOKIE | {"error": error}, status=error.status
                    )
                    for name, value in error.headers.items():
                        response[name] = value
                response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
            for name, value in HEADERS.items():
                response[name] = value
            return response

        return wrapped

    return decorate
