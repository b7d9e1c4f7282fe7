"""What a page shows beside its own matter: a higher app registers who finds it, and the page names none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Beside:
    """One line with a way to it; `is_done` where nothing is left to do there."""

    title: str
    note: str
    url: str
    act: str
    is_done: bool


Finder = Callable[[HttpRequest, Any], list[Beside]]
_registered: dict[str, list[Finder]] = {}


def register(place: str, finder: Finder) -> None:
    """`finder` is asked whenever the page `place` is shown, with what the page is about; few statements, a short list."""
    known = _registered.setdefault(place, [])
    if finder not in known:
        known.append(finder)


def beside(place: str, request: HttpRequest, subject: Any) -> list[Beside]:
    return [line for finder in _registered.get(place, ()) for line in finder(request, subject)]
