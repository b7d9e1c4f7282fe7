"""What each action changes besides the state: the columns, the limits and the proofs of one act."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from wenming.engines.loop.commands import Command
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import LIMIT_VALUE_MAX, Limit, LimitUnit, WorkCalendar
from wenming.programmes.problems.enums import Action, ClosedAs, Lead, PendingRequest, PhotoMoment, SiteResult
from wenming.programmes.problems.errors import (
    ExtensionTooLong,
    NobodyToDispatchTo,
    NothingToMergeInto,
    NotInSample,
    TextMissing,
    TextTooLong,
    TooManyPhotos,
)
from wenming.programmes.problems.flag_guard import OPEN_FLAGS
from wenming.programmes.problems.flow import CLOSE, DISPATCH, HANDLE, REVIEW
from wenming.programmes.problems.models import TITLE_CHARS_MAX, Problem, ProblemClock, SiteDraw, SiteVisit
from wenming.programmes.problems.services.deadlines import due_after_suspension, with_close_due
from wenming.programmes.problems.services.limits import Limits
from wenming.programmes.problems.services.machine import Attached, evidence_of
from wenming.programmes.standards.models import ProblemType

PHOTOS_MAX: Final = 9
EXTENSION_VALUE_MAX: Final = 200
NOT_EXEMPTED: Final = {"exemption_asked_at": None, "exempted_at": None}
# What a problem that nobody handles any more does not keep open.
NOTHING_WAITS: Final = {"pending_request": "", "suspended_at": None, "exemption_asked_at": None}
# As if it had never been dispatched.
NO_UNIT: Final = {"lead_id": None, "dispatched_at": None, "signed_at": None, "handle_due_at": None, **NOT_EXEMPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One act on one problem. What an action does not need is left out.

    `expected_version` is the version that the person saw; without it the version at the moment of asking counts.
    `territory_id`, `department_id`, `lead_side` and `helper_ids` are for dispatching, `extension_value` (in the unit
    of the limit) for extensions, `visit` and `draw` for what a sample of site visits found, `into_id` for merging and
    `part_title` with `part_type` for splitting.
    """

    problem: UUID
    action: Action
    reason: str = ""
    note: str = ""
    photos: tuple[StoredFile, ...] = ()
    expected_version: int | None = None
    key: str = ""
    territory_id: int | None = None
    department_id: int | None = None
    lead_side: Lead | None = None
    helper_ids: tuple[int, ...] | None = None
    extension_value: int | None = None
    # Of a merger: what it goes into. Of a split: what the part is.
    into_id: int | None = None
    part_title: str = ""
    part_type: ProblemType | None = None
    visit: SiteVisit | None = None
    draw: SiteDraw | None = None


@dataclass(slots=True)
class Plan:
    """What one act changes besides the state."""

    changes: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    attached: Attached = field(default_factory=Attached)
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    problem: Problem
    ask: Ask
    at: datetime
    calendar: WorkCalendar
    limits: Limits
    handle_clock: ProblemClock | None
    open_flags: int | None = None


def command_of(situation: Situation, *, by: Actor | None = None) -> tuple[Command, Attached]:
    """The engine's command for one act, and what hangs on it. Raises what the act itself lacks."""
    problem, ask = situation.problem, situation.ask
    plan = PLANNERS[ask.action](situation)
    command = Command(
        item_id=problem.pk,
        action=ask.action.value,
        happened_at=situation.at,
        reason=ask.reason.strip(),
        evidence=plan.evidence,
        expected_version=ask.expected_version,
        idempotency_key=ask.key,
        changes=with_close_due(plan.changes, situation.calendar, situation.limits),
        limits=plan.limits,
        by=by,
        known=plan.known,
    )
    return command, plan.attached


def handle_limit(problem: Problem, limits: Limits) -> Limit:
    """The limit of the problem's type, or the house's own."""
    kind = problem.type
    if kind is None or not kind.limit_value:
        return limits[HANDLE]
    return Limit(kind.limit_value, LimitUnit(kind.limit_unit))


def _accept(s: Situation) -> Plan:
    return Plan({"filed_at": s.at})


def _dispatch(s: Situation) -> Plan:
    """Raises NobodyToDispatchTo: an assignee without a unit cannot exist."""
    territory = s.ask.territory_id or s.problem.territory_id
    department = s.ask.department_id or s.problem.department_id
    side = s.ask.lead_side or Lead(s.problem.lead_side or (Lead.TERRITORY if territory else Lead.DEPARTMENT))
    lead = territory if side == Lead.TERRITORY else department
    if lead is None:
        raise NobodyToDispatchTo
    limit = handle_limit(s.problem, s.limits)
    helpers = {unit for unit in (territory, department, *(s.ask.helper_ids or ())) if unit is not None} - {lead}
    return Plan(
        changes={
            "dispatched_at": s.at,
            "signed_at": None,
            "territory_id": territory,
            "department_id": department,
            "lead_id": lead,
            "lead_side": side.value,
            "handle_due_at": s.calendar.add(s.at, limit).at,
            "pending_request": "",
            **NOT_EXEMPTED,
        },
        limits={HANDLE: limit},
        evidence={"lead": lead, "helpers": sorted(helpers)},
        attached=Attached(helper_ids=tuple(sorted(helpers))),
    )


