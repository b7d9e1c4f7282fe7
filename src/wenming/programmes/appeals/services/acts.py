"""What people do with appeals: each verb asked for many at once, allowed or refused one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import DEPARTMENTS, TERRITORIES
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError
from wenming.programmes.appeals import notes, rules
from wenming.programmes.appeals.enums import Action, ClosedAs, SaidBy
from wenming.programmes.appeals.errors import (
    AppealNotFound,
    NobodySaid,
    NobodyToAssignTo,
    NotYourAppeal,
    TextMissing,
    TooManyAtOnce,
    WrongUnit,
)
from wenming.programmes.appeals.models import ANSWER_CHARS_MAX, TEXT_CHARS_MAX, Appeal
from wenming.programmes.appeals.selectors import visible_to
from wenming.programmes.appeals.services.machine import carry_out
from wenming.programmes.appeals.services.words import clean

ASKS_MAX: Final = 500
UNSAID: Final = {"solved_at": None, "said_by": "", "confirmed_by": "", "confirmed_unit_id": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One act on one appeal. What an action does not need is left out."""

    appeal: UUID
    action: Action
    reason: str = ""
    unit: Unit | None = None
    answer: str = ""
    said_by: SaidBy | None = None
    public_text: str = ""
    public_answer: str = ""
    expected_version: int | None = None
    key: str = ""


Changes = dict[str, Any]
Planner = Callable[[Appeal, Ask, Actor, datetime], tuple[Changes, Changes]]
"""The columns that an act changes, and the evidence that its event keeps."""


def perform(acting: Acting, asks: Sequence[Ask], *, at: datetime | None = None) -> list[Outcome[Appeal]]:
    """Carries out what is allowed and says why the rest is not, in the order asked.

    One transaction; a refusal of one appeal does not undo the others. Raises TooManyAtOnce.
    """
    if len(asks) > ASKS_MAX:
        raise TooManyAtOnce(most=ASKS_MAX)
    at = at or clock.now()
    with transaction.atomic():
        rows = visible_to(acting).filter(public_id__in={ask.appeal for ask in asks})
        appeals = {appeal.public_id: appeal for appeal in rows}
        outcomes: list[Outcome[Appeal]] = []
        planned: list[tuple[int, Command]] = []
        for index, ask in enumerate(asks):
            appeal = appeals.get(ask.appeal)
            try:
                command = command_of(_allowed(acting, ask, appeal), ask, by=acting.actor, at=at)
                planned.append((index, command))
                outcomes.append(Outcome(item_id=command.item_id))
            except DomainError as error:
                outcomes.append(Outcome(item_id=appeal.pk if appeal else 0, error=error, item=appeal))
        done = carry_out([command for _index, command in planned], by=acting.actor, at=at)
        for (index, _command), outcome in zip(planned, done, strict=True):
            outcomes[index] = outcome
        notes.tell(
            [
                (ask.action, outcome.item, ask.reason)
                for ask, outcome in zip(asks, outcomes, strict=True)
                if outcome.is_done and not outcome.is_replay and outcome.item is not None
            ]
        )
    return outcomes


def perform_one(acting: Acting, ask: Ask, *, at: datetime | None = None) -> Appeal:
    """The appeal after the act; raises what refused it."""
    outcome = perform(acting, [ask], at=at)[0].result()
    assert outcome.item is not None
    return outcome.item


def command_of(appeal: Appeal, ask: Ask, *, by: Actor, at: datetime) -> Command:
    """The engine's command for one act. Raises what the act itself lacks."""
    changes, evidence = PLANNERS[ask.action](appeal, ask, by, at)
    return Command(
        item_id=appeal.pk,
        action=ask.action.value,
        happened_at=at,
        reason=ask.reason.strip(),
        evidence=evidence,
        expected_version=appeal.version if ask.expected_version is None else ask.expected_version,
        idempotency_key=ask.key,
        changes=changes,
        by=by,
    )


