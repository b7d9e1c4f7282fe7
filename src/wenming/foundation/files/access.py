"""Who may see what is published. Files knows nothing of what a photo belongs to, so those who do say so here."""

import hmac
from collections.abc import Callable
from typing import Final

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock

Checker = Callable[[HttpRequest, StoredFile], bool]

SIGNED_SECONDS: Final = 3600
SECOND_US: Final = 1_000_000
_signer = signing.Signer(salt="wenming.files.published")
_checkers: dict[str, Checker] = {}


def register(kind: str, checker: Checker) -> None:
    """From an `AppConfig.ready`: `kind` names the caller's photos ("problems"); any checker that says yes opens.

    A checker must be cheap (one indexed query) and sure: it answers for strangers too.
    """
    if _checkers.get(kind, checker) is not checker:
        raise ValueError(f"access to {kind!r} is already decided elsewhere")
    _checkers[kind] = checker


def may_see(request: HttpRequest, file: StoredFile) -> bool:
    """Staff see published photos; others with a signed address, or where a programme says so. No documents here."""
    if not file.is_photo:
        return False
    if getattr(request, "acting", None) is not None:
        return True
    if is_signed(file, until=request.GET.get("until", ""), key=request.GET.get("key", "")):
        return True
    return any(checker(request, file) for checker in _checkers.values())


def signed_url(file: StoredFile, *, size: str = "", seconds: int = SIGNED_SECONDS) -> str:
    """An address that opens this photo, in any size, for anybody who has it, for between one and two times `seconds`.

    The end is rounded up, so that a page that is loaded again asks for the same address and the browser keeps it.
    """
    now = clock.to_us(clock.now()) // SECOND_US
    until = (now // seconds + 2) * seconds
    query = f"until={until}&key={_key(file, until)}" + (f"&size={size}" if size else "")
    return f"{published_url(file)}?{query}"


def published_url(file: StoredFile, *, size: str = "") -> str:
    """The address for those who may see it by themselves."""
    return reverse("files:published", args=[file.public_id]) + (f"?size={size}" if size else "")


def is_signed(file: StoredFile, *, until: str, key: str) -> bool:
    if not (until.isascii() and until.isdecimal() and len(until) <= 12 and key.isascii()):
        return False
    is_open = int(until) * SECOND_US > clock.to_us(clock.now())
    return is_open and hmac.compare_digest(key, _key(file, int(until)))


def _key(file: StoredFile, until: int) -> str:
    return _signer.signature(f"{file.public_id}:{until}")
