"""The transition table of a problem. `wenming flow problems` prints it."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Situation
from wenming.engines.loop.errors import EvidenceMissing
from wenming.engines.loop.flow import NEW, STAYS, Flow, Guard, Transition, register
from wenming.engines.loop.flow import State as FlowState
from wenming.engines.loop.guards import somebody_else_than
from wenming.engines.loop.wording import STAGE, worded
from wenming.kernel.actors import ActorKind
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.programmes.problems.enums import FLOW_NAME, OPEN_STATES, Action, PendingRequest, State
from wenming.programmes.problems.errors import (
    ExemptionAsked,
    NoExemptionAsked,
    NoRecurrence,
    NoRequestPending,
    NotLate,
    NotSelfHandled,
    NotYourProblem,
    RequestPending,
    SelfHandled,
)
from wenming.programmes.problems.flag_guard import PHOTOS_EXPLAINED
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.voice_guard import ANSWERER, IS_CONTESTED, IS_RESIDENT, RESIDENT

DISPATCH, HANDLE, REVIEW, CLOSE = "dispatch", "handle", "review", "close"
UNITS_MERGED: Final = "units_merged"

# Until an installation sets its own (services/limits.py); a type of the catalogue brings its own for the handling.
LIMITS: Final = {
    DISPATCH: Limit(4, LimitUnit.WORKING_HOUR),
    HANDLE: Limit(3, LimitUnit.WORKING_DAY),
    REVIEW: Limit(1, LimitUnit.WORKING_DAY),
    CLOSE: Limit(2, LimitUnit.WORKING_DAY),
}


def _nothing_pending(situation: Situation[Problem]) -> None:
    pending = situation.item.pending_request
    if pending:
        raise RequestPending(request=PendingRequest(pending).label)


def _is_pending(request: PendingRequest) -> Guard:
    def check(situation: Situation[Any]) -> None:
        if situation.item.pending_request != request:
            raise NoRequestPending(request=request.label)

    return Guard(name=f"pending_{request}", label=_("有待答复的申请"), check=check)


def _shows_proof(situation: Situation[Problem]) -> None:
    """A photo and a note. A workbook that tells what happened elsewhere may have neither, and no photo is invented."""
    evidence = situation.command.evidence
    missing = [label for kind, label in PROOF.items() if not evidence.get(kind)]
    if missing and situation.by.kind != ActorKind.IMPORT:
        raise EvidenceMissing(action=situation.transition.label, missing=_("、").join(str(label) for label in missing))


def _is_recurrence(situation: Situation[Problem]) -> None:
    if situation.item.recurs_id is None:
        raise NoRecurrence


def is_late(problem: Problem, at: datetime) -> bool:
    """Answered after the deadline of the handling, or not answered and past it."""
    answered_at = problem.reported_at if problem.state not in UNFINISHED else None
    due = problem.handle_due_at
    return due is not None and (answered_at or at) > due


def _is_late(situation: Situation[Problem]) -> None:
    """Of the moment when it was taken off the clock, where it was."""
    item = situation.item
    if not is_late(item, item.suspended_at or situation.at):
        raise NotLate
    if item.exemption_asked_at is not None or item.exempted_at is not None:
        raise ExemptionAsked


def _asks_exemption(situation: Situation[Problem]) -> None:
    if situation.item.exemption_asked_at is None:
        raise NoExemptionAsked


def _has_unit(situation: Situation[Problem]) -> None:
    if situation.item.self_handled_at is not None:
        raise SelfHandled


def _has_no_unit(situation: Situation[Problem]) -> None:
    if situation.item.self_handled_at is None:
        raise NotSelfHandled


def _is_told(situation: Situation[Problem]) -> None:
    if situation.by.kind != ActorKind.IMPORT:
        raise NotYourProblem(action=situation.transition.label)


def _is_merger(situation: Situation[Problem]) -> None:
    if not situation.command.known.get(UNITS_MERGED):
        raise NotYourProblem(action=situation.transition.label)


PROOF: Final = {"photos": _("整改后照片"), "note": _("处理说明")}
IS_RECURRENCE = Guard(name="is_recurrence", label=_("记作反弹的"), check=_is_recurrence)
SHOWS_PROOF = Guard(name="shows_proof", label=_("整改后照片和说明（导入的按原表）"), check=_shows_proof)
IS_TOLD = Guard(name="is_told", label=_("只有导入"), check=_is_told)
IS_MERGER = Guard(name="is_merger", label=_("只有单位合并"), check=_is_merger)
IS_LATE = Guard(name="is_late", label=_("超期，没有申请过"), check=_is_late)
ASKS_EXEMPTION = Guard(name="asks_exemption", label=_("有待答复的免责申请"), check=_asks_exemption)
HAS_UNIT = Guard(name="has_unit", label=_("责任单位报的整改"), check=_has_unit)
HAS_NO_UNIT = Guard(name="has_no_unit", label=_("当场处置的"), check=_has_no_unit)
NOTHING_PENDING = Guard(name="nothing_pending", label=_("没有待答复的申请"), check=_nothing_pending)
SOMEBODY_ELSE = somebody_else_than(Action.REPORT_BACK, Action.SELF_HANDLE)

OFFICE = _("市创建科、县文明办")
HANDLER = _("责任单位或其链接")
UNIT = _("责任单位")
FINDER = _("督查员、市创建科、县文明办")


def _row(action: Action, sources: tuple[str, ...], target: str, *, who: Any, **more: Any) -> Transition:
    return Transition(
        action=action.value,
        label=action.label,
        sources=sources,
        target=target,
        who=f"problems.{action.value}",
        who_label=who,
        **more,
    )


# Before anybody has said that it is done.
UNFINISHED: Final = (State.REPORTED, State.FILED, State.DISPATCHED, State.HANDLING, State.SUSPENDED)
UNREVIEWED: Final = (*UNFINISHED, State.REPORTED_BACK)
ANSWERABLE: Final = (State.HANDLING, State.SUSPENDED, State.REPORTED_BACK, State.REVIEWED, State.CLOSED)

FLOW: Final = register(
    Flow(
        name=FLOW_NAME,
        label=_("问题"),
        states={
            State.REPORTED: FlowState(State.REPORTED.label, tone="todo", icon="status"),
            State.FILED: FlowState(State.FILED.label, tone="todo", icon="status"),
            State.DISPATCHED: FlowState(State.DISPATCHED.label, tone="todo", icon="status"),
            State.HANDLING: FlowState(State.HANDLING.label, tone="doing", icon="doing"),
            State.REPORTED_BACK: FlowState(State.REPORTED_BACK.label, tone="doing", icon="doing"),
            State.REVIEWED: FlowState(State.REVIEWED.label, tone="done", icon="done"),
            State.CLOSED: FlowState(State.CLOSED.label, is_open=False, tone="done", icon="done"),
            State.SUSPENDED: FlowState(State.SUSPENDED.label, tone="todo", icon="pause"),
            State.MERGED: FlowState(State.MERGED.label, is_open=False, tone="todo", icon="merge"),
            State.VOID: FlowState(State.VOID.label, is_open=False, is_final=True, tone="back", icon="close"),
        },
        stages={
            stage: worded(FLOW_NAME, STAGE, stage, label)
            for stage, label in ((DISPATCH, _("派遣")), (HANDLE, _("处理")), (REVIEW, _("审核")), (CLOSE, _("结案")))
        },
        evidence={
            "value": _("延长多少"),
            "photos": _("照片"),
            "visit": _("抽查单"),
            "draw": _("哪次抽查"),
            "part": _("拆出的问题"),
            "into": _("并入哪一件"),
        },
        transitions=(
            _row(Action.FILE, (NEW,), State.FILED, who=FINDER, starts=(DISPATCH,)),
            _row(Action.REPORT, (NEW,), State.REPORTED, who=_("居民、热线、导入"), starts=(DISPATCH,)),
            _row(Action.ACCEPT, (State.REPORTED,), State.FILED, who=OFFICE),
            _row(Action.DISPATCH, (State.FILED,), State.DISPATCHED, who=OFFICE, stops=(DISPATCH,), starts=(HANDLE,)),
            _row(
                Action.REDISPATCH,
                (State.DISPATCHED, State.HANDLING),
                State.DISPATCHED,
                who=OFFICE,
                needs_reason=True,
                stops=(HANDLE,),
                starts=(HANDLE,),
            ),
            _row(Action.SIGN, (State.DISPATCHED,), State.HANDLING, who=HANDLER),
            _row(
                Action.REPORT_BACK,
                (State.HANDLING,),
                State.REPORTED_BACK,
                who=HANDLER,
                guards=(NOTHING_PENDING, SHOWS_PROOF),
                stops=(HANDLE,),
                starts=(REVIEW,),
            ),
            _row(
                Action.SELF_HANDLE,
                (State.FILED,),
                State.REPORTED_BACK,
                who=FINDER,
                guards=(SHOWS_PROOF,),
                stops=(DISPATCH,),
                starts=(REVIEW,),
            ),
            _row(
                Action.PASS_REVIEW,
                (State.REPORTED_BACK,),
                State.REVIEWED,
                who=OFFICE,
                guards=(SOMEBODY_ELSE, PHOTOS_EXPLAINED),
                stops=(REVIEW,),
                starts=(CLOSE,),
            ),
            _row(
                Action.RETURN,
                (State.REPORTED_BACK,),
                State.HANDLING,
                who=OFFICE,
                guards=(HAS_UNIT, SOMEBODY_ELSE),
                needs_reason=True,
                stops=(REVIEW,),
                starts=(HANDLE,),
            ),
            _row(
                Action.RETURN_SELF,
                (State.REPORTED_BACK,),
                State.FILED,
                who=OFFICE,
                guards=(HAS_NO_UNIT, SOMEBODY_ELSE),
                needs_reason=True,
                stops=(REVIEW,),
                starts=(DISPATCH,),
            ),
            _row(Action.CLOSE, (State.REVIEWED,), State.CLOSED, who=OFFICE, guards=(SOMEBODY_ELSE,), stops=(CLOSE,)),
            *(
                _row(
                    action,
                    (State.REVIEWED, State.CLOSED),
                    STAYS,
                    who=_("督查员、市创建科"),
                    guards=(SOMEBODY_ELSE,),
                    evidence=("visit", "photos"),
                    needs_reason=action == Action.SITE_FAIL,
                )
                for action in (Action.SITE_PASS, Action.SITE_FAIL)
            ),
            _row(
                Action.SITE_RETURN,
                (State.REVIEWED, State.CLOSED),
                State.HANDLING,
                who=OFFICE,
                guards=(SOMEBODY_ELSE,),
                evidence=("draw",),
                needs_reason=True,
                stops=(CLOSE,),
                starts=(HANDLE,),
            ),
            _row(
                Action.CLOSE_UNFIXED,
                (State.FILED, State.DISPATCHED, State.HANDLING, State.SUSPENDED, State.REPORTED_BACK),
                State.CLOSED,
                who=OFFICE,
                needs_reason=True,
                stops=(DISPATCH, HANDLE, REVIEW),
            ),
            _row(
                Action.CLOSE_AS_TOLD,
                UNREVIEWED,
                State.CLOSED,
                who=_("导入"),
                guards=(IS_TOLD,),
                stops=(DISPATCH, HANDLE, REVIEW),
            ),
            _row(
                Action.ASK_EXTENSION,
                (State.HANDLING,),
                STAYS,
                who=HANDLER,
                guards=(NOTHING_PENDING,),
                evidence=("value",),
                needs_reason=True,
            ),
            _row(
                Action.GRANT_EXTENSION,
                (State.HANDLING,),
                STAYS,
                who=OFFICE,
                guards=(_is_pending(PendingRequest.EXTENSION),),
                extends=(HANDLE,),
            ),
            _row(
                Action.REFUSE_EXTENSION,
                (State.HANDLING,),
                STAYS,
                who=OFFICE,
                guards=(_is_pending(PendingRequest.EXTENSION),),
                needs_reason=True,
            ),
            _row(
                Action.ASK_HANDBACK,
                (State.DISPATCHED, State.HANDLING),
                STAYS,
                who=HANDLER,
                guards=(NOTHING_PENDING,),
                needs_reason=True,
            ),
            _row(
                Action.GRANT_HANDBACK,
                (State.DISPATCHED, State.HANDLING),
                State.FILED,
                who=OFFICE,
                guards=(_is_pending(PendingRequest.HANDBACK),),
                stops=(HANDLE,),
                starts=(DISPATCH,),
            ),
            _row(
                Action.REFUSE_HANDBACK,
                (State.DISPATCHED, State.HANDLING),
                STAYS,
                who=OFFICE,
                guards=(_is_pending(PendingRequest.HANDBACK),),
                needs_reason=True,
            ),
            _row(
                Action.SUSPEND,
                (State.HANDLING,),
                State.SUSPENDED,
                who=OFFICE,
                guards=(NOTHING_PENDING,),
                needs_reason=True,
                pauses=(HANDLE,),
            ),
            _row(Action.RESUME, (State.SUSPENDED,), State.HANDLING, who=OFFICE, resumes=(HANDLE,)),
            _row(
                Action.ASK_EXEMPTION,
                ANSWERABLE,
                STAYS,
                who=UNIT,
                guards=(IS_LATE,),
                needs_reason=True,
            ),
            *(
                _row(action, ANSWERABLE, STAYS, who=OFFICE, guards=(ASKS_EXEMPTION,), needs_reason=True)
                for action in (Action.GRANT_EXEMPTION, Action.REFUSE_EXEMPTION)
            ),
            _row(Action.SPLIT, UNFINISHED, STAYS, who=OFFICE, evidence=("part",), needs_reason=True),
            _row(
                Action.MERGE,
                UNFINISHED,
                State.MERGED,
                who=OFFICE,
                evidence=("into",),
                stops=(DISPATCH, HANDLE),
            ),
            _row(Action.UNMERGE, (State.MERGED,), State.FILED, who=OFFICE, needs_reason=True, starts=(DISPATCH,)),
            _row(
                Action.UNLINK,
                tuple(state for state in State if state not in (State.MERGED, State.VOID)),
                STAYS,
                who=OFFICE,
                guards=(IS_RECURRENCE,),
                needs_reason=True,
            ),
            _row(Action.REMIND, (State.DISPATCHED, State.HANDLING), STAYS, who=OFFICE, needs_reason=True),
            _row(
                Action.HAND_OVER,
                tuple(sorted(OPEN_STATES)),
                STAYS,
                who=_("单位合并"),
                guards=(IS_MERGER,),
                needs_reason=True,
            ),
            _row(Action.CONFIRM, (State.CLOSED,), STAYS, who=RESIDENT, guards=(IS_RESIDENT,)),
            _row(Action.CONTEST, (State.CLOSED,), STAYS, who=RESIDENT, guards=(IS_RESIDENT,), needs_reason=True),
            _row(Action.ANSWER, (State.CLOSED,), STAYS, who=ANSWERER, guards=(IS_CONTESTED,), needs_reason=True),
            _row(
                Action.REOPEN,
                (State.CLOSED,),
                State.HANDLING,
                who=OFFICE,
                guards=(IS_CONTESTED,),
                needs_reason=True,
                starts=(HANDLE,),
            ),
            _row(
                Action.VOID,
                UNREVIEWED,
                State.VOID,
                who=OFFICE,
                needs_reason=True,
                stops=(DISPATCH, HANDLE, REVIEW),
            ),
        ),
    )
)
