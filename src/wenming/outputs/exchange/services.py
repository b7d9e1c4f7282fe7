"""Taking a file in."""

from django.db import transaction

from wenming.outputs.exchange import kinds
from wenming.outputs.exchange.errors import FileMissing, MappingNotUsed, UnknownKind
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.results import Result

MAPPED_KINDS = frozenset({"requests", "messages"})


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
    """What `take_in` would answer, with nothing written. Raises the same."""
    with transaction.atomic():
        result = take_in(kind, source)
        transaction.set_rollback(True)
    return result
