"""The loop of appeals and what every step brings with it: the facts that the figures count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from wenming.engines.loop.commands import Command, Outcome
from wenming.engines.loop.engine import Loop, register
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit
from wenming.programmes.appeals.flow import FLOW, LIMITS
from wenming.programmes.appeals.models import Appeal, AppealClock, AppealEvent
from wenming.programmes.appeals.services import facts


def _limit_for(_appeal: Appeal, stage: str) -> Limit | None:
    return LIMITS.get(stage)


LOOP: Final = register(
    Loop(FLOW, item_model=Appeal, event_model=AppealEvent, clock_model=AppealClock, limit_for=_limit_for)
)


def carry_out(commands: Sequence[Command], *, by: Actor, at: datetime | None = None) -> list[Outcome[Appeal]]:
    """Trusts the caller: runs the commands, then writes the facts of what changed. Must be called in a transaction."""
    outcomes: list[Outcome[Appeal]] = LOOP.apply(commands, by=by, at=at)
    changed = {o.item.pk: o.item for o in outcomes if o.is_done and not o.is_replay and o.item is not None}
    if changed:
        facts.write(changed.values(), at=clock.now())
    return outcomes