def _allowed(acting: Acting, ask: Ask, appeal: Appeal | None) -> Appeal:
    if appeal is None:
        raise AppealNotFound
    if not permissions.can(acting, rules.permission(ask.action), appeal):
        raise NotYourAppeal(action=ask.action.label)
    return appeal


def named(by: Actor) -> str:
    """Who did it, as the row keeps it: an id, never a name."""
    return f"{by.kind.value}:{by.id}"


# What each act changes ------------------------------------------------------


def _assign(appeal: Appeal, ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    unit = ask.unit
    if unit is None:
        raise NobodyToAssignTo(fields={"unit": NobodyToAssignTo.message})
    if not answers_there(unit, appeal):
        raise WrongUnit(unit=unit.name, fields={"unit": _("请改选。")})
    department_id = unit.pk if unit.kind in DEPARTMENTS else None
    return {"lead_id": unit.pk, "department_id": department_id, "assigned_at": at, "signed_at": None}, {"lead": unit.pk}


def answers_there(unit: Unit, appeal: Appeal) -> bool:
    """A department anywhere; a street, town, community or village on its own ground."""
    if unit.kind in DEPARTMENTS:
        return True
    ground = (appeal.town_code, appeal.village_code)
    return unit.kind in TERRITORIES and unit.region_code is not None and unit.region_code in ground


def _sign(_appeal: Appeal, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"signed_at": at}, {}


def _hand_back(appeal: Appeal, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    changes = {
        "lead_id": None,
        "department_id": None,
        "assigned_at": None,
        "signed_at": None,
        "handback_count": appeal.handback_count + 1,
    }
    return changes, {"lead": appeal.lead_id}


def _answer(_appeal: Appeal, ask: Ask, by: Actor, at: datetime) -> tuple[Changes, Changes]:
    answer = clean(ask.answer, most=ANSWER_CHARS_MAX, field="answer")
    changes = {"answered_at": at, "answer": answer, "answered_by": named(by), "answered_unit_id": by.unit_id}
    return {**changes, **UNSAID}, {"answer": answer}


def _say_solved(_appeal: Appeal, ask: Ask, by: Actor, at: datetime) -> tuple[Changes, Changes]:
    if ask.said_by is None:
        raise NobodySaid(fields={"said_by": NobodySaid.message})
    said = ask.said_by.value
    changes = {"solved_at": at, "said_by": said, "confirmed_by": named(by), "confirmed_unit_id": by.unit_id}
    return changes, {"said_by": said}


def _say_unsolved(_appeal: Appeal, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    return dict(UNSAID), {}


def _reopen(appeal: Appeal, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    return {"reopen_count": appeal.reopen_count + 1}, {}


def _close(_appeal: Appeal, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"closed_at": at, "closed_as": ClosedAs.SOLVED}, {}


def _close_unsolved(_appeal: Appeal, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"closed_at": at, "closed_as": ClosedAs.EXPLAINED}, {}


def _publish(_appeal: Appeal, ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    text = clean(ask.public_text, most=TEXT_CHARS_MAX, field="public_text")
    answer = clean(ask.public_answer, most=ANSWER_CHARS_MAX, field="public_answer")
    if not text:
        raise TextMissing(what=_("公开的诉求"), fields={"public_text": _("请填写。")})
    return {"published_at": at, "public_text": text, "public_answer": answer}, {"public_answer": answer}


def _unpublish(_appeal: Appeal, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    return {"published_at": None, "public_text": "", "public_answer": ""}, {}


def _void(_appeal: Appeal, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"voided_at": at}, {}


PLANNERS: Final[dict[Action, Planner]] = {
    Action.ASSIGN: _assign,
    Action.SIGN: _sign,
    Action.HAND_BACK: _hand_back,
    Action.ANSWER: _answer,
    Action.SAY_SOLVED: _say_solved,
    Action.SAY_UNSOLVED: _say_unsolved,
    Action.REOPEN: _reopen,
    Action.CLOSE: _close,
    Action.CLOSE_UNSOLVED: _close_unsolved,
    Action.PUBLISH: _publish,
    Action.UNPUBLISH: _unpublish,
    Action.VOID: _void,
}
