"""Who answers for a criterion at one point, where the rules do not say it or say it wrongly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people.models import Unit
from wenming.foundation.places.models import Point
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.standards.errors import NoReason, NothingAssigned, ResponsibilityChanged
from wenming.programmes.standards.models import Criterion, Responsibility
from wenming.programmes.standards.services.plans import WRITE_ROWS

REASON_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit left out follows the rules."""

    criterion: Criterion
    point: Point
    territory: Unit | None
    department: Unit | None


def assign_responsibilities(assignments: Sequence[Assignment], *, reason: str, by: Actor) -> list[Responsibility]:
    """Puts each assignment in force in the place of the one before, which is kept as history. Repeating it changes
    nothing. Raises NoReason, NothingAssigned.
    """
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    if not reason:
        raise NoReason
    if any(each.territory is None and each.department is None for each in assignments):
        raise NothingAssigned
    with transaction.atomic():
        before = _in_force([(each.point.pk, each.criterion.pk) for each in assignments])
        changed = [each for each in assignments if not _is_same(each, before.get(_key(each)))]
        now = clock.now()
        closed = [before[_key(each)].pk for each in changed if _key(each) in before]
        Responsibility.objects.filter(pk__in=closed).update(valid_until_at=now)
        made = Responsibility.objects.bulk_create(
            [
                Responsibility(
                    criterion=each.criterion,
                    point=each.point,
                    territory=each.territory,
                    department=each.department,
                    reason=reason,
                    valid_from_at=now,
                    actor_kind=by.kind,
                    actor_id=by.id,
                )
                for each in changed
            ],
            batch_size=WRITE_ROWS,
        )
        audit.record_all(
            [
                audit.Entry(
                    "standards.assign_responsibility",
                    "point",
                    str(row.point_id),
                    _plain(before.get((row.point_id, row.criterion_id))),
                    _plain(row),
                )
                for row in made
            ],
            by=by,
        )
    return made


def assign_responsibility(
    assignment: Assignment, *, reason: str, by: Actor, seen: int | None = None
) -> Responsibility | None:
    """The new row, or None where it was in force already. `seen` is the row that the decision was made upon, 0 for
    none. Raises NoReason, NothingAssigned, ResponsibilityChanged.
    """
    with transaction.atomic():
        if seen is not None:
            present = _in_force([_key(assignment)]).get(_key(assignment))
            if (present.pk if present else 0) != seen:
                raise ResponsibilityChanged
        made = assign_responsibilities([assignment], reason=reason, by=by)
    return made[0] if made else None


def withdraw_responsibility(*, criterion: Criterion, point: Point, by: Actor) -> None:
    """Back to what the rules say; the history stays."""
    with transaction.atomic():
        before = _in_force([(point.pk, criterion.pk)]).get((point.pk, criterion.pk))
        if before is not None:
            Responsibility.objects.filter(pk=before.pk).update(valid_until_at=clock.now())
            audit.record(
                by=by,
                action="standards.withdraw_responsibility",
                kind="point",
                key=point.pk,
                before=_plain(before),
            )


def _key(assignment: Assignment) -> tuple[int, int]:
    return assignment.point.pk, assignment.criterion.pk


def _in_force(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Responsibility]:
    wanted = set(keys)
    rows = Responsibility.objects.select_for_update().filter(
        valid_until_at__isnull=True,
        point_id__in={point_id for point_id, _criterion_id in wanted},
        criterion_id__in={criterion_id for _point_id, criterion_id in wanted},
    )
    return {(row.point_id, row.criterion_id): row for row in rows if (row.point_id, row.criterion_id) in wanted}


def _is_same(assignment: Assignment, row: Responsibility | None) -> bool:
    wanted = (_pk(assignment.territory), _pk(assignment.department))
    return row is not None and (row.territory_id, row.department_id) == wanted


def _pk(unit: Unit | None) -> int | None:
    return unit.pk if unit else None


def _plain(row: Responsibility | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {
        "criterion_id": row.criterion_id,
        "territory_id": row.territory_id,
        "department_id": row.department_id,
        "reason": row.reason,
    }
