"""Keyset pages: the next page costs the same as the first, and a row that moves is never shown twice or skipped."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Invalid

PAGE_SIZE = 50
PAGE_SIZE_MAX = 100
COUNT_CAP = 1000

Row = TypeVar("Row")


class BadCursor(Invalid):
    code = "page.invalid"
    message = _("这个翻页链接不完整。请回到第一页。")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """A count that stops at a cap: `is_more` says that there are more than `number`."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


def capped_count(queryset: QuerySet[Any], *, cap: int = COUNT_CAP) -> Count:
    number = queryset.order_by()[: cap + 1].count()
    return Count(min(number, cap), number > cap)


def page(
    queryset: QuerySet[Any],
    *,
    order: tuple[str, ...],
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Any]:
    """One page of `queryset` in `order` (names with an optional leading "-"; the last must be unique).

    A null sorts last in either direction. Rows may be model instances or `.values()` dictionaries that carry the
    order's columns. Raises BadCursor for a cursor that this order did not write.
    """
    size = max(1, min(size, PAGE_SIZE_MAX))
    backwards, values = _read(cursor, order) if cursor else (False, None)
    keys = [
        _Key(name.lstrip("-"), name.startswith("-") != backwards, _is_nullable(queryset, name.lstrip("-")))
        for name in order
    ]
    if values is not None:
        queryset = queryset.filter(_after(keys, values, nulls_last=not backwards))
    ordering = [_ordering(key, backwards=backwards) for key in keys]
    rows = list(queryset.order_by(*ordering)[: size + 1])
    is_more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (backwards or is_more)
    has_previous = bool(rows) and (is_more if backwards else values is not None)
    return Page(
        rows,
        _write(rows[-1], order, mark="n") if has_next else None,
        _write(rows[0], order, mark="p") if has_previous else None,
    )


class _Key(NamedTuple):
    name: str
    is_down: bool
    is_nullable: bool


def _ordering(key: _Key, *, backwards: bool) -> OrderBy:
    """Where nulls go is said of columns that have them alone: an index is of no use to an order that says it otherwise."""
    column = F(key.name)
    if not key.is_nullable:
        return column.desc() if key.is_down else column.asc()
    nulls: dict[str, bool | None] = {"nulls_first": True} if backwards else {"nulls_last": True}
    return column.desc(**nulls) if key.is_down else column.asc(**nulls)


def _after(keys: Sequence[_Key], values: Sequence[Any], *, nulls_last: bool) -> Q:
    """Rows strictly behind `values`: equal on the first i keys and behind on the next."""
    options: list[Q] = []
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        behind = Q(**{f"{key.name}__{'lt' if key.is_down else 'gt'}": value}) if value is not None else Q()
        if value is None:
            step = Q(**{f"{key.name}__isnull": False}) if not nulls_last else None
            same = Q(**{f"{key.name}__isnull": True})
        else:
            step = behind | Q(**{f"{key.name}__isnull": True}) if nulls_last and key.is_nullable else behind
            same = Q(**{key.name: value})
        if step is not None:
            options.append(equal & step)
        equal = equal & same
    return _bound(keys[0], values[0]) & reduce(or_, options, Q(pk__in=()))


def _bound(first: _Key, value: Any) -> Q:
    """Says again, in a form that an index understands, where the page begins."""
    if first.is_nullable or value is None:
        return Q()
    return Q(**{f"{first.name}__{'lte' if first.is_down else 'gte'}": value})


def _is_nullable(queryset: QuerySet[Any], name: str) -> bool:
    """False for a column of the model itself that is never null; what is joined or computed may always be."""
    if name == "pk":
        return False
    try:
        field = queryset.model._meta.get_field(name)  # noqa: SLF001 - documented by Django under this name
    except FieldDoesNotExist:
        return True
    return bool(getattr(field, "null", True))


def _value(row: Any, name: str) -> Any:
    value = row[name] if isinstance(row, dict) else getattr(row, name)
    return value.pk if isinstance(value, Model) else value


def _write(row: Any, order: tuple[str, ...], *, mark: str) -> str:
    values = []
    for name in order:
        value = _value(row, name.lstrip("-"))
        values.append({"t": value.isoformat()} if isinstance(value, datetime) else value)
    text = json.dumps([mark, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str, order: tuple[str, ...]) -> tuple[bool, list[Any]]:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        mark, *values = json.loads(base64.urlsafe_b64decode(padded))
        if mark not in ("n", "p") or len(values) != len(order):
            raise BadCursor
        return mark == "p", [_unpack(value) for value in values]
    except (ValueError, TypeError, KeyError, binascii.Error, UnicodeError) as error:
        raise BadCursor from error


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        at = datetime.fromisoformat(value["t"])
        if at.tzinfo is None:
            raise ValueError("a time without a zone")
        return at
    if value is not None and not isinstance(value, (int, str)):
        raise TypeError("not a key")
    return value
