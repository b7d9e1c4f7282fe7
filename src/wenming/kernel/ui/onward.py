"""What can be done elsewhere with rows that were chosen in a list: a higher app registers its door, no list names it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Onward:
    """A button that posts the chosen rows of the list `source` to `url_name`, with kind=`kind`."""

    source: str
    kind: str
    label: str | Promise
    url_name: str
    is_visible: Callable[[HttpRequest], bool]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_registered: dict[tuple[str, str, str], Onward] = {}


def register(door: Onward) -> None:
    _registered[door.source, door.url_name, door.kind] = door


def doors_of(source: str, request: HttpRequest) -> list[Onward]:
    return [door for door in _registered.values() if door.source == source and door.is_visible(request)]
