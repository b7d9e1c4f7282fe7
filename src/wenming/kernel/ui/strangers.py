"""What the pages for people without an account have in common: no cookie, nothing kept, the language in the address."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

# No form of these pages needs the token, and so none of them leaves a cookie.
NO_COOKIE: Final = {"csrf_token": ""}
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    # The address is the key: it must not reach search engines, nor any host that a link on the page leads to.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def language_of(request: HttpRequest) -> str:
    """What the address asks for, else what the rest of the site speaks to this browser."""
    asked = request.GET.get("language", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return translation.get_language() or settings.LANGUAGE_CODE


def tail_of(request: HttpRequest, **more: str) -> str:
    """The language travels in the address, since there may be no cookie."""
    asked = request.GET.get("language", "")
    query = {"language": asked} if asked in dict(settings.LANGUAGES) else {}
    query |= more
    return f"?{urlencode(query)}" if query else ""


def languages(request: HttpRequest) -> list[tuple[str, str]]:
    """Each language with what the address of this page ends in to be read in it."""
    return [(code, tail_of(request, language=code)) for code, _name in settings.LANGUAGES]
