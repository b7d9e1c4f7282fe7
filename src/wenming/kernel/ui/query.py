"""Addresses that keep the filters of the page they stand on."""

from collections.abc import Iterable

from django.http import QueryDict

PAGE_PARAMETERS = ("cursor",)
WHOLE_DIGITS_MAX = 8


def changed(query: QueryDict, changes: dict[str, object]) -> str:
    """`query` with some parameters set, or taken away where the value is None or "": "?state=open&unit=3".

    Any change but a move between pages goes back to the first page. An empty query is "?", which clears it.
    """
    copy = query.copy()
    for name, value in changes.items():
        if value is None or value == "":
            copy.pop(name, None)
        elif isinstance(value, (list, tuple, set)):
            copy.setlist(name, [str(each) for each in value])
        else:
            copy[name] = str(value)
    if not set(changes) & set(PAGE_PARAMETERS):
        _drop(copy, PAGE_PARAMETERS)
    return f"?{copy.urlencode()}"


def whole_number(text: str | None) -> int:
    """What a hidden field of ours carries; 0 for anything that it cannot."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= WHOLE_DIGITS_MAX else 0


def _drop(query: QueryDict, names: Iterable[str]) -> None:
    for name in names:
        query.pop(name, None)
