"""The loop of dossiers and what its steps bring with them: signatures, papers and facts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from wenming.engines.loop.commands import Command, Outcome
from wenming.engines.loop.engine import Loop, register
from wenming.engines.metrics import facts
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.clock import to_us
from wenming.programmes.dossiers.flow import FLOW
from wenming.programmes.dossiers.models import Dossier, DossierClock, DossierEvent, DossierFact

LOOP: Final = register(Loop(FLOW, item_model=Dossier, event_model=DossierEvent, clock_model=DossierClock))


def carry_out(commands: Sequence[Command], *, by: Actor, at: datetime | None = None) -> list[Outcome[Dossier]]:
    """Trusts the caller: runs the commands, then writes the facts of what changed. Must be called in a transaction."""
    outcomes: list[Outcome[Dossier]] = LOOP.apply(commands, by=by, at=at)
    changed = {o.item.pk: o.item for o in outcomes if o.is_done and not o.is_replay and o.item is not None}
    if changed:
        write_facts(changed.values(), at=clock.now())
    return outcomes


def write_facts(dossiers: Iterable[Dossier], *, at: datetime) -> None:
    facts.replace(DossierFact, [_fact_of(dossier) for dossier in dossiers], at_us=to_us(at))


def write_new_facts(dossiers: Iterable[Dossier], *, at: datetime) -> None:
    facts.add(DossierFact, [_fact_of(dossier) for dossier in dossiers], at_us=to_us(at))


def _fact_of(dossier: Dossier) -> DossierFact:
    return DossierFact(
        dossier_id=dossier.pk,
        state=dossier.state,
        owner_id=dossier.owner_id,
        found_ym=dossier.found_ym,
        found_us=to_us(dossier.found_at),
        submitted_us=_us(dossier.submitted_at),
        cancelled_us=_us(dossier.cancelled_at),
        voided_us=_us(dossier.voided_at),
        due_us=to_us(due_at(dossier)),
        return_count=dossier.return_count,
    )


def due_at(dossier: Dossier) -> datetime:
    """The end of the day named on the paper."""
    return datetime(dossier.due_on.year, dossier.due_on.month, dossier.due_on.day, 23, 59, 59, tzinfo=clock.SHANGHAI)


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)
