"""Filters that live in the address: each is a chip that opens a list of links, or, once set, a chip that clears."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from wenming.kernel.ui import query


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str | Promise
    url: str
    is_on: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """`chosen` is the label of the value in the address, or "" while the filter is open. With an `options_url` the choices
    are asked for there, when somebody opens the chip.
    """

    param: str
    label: str | Promise
    choices: tuple[Choice, ...]
    chosen: str | Promise
    clear_url: str
    options_url: str = ""


def chip(
    current: QueryDict,
    *,
    param: str,
    label: str | Promise,
    options: Iterable[tuple[str, str | Promise]],
) -> Chip:
    """One filter for `kernel/_chips.html`. `options` are (value, label) pairs.

    A value in the address that is none of the options is still shown, as itself, so that it can be cleared.
    """
    value = current.get(param, "")
    choices = tuple(Choice(each, text, query.changed(current, {param: each}), each == value) for each, text in options)
    chosen: str | Promise = value
    for choice in choices:
        if choice.is_on:
            chosen = choice.label
    return Chip(param, label, choices, chosen, query.changed(current, {param: None}))
