"""Appeals that are taken in with their history: what a book says happened, by the verbs by which it would happen here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.people.models import Unit
from wenming.kernel.actors import Actor
from wenming.programmes.appeals.errors import TooManyAtOnce
from wenming.programmes.appeals.models import Appeal
from wenming.programmes.appeals.services.acts import Ask, command_of
from wenming.programmes.appeals.services.machine import carry_out
from wenming.programmes.appeals.services.raising import ROWS_MAX, AppealDraft, checked, take_appeals


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """One act that took place, and the unit that did it. The appeal that `ask` names does not matter."""

    ask: Ask
    at: datetime
    unit: Unit


@dataclass(frozen=True, slots=True)
class Told:
    draft: AppealDraft
    steps: tuple[ToldStep, ...]


TOLD_MAX: Final = ROWS_MAX


def take_told(told: Sequence[Told], *, by: Actor) -> list[Appeal]:
    """New appeals with all that happened to them, or none; a fixed number of statements for each chunk of the loop.

    Each step is done in the name of its unit, so that the rule who may say “solved” holds here too. Raises
    TooManyAtOnce, the errors of `checked` and what the loop refuses.
    """
    if len(told) > TOLD_MAX:
        raise TooManyAtOnce(most=TOLD_MAX)
    drafts = [checked(each.draft) for each in told]
    with transaction.atomic():
        appeals = take_appeals(drafts, by=by)
        commands = [
            command for appeal, each in zip(appeals, told, strict=True) for command in _commands(appeal, each.steps, by)
        ]
        outcomes: list[Outcome[Appeal]] = carry_out(commands, by=by)
        for outcome in outcomes:
            outcome.result()
    return appeals


def _commands(appeal: Appeal, steps: Sequence[ToldStep], by: Actor) -> list[Command]:
    found = []
    for number, step in enumerate(steps):
        actor = Actor.importer(f"{by.id}/{step.unit.code}", step.unit.pk)
        found.append(
            command_of(appeal, replace(step.ask, expected_version=appeal.version + number), by=actor, at=step.at)
        )
    return found
