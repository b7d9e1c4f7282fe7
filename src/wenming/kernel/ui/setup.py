"""What an office sets up by itself: each app registers its own pages, and one page lists those that a person may open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True, slots=True)
class SetupEntry:
    """`text` says what is set there; `is_visible` is the permission predicate."""

    key: str
    label: Label
    text: Label
    url_name: str
    icon: str
    order: int
    is_visible: Callable[[HttpRequest], bool]


_entries: dict[str, SetupEntry] = {}


def register(entry: SetupEntry) -> None:
    """Raises ValueError for a key that another app took."""
    if _entries.get(entry.key, entry) != entry:
        raise ValueError(f"there is already a page to set up {entry.key!r}")
    _entries[entry.key] = entry


def offered_to(request: HttpRequest) -> list[SetupEntry]:
    """In order."""
    found = sorted(_entries.values(), key=lambda entry: (entry.order, entry.key))
    return [entry for entry in found if entry.is_visible(request)]
