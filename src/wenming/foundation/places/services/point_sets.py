"""Many points at once, and taking changes back. The history of each point stays whole: what is taken back is a new state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from wenming.foundation.places.errors import PointOutOfReach, TooManyPoints
from wenming.foundation.places.models import Point, PointChange
from wenming.foundation.places.services.points import WRITE_ROWS, remember, snapshot
from wenming.kernel.actors import Actor
from wenming.kernel.regions import COLUMNS
from wenming.kernel.scopes import Scope

POINTS_MAX: Final = 500
_PLAIN: Final = ("name", "type_key", "address", "lat", "lon", "territory_id", "department_id", "is_active")
_WRITTEN: Final = (
    *("name", "type_key", "address", "lat", "lon", "territory", "department", "is_active", "version"),
    *(*COLUMNS.values(), "region_edition"),
)


@dataclass(frozen=True, slots=True)
class PointChanges:
    """What is set on all of them; None leaves what each has."""

    type_key: str | None = None
    department_id: int | None = None
    is_active: bool | None = None

    def values(self) -> dict[str, Any]:
        named = {"type_key": self.type_key, "department_id": self.department_id, "is_active": self.is_active}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Restored:
    """`skipped` are those that somebody has changed since."""

    points: list[Point]
    skipped: list[Point]


def change_points(point_ids: Sequence[int], changes: PointChanges, *, by: Actor) -> list[Point]:
    """Those that are another afterwards, in a fixed number of statements; all or none. Raises TooManyPoints."""
    values = changes.values()
    with transaction.atomic():
        changed = []
        for point in _locked(point_ids):
            before = snapshot(point)
            for name, value in values.items():
                setattr(point, name, value)
            if snapshot(point) != before:
                changed.append((point, before))
        return _write(changed, action="places.change_point", by=by)


def restore_points(wanted: Mapping[int, tuple[int, int]], *, within: Scope, by: Actor) -> Restored:
    """`wanted` holds by point the version that the person saw and the one to go back to.

    A point that has changed since is left and told. Raises TooManyPoints, and PointOutOfReach for a point that would
    lie outside `within`.
    """
    with transaction.atomic():
        former = {
            (row.point_id, row.version): row.after
            for row in PointChange.objects.filter(
                point__in=list(wanted), version__in={number for _seen, number in wanted.values()}
            )
        }
        changed, skipped = [], []
        for point in _locked(list(wanted)):
            seen, number = wanted[point.pk]
            state = former.get((point.pk, number))
            if point.version != seen or state is None:
                skipped.append(point)
                continue
            before = snapshot(point)
            for name in _PLAIN:
                setattr(point, name, state[name])
            point.set_region(state["region_code"], edition=state["region_edition"])
            if not within.covers(point):
                raise PointOutOfReach
            if snapshot(point) != before:
                changed.append((point, before))
        return Restored(_write(changed, action="places.restore_point", by=by), skipped)


def _locked(point_ids: Sequence[int]) -> list[Point]:
    if len(point_ids) > POINTS_MAX:
        raise TooManyPoints(most=POINTS_MAX)
    return list(Point.objects.select_for_update().filter(pk__in=point_ids).order_by("pk"))


def _write(changed: list[tuple[Point, dict[str, Any]]], *, action: str, by: Actor) -> list[Point]:
    for point, _before in changed:
        point.version += 1
    points = [point for point, _before in changed]
    if points:
        Point.objects.bulk_update(points, _WRITTEN, batch_size=WRITE_ROWS)
        remember(changed, action=action, by=by)
    return points
