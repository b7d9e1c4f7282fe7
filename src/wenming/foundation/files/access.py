"""Who may see what is published. Files knows nothing of what a photo belongs to, so those who do say so here."""

import hmac
from collections.abc import Callable
from typing import Final

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.kernel.actors import Actor

Checker = Callable[[HttpRequest, StoredFile], bool]

SIGNED_SECONDS: Final = 3600
SECOND_US: Final = 1_000_000
_signer = signing.Signer(salt="wenming.files.published")
_checkers: dict[FileKind, list[Checker]] = {}


def register(kind: str, checker: Checker) -> None:
    """From an `AppConfig.ready`: `checker` answers for those files of a kind (FileKind) that belong to the caller.

    It says yes to what this request may see and no to all else, also to strangers and to files that it does not know; it
    must be cheap (one indexed query).
    """
    known = _checkers.setdefault(FileKind(kind), [])
    if checker not in known:
        known.append(checker)


def may_see(request: HttpRequest, file: StoredFile) -> bool:
    """Photos only: with a signed address, or one's own, or where a programme says yes.

    Staff see every photo as long as no programme has said whose they are. Documents have a door of their own.
    """
    if not file.is_photo:
        return False
    if is_signed(file, until=request.GET.get("until", ""), key=request.GET.get("key", "")):
        return True
    checkers = _checkers.get(FileKind.PHOTO, [])
    acting = getattr(request, "acting", None)
    if acting is not None and (not checkers or _is_own(acting.actor, file)):
        return True
    return any(checker(request, file) for checker in checkers)


def _is_own(actor: Actor, file: StoredFile) -> bool:
    return (actor.kind, actor.id) == (file.actor_kind, file.actor_id)


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