def _redispatch(s: Situation) -> Plan:
    plan = _dispatch(s)
    plan.changes["redispatch_count"] = s.problem.redispatch_count + 1
    return plan


def _sign(s: Situation) -> Plan:
    return Plan({"signed_at": s.at})


def _report_back(s: Situation) -> Plan:
    if len(s.ask.photos) > PHOTOS_MAX:
        raise TooManyPhotos(most=PHOTOS_MAX)
    return Plan(
        changes={"reported_at": s.at},
        limits={REVIEW: s.limits[REVIEW]},
        evidence=evidence_of(photos=[str(file.public_id) for file in s.ask.photos], note=s.ask.note),
        attached=Attached(photos={PhotoMoment.AFTER: tuple(file.pk for file in s.ask.photos)}),
    )


def _self_handle(s: Situation) -> Plan:
    plan = _report_back(s)
    plan.changes["self_handled_at"] = s.at
    return plan


def _pass_review(s: Situation) -> Plan:
    return Plan(
        {"reviewed_at": s.at},
        limits={CLOSE: s.limits[CLOSE]},
        evidence=evidence_of(note=s.ask.note),
        known={OPEN_FLAGS: s.open_flags},
    )


def _return(s: Situation) -> Plan:
    """What the unit said stays said; only the next answer replaces it."""
    return Plan({"rework_count": s.problem.rework_count + 1}, limits={HANDLE: handle_limit(s.problem, s.limits)})


def _return_self(s: Situation) -> Plan:
    """Nobody was asked yet, so nothing is left of an answer but the history."""
    changes = {"rework_count": s.problem.rework_count + 1, "self_handled_at": None, "reported_at": None}
    return Plan(changes, limits={DISPATCH: s.limits[DISPATCH]})


def _close(s: Situation) -> Plan:
    return Plan({"closed_at": s.at, "closed_as": ClosedAs.FIXED.value}, evidence=evidence_of(note=s.ask.note))


def _site_pass(s: Situation) -> Plan:
    return _site_check(s, SiteResult.PASSED)


def _site_fail(s: Situation) -> Plan:
    return _site_check(s, SiteResult.FAILED)


def _site_check(s: Situation, result: SiteResult) -> Plan:
    """Raises NotInSample: a place that somebody chose to visit says nothing of the others."""
    visit = s.ask.visit
    if visit is None or visit.problem_id != s.problem.pk:
        raise NotInSample
    if len(s.ask.photos) > PHOTOS_MAX:
        raise TooManyPhotos(most=PHOTOS_MAX)
    photos = [str(file.public_id) for file in s.ask.photos]
    return Plan(
        changes={"site_checked_at": s.at, "site_result": result.value},
        evidence=evidence_of(photos=photos, note=s.ask.note, visit=visit.pk),
        attached=Attached(photos={PhotoMoment.SITE: tuple(file.pk for file in s.ask.photos)}),
    )


def _site_return(s: Situation) -> Plan:
    """The sample says that the review saw too little."""
    if s.ask.draw is None:
        raise NotInSample
    return Plan(
        _taken_back(s.problem),
        limits={HANDLE: handle_limit(s.problem, s.limits)},
        evidence={"draw": str(s.ask.draw.public_id)},
    )


def _answer(s: Situation) -> Plan:
    return Plan({"contested_at": None})


def _reopen(s: Situation) -> Plan:
    """As if a sample had sent it back. Raises NobodyToDispatchTo where it was closed before anybody had it."""
    if s.problem.lead_id is None:
        raise NobodyToDispatchTo
    return Plan(_taken_back(s.problem), limits={HANDLE: handle_limit(s.problem, s.limits)})


def _taken_back(problem: Problem) -> dict[str, Any]:
    """The review no longer holds; what the unit said stays said."""
    count = problem.rework_count + 1
    return {"rework_count": count, "reviewed_at": None, "closed_at": None, "closed_as": "", "contested_at": None}


def _close_unfixed(s: Situation) -> Plan:
    return Plan({"closed_at": s.at, "closed_as": ClosedAs.EXPLAINED.value, **NOTHING_WAITS})


def _ask_extension(s: Situation) -> Plan:
    value = _extension_value(s.ask)
    return Plan({"pending_request": PendingRequest.EXTENSION.value}, evidence={"value": value})


def _grant_extension(s: Situation) -> Plan:
    """By as much as the office says; of a clock without a limit the engine says that there is nothing to extend."""
    value = _extension_value(s.ask)
    unit = handle_limit(s.problem, s.limits).unit
    changes: dict[str, Any] = {"pending_request": "", "extension_count": s.problem.extension_count + 1}
    running = s.handle_clock
    if running is not None and running.limit_value is not None:
        unit = LimitUnit(running.limit_unit)
        total = Limit(min(running.limit_value + value, LIMIT_VALUE_MAX), unit)
        new_due = s.calendar.add(running.started_at, total).at
        changes["handle_due_at"] = max(s.problem.handle_due_at or new_due, new_due)
    return Plan(changes, limits={HANDLE: Limit(value, unit)}, evidence={"value": value})


