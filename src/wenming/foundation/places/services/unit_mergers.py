"""What a merger of units changes in the register of points: who answers for those in use."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.errors import MergerOvertaken
from wenming.foundation.people.models import UnitMerger
from wenming.foundation.people.services import Mover, register_mover
from wenming.foundation.places.models import Point
from wenming.foundation.places.services.points import WRITE_ROWS, remember, snapshot
from wenming.kernel.actors import Actor

KEY: Final = "places.points"
TERRITORY, DEPARTMENT = "places.points_territory", "places.points_department"
LABEL: Final = _("点位")
SIDES: Final = ("territory_id", "department_id")


def _count(unit_id: int) -> dict[str, int]:
    found: dict[str, int] = Point.objects.filter(is_active=True).aggregate(
        territory=Count("pk", filter=Q(territory=unit_id)), department=Count("pk", filter=Q(department=unit_id))
    )
    return {TERRITORY: found["territory"], DEPARTMENT: found["department"]}


def _move(merger: UnitMerger, by: Actor) -> list[list[Any]]:
    """What moved: the point, its version afterwards, and which sides changed."""
    mine = Q(territory=merger.absorbed_id) | Q(department=merger.absorbed_id)
    points = list(Point.objects.select_for_update().filter(mine, is_active=True).order_by("pk"))
    sides = [[side for side in SIDES if getattr(point, side) == merger.absorbed_id] for point in points]
    _put(zip(points, sides, strict=True), merger.into_id, by)
    return [[point.pk, point.version, changed] for point, changed in zip(points, sides, strict=True)]


def _undo(merger: UnitMerger, moved: Any, by: Actor) -> None:
    points = {
        point.pk: point
        for point in Point.objects.select_for_update().filter(pk__in=[row[0] for row in moved]).order_by("pk")
    }
    changed = sum(1 for pk, version, _sides in moved if pk not in points or points[pk].version != version)
    if changed:
        raise MergerOvertaken(what=LABEL, count=changed)
    _put([(points[pk], sides) for pk, _version, sides in moved], merger.absorbed_id, by)


def _put(changed: Iterable[tuple[Point, list[str]]], unit_id: int, by: Actor) -> None:
    told = []
    for point, sides in changed:
        before = snapshot(point)
        for side in sides:
            setattr(point, side, unit_id)
        point.version += 1
        told.append((point, before))
    Point.objects.bulk_update([p for p, _before in told], ["territory", "department", "version"], batch_size=WRITE_ROWS)
    remember(told, action="places.change_point", by=by)


def register() -> None:
    register_mover(
        Mover(
            key=KEY,
            order=10,
            labels={TERRITORY: _("点位（属地）"), DEPARTMENT: _("点位（主管）")},
            count=_count,
            move=_move,
            undo=_undo,
        )
    )
