"""Taking a file in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction

from wenming.outputs.exchange import kinds
from wenming.outputs.exchange.errors import FileMissing, MappingNotUsed, UnknownKind
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.results import Result

MAPPED_KINDS = frozenset({"requests", "messages"})
BATCHED_KINDS = frozenset({"points", "problems"})
"""Whose takers write within `Source.batch`."""


def take_in(kind: str, source: Source) -> Result:
    """What became of each row. What was right is committed, batch by batch; repeating it changes nothing.

    Raises UnknownKind, FileMissing, MappingNotUsed, and what the kind itself refuses about the whole file.
    """
    taker = kinds.taker_of(kind)
    if taker is None:
        raise UnknownKind(kind=kind, known="、".join(kinds.known()))
    if not source.path.is_file():
        raise FileMissing(path=source.path)
    if source.mapping is not None and not source.mapping.is_file():
        raise FileMissing(path=source.mapping)
    if source.mapping is not None and kind not in MAPPED_KINDS:
        raise MappingNotUsed(kind=kind)
    return taker(source)


def try_in(kind: str, source: Source) -> Result:
    """What `take_in` would answer, with nothing written. Raises the same.

    Large kinds are tried batch by batch, so that others can write in between; a row that repeats one of an earlier batch
    is then told as new.
    """
    if kind in BATCHED_KINDS:
        return take_in(kind, replace(source, batch=_taken_back))
    with _taken_back():
        return take_in(kind, source)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
