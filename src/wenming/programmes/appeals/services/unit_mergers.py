"""What a merger of units changes in appeals: who handles those that a unit has, each told by an event of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy

from wenming.engines.loop.commands import Command
from wenming.foundation.people.errors import MergerOvertaken
from wenming.foundation.people.models import UnitMerger
from wenming.foundation.people.services import Mover, register_mover
from wenming.kernel.actors import Actor
from wenming.programmes.appeals.enums import Action
from wenming.programmes.appeals.flow import UNITS_MERGED, WITH_A_UNIT
from wenming.programmes.appeals.models import Appeal
from wenming.programmes.appeals.services.machine import carry_out

KEY: Final = "appeals.open"
LEAD: Final = "appeals.lead"


def _count(unit_id: int) -> Mapping[str, int]:
    return {LEAD: Appeal.objects.filter(lead=unit_id, state__in=WITH_A_UNIT).count()}


def _move(merger: UnitMerger, by: Actor) -> list[list[int]]:
    """The appeals, each with its version afterwards."""
    rows = Appeal.objects.filter(lead=merger.absorbed_id, state__in=WITH_A_UNIT)
    reason = gettext("{on} “{name}”并入“{into}”").format(
        on=merger.merged_on, name=merger.absorbed.name, into=merger.into.name
    )
    return _hand_over(list(rows.order_by("pk")), merger.into_id, reason, by)


def _undo(merger: UnitMerger, moved: Any, by: Actor) -> None:
    versions = dict(moved)
    appeals = list(Appeal.objects.filter(pk__in=versions).order_by("pk"))
    changed = sum(1 for appeal in appeals if appeal.version != versions[appeal.pk])
    if changed:
        raise MergerOvertaken(what=gettext("未办结诉求"), count=changed)
    reason = gettext("撤销“{name}”并入“{into}”").format(name=merger.absorbed.name, into=merger.into.name)
    _hand_over(appeals, merger.absorbed_id, reason, by)


def _hand_over(appeals: Sequence[Appeal], unit_id: int, reason: str, by: Actor) -> list[list[int]]:
    """All or none: raises what refused one of them."""
    commands = [
        Command(
            item_id=appeal.pk,
            action=Action.HAND_OVER.value,
            reason=reason,
            evidence={"lead": unit_id},
            expected_version=appeal.version,
            changes={"lead_id": unit_id, "department_id": unit_id if appeal.department_id is not None else None},
            known={UNITS_MERGED: True},
        )
        for appeal in appeals
    ]
    return [[outcome.item_id, outcome.result().version] for outcome in carry_out(commands, by=by)]


def register() -> None:
    labels = {LEAD: gettext_lazy("未办结诉求（办理）")}
    register_mover(Mover(key=KEY, order=40, labels=labels, count=_count, move=_move, undo=_undo))
