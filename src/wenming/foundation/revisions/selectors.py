"""Reading what holds, what held before, and what changed between the two."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from wenming.foundation.revisions.models import Revision
from wenming.kernel.kept import Kept

BODIES_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose value is another; None where one side has no such field. `path` joins nested names by dots."""

    path: str
    before: Any
    after: Any


def current(kind: str, key: str) -> Revision | None:
    return history(kind, key).first()


def currents(kind: str, keys: Collection[str]) -> dict[str, Revision]:
    """The newest revision by key, in one statement; a key without one is not in it."""
    same = Revision.objects.filter(kind=OuterRef("kind"), key=OuterRef("key")).order_by("-number")
    rows = Revision.objects.filter(kind=kind, key__in=keys, number=Subquery(same.values("number")[:1]))
    return {row.key: row for row in rows}


def history(kind: str, key: str) -> QuerySet[Revision]:
    """The newest first."""
    return Revision.objects.filter(kind=kind, key=key).order_by("-number")


_NEWEST: Final = Kept(lambda kind, key: history(kind, key)[:1], ("public_id",), (str, str))


def body(kind: str, key: str) -> Any:
    """What holds now, or None. One small statement; the body itself is read once by each process and shared between
    its callers, who must not change it.
    """
    newest = _NEWEST.first(kind, key)
    return None if newest is None else _body(newest["public_id"])


def diff(before: Any, after: Any) -> list[Difference]:
    """Field by field, by path; a list is one value."""
    old, new = _flat(before), _flat(after)
    paths = sorted(old.keys() | new.keys())
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


@lru_cache(maxsize=BODIES_KEPT)
def _body(public_id: UUID) -> Any:
    """A revision never changes, so what was read once holds for good."""
    return Revision.objects.values_list("body", flat=True).get(public_id=public_id)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {} if value is None else {path: value}
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        flat |= _flat(inner, f"{path}.{name}" if path else str(name))
    return flat