def _extension_value(ask: Ask) -> int:
    value = ask.extension_value
    if value is None or not 1 <= value <= EXTENSION_VALUE_MAX:
        raise ExtensionTooLong(most=EXTENSION_VALUE_MAX, fields={"extension_value": ExtensionTooLong.message})
    return value


def _ask_handback(s: Situation) -> Plan:
    return Plan({"pending_request": PendingRequest.HANDBACK.value})


def _grant_handback(s: Situation) -> Plan:
    changes = {"pending_request": "", **NO_UNIT, "redispatch_count": s.problem.redispatch_count + 1}
    return Plan(changes, limits={DISPATCH: s.limits[DISPATCH]}, attached=Attached(helper_ids=()))


def _refuse_request(s: Situation) -> Plan:
    return Plan({"pending_request": ""})


def _suspend(s: Situation) -> Plan:
    return Plan({"suspended_at": s.at, "suspension_count": s.problem.suspension_count + 1})


def _resume(s: Situation) -> Plan:
    return Plan(
        {"suspended_at": None, "handle_due_at": due_after_suspension(s.problem, s.handle_clock, s.at, s.calendar)}
    )


def _ask_exemption(s: Situation) -> Plan:
    return Plan({"exemption_asked_at": s.at})


def _grant_exemption(s: Situation) -> Plan:
    return Plan({"exemption_asked_at": None, "exempted_at": s.at})


def _refuse_exemption(s: Situation) -> Plan:
    return Plan({"exemption_asked_at": None})


def _split(s: Situation) -> Plan:
    """Raises TextMissing, TextTooLong. The part itself is filed once the split is done."""
    title = s.ask.part_title.strip()
    if not title:
        raise TextMissing(fields={"part_title": TextMissing.message})
    if len(title) > TITLE_CHARS_MAX:
        raise TextTooLong(most=TITLE_CHARS_MAX, fields={"part_title": TextTooLong(most=TITLE_CHARS_MAX).__str__()})
    return Plan(evidence={"part": title})


def _merge(s: Situation) -> Plan:
    """Whether it can go into that one is checked for the whole set at once: see services/merging.py."""
    if s.ask.into_id is None:
        raise NothingToMergeInto(fields={"into": NothingToMergeInto.message})
    changes = {"voided_at": s.at, "duplicate_of_id": s.ask.into_id, **NOTHING_WAITS}
    return Plan(changes, evidence={"into": s.ask.into_id})


def _unmerge(s: Situation) -> Plan:
    """It is dispatched anew: what was said of it before it was merged stays in the history."""
    changes = {"voided_at": None, "duplicate_of_id": None, "filed_at": s.problem.filed_at or s.at, **NO_UNIT}
    return Plan(changes, limits={DISPATCH: s.limits[DISPATCH]}, attached=Attached(helper_ids=()))


def _unlink(s: Situation) -> Plan:
    """What it was linked to stays in the history."""
    evidence = {"recurs": s.problem.recurs_id} if s.problem.recurs_id is not None else {}
    return Plan({"recurs_id": None}, evidence=evidence)


def _remind(s: Situation) -> Plan:
    return Plan()


def _void(s: Situation) -> Plan:
    return Plan({"voided_at": s.at, **NOTHING_WAITS})


PLANNERS: Final[dict[Action, Callable[[Situation], Plan]]] = {
    Action.ACCEPT: _accept,
    Action.DISPATCH: _dispatch,
    Action.REDISPATCH: _redispatch,
    Action.SIGN: _sign,
    Action.REPORT_BACK: _report_back,
    Action.SELF_HANDLE: _self_handle,
    Action.PASS_REVIEW: _pass_review,
    Action.RETURN: _return,
    Action.RETURN_SELF: _return_self,
    Action.CLOSE: _close,
    Action.SITE_PASS: _site_pass,
    Action.SITE_FAIL: _site_fail,
    Action.SITE_RETURN: _site_return,
    Action.CLOSE_UNFIXED: _close_unfixed,
    Action.ASK_EXTENSION: _ask_extension,
    Action.GRANT_EXTENSION: _grant_extension,
    Action.REFUSE_EXTENSION: _refuse_request,
    Action.ASK_HANDBACK: _ask_handback,
    Action.GRANT_HANDBACK: _grant_handback,
    Action.REFUSE_HANDBACK: _refuse_request,
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.ASK_EXEMPTION: _ask_exemption,
    Action.GRANT_EXEMPTION: _grant_exemption,
    Action.REFUSE_EXEMPTION: _refuse_exemption,
    Action.SPLIT: _split,
    Action.MERGE: _merge,
    Action.UNMERGE: _unmerge,
    Action.UNLINK: _unlink,
    Action.REMIND: _remind,
    Action.ANSWER: _answer,
    Action.REOPEN: _reopen,
    Action.VOID: _void,
}
