"""What a record says happened, as steps of the flow: no more than the source tells."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from wenming.engines.loop.commands import Until
from wenming.foundation.people.enums import TERRITORIES, UnitKind
from wenming.foundation.people.models import Unit
from wenming.kernel.actors import Actor
from wenming.outputs.exchange.cases.records import Record
from wenming.outputs.exchange.errors import AlreadyFinal
from wenming.outputs.exchange.mapping import Target
from wenming.programmes.problems.enums import OPEN_STATES, Action, ClosedAs, Lead, State
from wenming.programmes.problems.flow import HANDLE
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import NOTHING_WAITS, Step

# How far along a state is; a source that says less than we know takes nothing back.
_RANK: Final = {
    State.REPORTED: 0,
    State.FILED: 1,
    State.DISPATCHED: 2,
    State.HANDLING: 3,
    State.SUSPENDED: 3,
    State.REPORTED_BACK: 4,
    State.REVIEWED: 5,
    State.CLOSED: 6,
    State.MERGED: 6,
    State.VOID: 6,
}
_DISPATCHED_TARGETS: Final = (Target.DISPATCHED, Target.HANDLING, Target.CLOSED)


def side_of(lead: Unit) -> Lead:
    return Lead.TERRITORY if UnitKind(lead.kind) in TERRITORIES else Lead.DEPARTMENT


def first_steps(record: Record, lead: Unit | None, *, needs_triage: bool, source: str) -> list[Step]:
    """From the finding on. The source routed the case when it took it in; it is closed as the source says, since
    nobody here saw a photo."""
    state = State.REPORTED if needs_triage else State.FILED
    return _steps(record, lead, since=state, at=record.found_at, source=source)


def next_steps(record: Record, lead: Unit | None, problem: Problem, *, source: str) -> list[Step]:
    """From where the case stands. Raises AlreadyFinal where the source takes back what is final."""
    state = State(problem.state)
    if state == State.MERGED:
        # What becomes of it is told of the one that it was merged into.
        return []
    if state not in OPEN_STATES:
        if state != record.target.value:
            raise AlreadyFinal(state=state.label, status=record.status)
        return []
    steps = _steps(record, lead, since=state, at=_later(problem.last_happened_at, record), source=source)
    is_moved = lead is not None and problem.lead_id not in (None, lead.pk)
    if is_moved and state in (State.DISPATCHED, State.HANDLING) and record.target.value in OPEN_STATES:
        assert lead is not None
        moved = _moved(record, lead, problem, source=source)
        signed = record.target is Target.HANDLING and state is State.HANDLING
        steps = [moved, *([_sign(record, lead, source=source, at=moved.happened_at)] if signed else []), *steps]
    return steps


def _moved(record: Record, lead: Unit, problem: Problem, *, source: str) -> Step:
    at = _later(problem.last_happened_at, record)
    step = _dispatch(Action.REDISPATCH, record, lead, at=at, source=source)
    return replace(step, changes={**step.changes, "redispatch_count": problem.redispatch_count + 1})


def _later(since: datetime, record: Record) -> datetime:
    return max(since, record.reached_at or record.found_at)


def _steps(record: Record, lead: Unit | None, *, since: State, at: datetime, source: str) -> list[Step]:
    rank, target = _RANK[since], record.target
    steps: list[Step] = []
    if rank < 1 and (target in (Target.FILED, Target.DISPATCHED, Target.HANDLING) or _is_dispatched(target, lead)):
        steps.append(Step(action=Action.ACCEPT, happened_at=at, changes={"filed_at": at}, by=_office(source)))
    if rank < 2 and lead is not None and _is_dispatched(target, lead):
        steps.append(_dispatch(Action.DISPATCH, record, lead, at=at, source=source))
    if rank < 3 and target is Target.HANDLING and lead is not None:
        steps.append(_sign(record, lead, source=source, at=record.reached_at or at))
    if target in (Target.CLOSED, Target.VOID):
        steps.append(_end(record, at=record.reached_at or at, source=source))
    return steps


def _is_dispatched(target: Target, lead: Unit | None) -> bool:
    return lead is not None and target in _DISPATCHED_TARGETS


def _dispatch(action: Action, record: Record, lead: Unit, *, at: datetime, source: str) -> Step:
    side = side_of(lead)
    changes: dict[str, Any] = {
        "dispatched_at": at,
        "signed_at": None,
        "lead_id": lead.pk,
        "lead_side": side.value,
        "handle_due_at": record.due_at,
        # The source names one deadline, and means the whole case.
        "close_due_at": record.due_at,
        "pending_request": "",
        ("territory_id" if side is Lead.TERRITORY else "department_id"): lead.pk,
    }
    return Step(
        action=action,
        happened_at=at,
        changes=changes,
        limits={HANDLE: Until(record.due_at)} if record.due_at is not None else {},
        evidence={"lead": lead.pk, "helpers": []},
        reason=_("来源改由这个单位办理") if action is Action.REDISPATCH else "",
        by=_office(source),
    )


def _sign(record: Record, lead: Unit, *, source: str, at: datetime) -> Step:
    by = Actor.importer(f"{source}:unit", lead.pk)
    return Step(action=Action.SIGN, happened_at=at, changes={"signed_at": at}, by=by)


def _end(record: Record, *, at: datetime, source: str) -> Step:
    reason = _("来源的状态：{status}").format(status=record.status)
    if record.target is Target.VOID:
        changes: dict[str, Any] = {"voided_at": at, **NOTHING_WAITS}
        return Step(action=Action.VOID, happened_at=at, changes=changes, reason=reason, by=_office(source))
    changes = {"closed_at": at, "closed_as": ClosedAs.TOLD.value, **NOTHING_WAITS}
    return Step(action=Action.CLOSE_AS_TOLD, happened_at=at, changes=changes, reason=reason, by=_office(source))


def _office(source: str) -> Actor:
    return Actor.importer(f"{source}:office")
