"""What a merger of units changes in standards: the links of what names a lead, and the assignments in force.

The text of a version is not touched, as when leads are linked: it goes on naming the unit as it was called.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from wenming.foundation.people.errors import MergerOvertaken
from wenming.foundation.people.models import UnitMerger
from wenming.foundation.people.services import Mover, register_mover
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.standards.models import Criterion, FieldRule, ProblemType, Responsibility
from wenming.programmes.standards.services.plans import WRITE_ROWS
from wenming.programmes.standards.services.responsibility import REASON_CHARACTERS_MAX

KEY: Final = "standards.duties"
TYPES, CRITERIA, RULES, ASSIGNED = "standards.types", "standards.criteria", "standards.rules", "standards.assigned"
LABELS: Final = {
    TYPES: gettext_lazy("问题类型（各版本）"),
    CRITERIA: gettext_lazy("测评指标（各版本）"),
    RULES: gettext_lazy("实地标准（各版本）"),
    ASSIGNED: gettext_lazy("点位上指定的责任单位"),
}


def _led(code: str) -> QuerySet[Any]:
    rows: dict[str, QuerySet[Any]] = {
        TYPES: ProblemType.objects.all(),
        CRITERIA: Criterion.objects.all(),
        RULES: FieldRule.objects.all(),
    }
    return rows[code]


def _assigned(unit_id: int) -> QuerySet[Responsibility]:
    mine = Q(territory=unit_id) | Q(department=unit_id)
    return Responsibility.objects.filter(mine, valid_until_at__isnull=True)


def _count(unit_id: int) -> dict[str, int]:
    counts = {code: _led(code).filter(lead=unit_id).count() for code in (TYPES, CRITERIA, RULES)}
    return counts | {ASSIGNED: _assigned(unit_id).count()}


def _move(merger: UnitMerger, by: Actor) -> dict[str, list[Any]]:
    moved: dict[str, list[Any]] = {}
    for code in (TYPES, CRITERIA, RULES):
        mine = _led(code).filter(lead=merger.absorbed_id)
        moved[code] = list(mine.order_by("pk").values_list("pk", flat=True))
        mine.update(lead=merger.into_id)
    reason = gettext("“{name}”并入“{into}”").format(name=merger.absorbed.name, into=merger.into.name)
    rows = list(_assigned(merger.absorbed_id).select_for_update().order_by("pk"))
    sides = [(_heir(row.territory_id, merger), _heir(row.department_id, merger)) for row in rows]
    made = _reopen(rows, sides, reason, by)
    moved[ASSIGNED] = [[row.pk, old.territory_id, old.department_id] for row, old in zip(made, rows, strict=True)]
    return moved


def _undo(merger: UnitMerger, moved: Any, by: Actor) -> None:
    for code in (TYPES, CRITERIA, RULES):
        back = _led(code).filter(pk__in=moved[code], lead=merger.into_id)
        _require_all(len(moved[code]) - back.update(lead=merger.absorbed_id), code)
    former = {pk: (territory_id, department_id) for pk, territory_id, department_id in moved[ASSIGNED]}
    in_force = Responsibility.objects.filter(pk__in=former, valid_until_at__isnull=True)
    rows = list(in_force.select_for_update().order_by("pk"))
    _require_all(len(former) - len(rows), ASSIGNED)
    reason = gettext("撤销“{name}”并入“{into}”").format(name=merger.absorbed.name, into=merger.into.name)
    _reopen(rows, [former[row.pk] for row in rows], reason, by)


def _require_all(lost: int, code: str) -> None:
    if lost:
        raise MergerOvertaken(what=LABELS[code], count=lost)


def _heir(unit_id: int | None, merger: UnitMerger) -> int | None:
    return merger.into_id if unit_id == merger.absorbed_id else unit_id


def _reopen(
    rows: list[Responsibility], sides: list[tuple[int | None, int | None]], reason: str, by: Actor
) -> list[Responsibility]:
    """Ends these rows and puts new ones with other units in force, in the same order."""
    now = clock.now()
    Responsibility.objects.filter(pk__in=[row.pk for row in rows]).update(valid_until_at=now)
    return Responsibility.objects.bulk_create(
        [
            Responsibility(
                criterion_id=row.criterion_id,
                point_id=row.point_id,
                territory_id=territory_id,
                department_id=department_id,
                reason=reason[:REASON_CHARACTERS_MAX],
                valid_from_at=now,
                actor_kind=by.kind,
                actor_id=by.id,
            )
            for row, (territory_id, department_id) in zip(rows, sides, strict=True)
        ],
        batch_size=WRITE_ROWS,
    )


def register() -> None:
    register_mover(Mover(key=KEY, order=20, labels=LABELS, count=_count, move=_move, undo=_undo))
