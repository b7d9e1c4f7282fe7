"""The rail: each app registers its own items from `AppConfig.ready`, so that no layer names a higher one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits behind an item. `late` is part of `open`, and is shown in its place when there is any."""

    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class NavEntry:
    """What an app registers.

    `is_visible` is the permission predicate. `counts` is asked once a page and only for who sees the item, so it
    must cost one cheap query at most.
    """

    key: str
    label: Label
    url_name: str
    icon: str
    order: int
    is_visible: Callable[[HttpRequest], bool]
    counts: Callable[[HttpRequest], Counts] | None = None
    group: Label = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    label: Label
    url: str
    icon: str
    count: int
    late_count: int
    is_current: bool
    group: Label = ""


_entries: dict[str, NavEntry] = {}


def register(entry: NavEntry) -> None:
    """Raises ValueError for a key that another app took."""
    if _entries.get(entry.key, entry) != entry:
        raise ValueError(f"the rail already has an item {entry.key!r}")
    _entries[entry.key] = entry


def entries() -> tuple[NavEntry, ...]:
    return tuple(sorted(_entries.values(), key=lambda entry: (entry.order, entry.key)))


class Nav:
    """The items of one request, worked out when a template first walks over them."""

    def __init__(self, request: HttpRequest, offered: tuple[NavEntry, ...]) -> None:
        self.request = request
        self.offered = offered

    def __iter__(self) -> Iterator[NavItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def items(self) -> tuple[NavItem, ...]:
        seen = [(entry, reverse(entry.url_name)) for entry in self.offered if entry.is_visible(self.request)]
        here = _current(self.request.path, [url for _entry, url in seen])
        items = []
        for entry, url in seen:
            counts = entry.counts(self.request) if entry.counts else Counts()
            items.append(NavItem(entry.label, url, entry.icon, counts.open, counts.late, url == here, entry.group))
        return tuple(items)


def build(request: HttpRequest) -> Nav:
    return Nav(request, entries())


def _current(path: str, urls: list[str]) -> str | None:
    """The item that the path lies under; the longest wins, so that /reports/2026/ is not also /."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))]
    return max(under, key=len, default=None)
