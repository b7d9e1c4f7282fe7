"""What stands in a log, and what must not: no name, no telephone number, no text that anybody typed, no key.

A log line says which door was knocked at (its pattern, not its address), how it was answered and how long that took.
An exception is told by its kind and by where it happened; its message often quotes the very row that it choked on, so
that stays out unless WENMING_DEBUG is on. Who did what stands in the audit log, which is guarded.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from django.conf import settings

# The part behind the number is the key to the problem.
_LINK: Final = re.compile(r"(/r/\d+-)[^/\s?]+")
FIELDS: Final = ("route", "method", "status", "ms", "queries", "role", "job", "request_id")
FRAMES_MAX: Final = 30
CHAIN_MAX: Final = 5
UNMATCHED: Final = "unmatched"

Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def route_of(request: Any) -> str:
    """The pattern of the door, with the names of its arguments in the place of their values."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else UNMATCHED


def hide_links(text: str) -> str:
    return _LINK.sub(r"\1***", text)


def message_of(record: logging.LogRecord) -> str:
    """Django's own words about a request quote its address, or the text that it found suspicious."""
    if hasattr(record, "request") and not settings.DEBUG:
        words = str(record.args[0]) if isinstance(record.args, tuple) and record.args else record.name
        return f"{words} {route_of(record.request)}"
    return hide_links(record.getMessage())


def failure_of(info: Failure) -> list[str]:
    """Each exception of the chain, newest first: its kind, then where it was, without a word of its own."""
    lines: list[str] = []
    error: BaseException | None = info[1]
    for _ in range(CHAIN_MAX):
        if error is None:
            break
        kind = type(error)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
        error = error.__cause__ or error.__context__
    return lines


class _Quiet(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        return super().formatException(ei) if settings.DEBUG else "\n".join(failure_of(ei))


class TextLines(_Quiet):
    """For people: one line, then what failed."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        extra = " ".join(f"{name}={value}" for name, value in _extra(record).items())
        lines = [f"{at} {record.levelname} {record.name} {message_of(record)} {extra}".rstrip()]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)


class JSONLines(_Quiet):
    """For machines: one document a line."""

    def format(self, record: logging.LogRecord) -> str:
        document = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            **_extra(record),
        }
        if record.exc_info:
            document["failure"] = self.formatException(record.exc_info).splitlines()
        return json.dumps(document, ensure_ascii=False, default=str)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    """What our own lines carry beside their words."""
    return {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
