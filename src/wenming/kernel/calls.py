"""What the operations of the API have in common: how they refuse, and how they hand out many rows."""

from collections.abc import Iterable
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import ConfigDict, Field

from wenming.kernel.errors import DomainError, Invalid
from wenming.kernel.paging import Page

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
KEY_CHARS_MAX: Final = 40


class Body(Schema):
    """What a caller sends: a word that we do not know is a mistake, not a wish to be ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=4000)


class Refusal(Schema):
    """Every answer that is not a 2xx. `code` is stable; `message` says what to do, in the caller's language."""

    code: str
    message: str
    fields: dict[str, str] = Field(default_factory=dict, description="what is wrong with which input")
    current: dict[str, Any] | None = Field(None, description="with 409: the thing as it stands now")
    request_id: str = ""


REFUSALS: Final[dict[Any, Any]] = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 413: Refusal, 422: Refusal, 429: Refusal, 500: Refusal, 503: Refusal}  # fmt: skip


class IdempotencyKeyUnusable(Invalid):
    code = "api.idempotency_key_unusable"
    message = _("Idempotency-Key 最多 {most} 个可见的 ASCII 字符。")


def answer(document: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(document, default=str), status=status, content_type="application/json")


def refusal(request: HttpRequest, error: DomainError, *, current: Any = None) -> HttpResponse:
    document = {"fields": {}, **error.as_dict(), "current": current}
    document["request_id"] = getattr(request, "request_id", "")
    response = answer(document, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def page_document(page: Page[Any], rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"items": list(rows), "next": page.next_cursor, "previous": page.previous_cursor}


def idempotency_key(request: HttpRequest) -> str:
    """The caller's key, or "". Raises IdempotencyKeyUnusable."""
    text = request.headers.get(IDEMPOTENCY_KEY, "").strip()
    if len(text) > KEY_CHARS_MAX or not text.isascii() or not text.isprintable():
        raise IdempotencyKeyUnusable(most=KEY_CHARS_MAX)
    return text
