"""The transition table of an appeal. `wenming flow appeals` prints it."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Situation
from wenming.engines.loop.errors import SameHands
from wenming.engines.loop.flow import NEW, STAYS, Flow, Guard, Transition, register
from wenming.engines.loop.flow import State as FlowState
from wenming.engines.loop.guards import somebody_else_than
from wenming.engines.loop.wording import STAGE, worded
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.programmes.appeals.enums import FLOW_NAME, Action, State
from wenming.programmes.appeals.errors import AlreadyPublished, NoConsent, NotPublished, NotYourAppeal
from wenming.programmes.appeals.models import Appeal

ASSIGN, HANDLE, CONFIRM = "assign", "handle", "confirm"
UNITS_MERGED: Final = "units_merged"
"""What the command of a merger knows; nobody else may hand an appeal over."""

LIMITS: Final = {
    ASSIGN: Limit(1, LimitUnit.WORKING_DAY),
    HANDLE: Limit(5, LimitUnit.WORKING_DAY),
    CONFIRM: Limit(3, LimitUnit.WORKING_DAY),
}


def _is_not_the_leads(situation: Situation[Appeal]) -> None:
    """Of a known unit, and not of the one that handled it, whoever of that unit wrote the answer."""
    unit_id = situation.by.unit_id
    if unit_id is None or unit_id == situation.item.lead_id:
        raise SameHands(action=situation.transition.label)


def _may_be_public(situation: Situation[Appeal]) -> None:
    if not situation.item.consents_public:
        raise NoConsent
    if situation.item.published_at is not None:
        raise AlreadyPublished


def _is_public(situation: Situation[Appeal]) -> None:
    if situation.item.published_at is None:
        raise NotPublished


def _is_merger(situation: Situation[Appeal]) -> None:
    if not situation.command.known.get(UNITS_MERGED):
        raise NotYourAppeal(action=situation.transition.label)


SOMEBODY_ELSE = somebody_else_than(Action.ANSWER)
NOT_THE_LEADS = Guard(name="not_the_leads", label=_("不是办理单位的人"), check=_is_not_the_leads)
MAY_BE_PUBLIC = Guard(name="may_be_public", label=_("当事人同意公开"), check=_may_be_public)
IS_MERGER = Guard(name="is_merger", label=_("只有单位合并"), check=_is_merger)
IS_PUBLIC = Guard(name="is_public", label=_("已经公开的"), check=_is_public)

OFFICE = _("市创建科、县文明办")
UNIT = _("办理单位")
SECOND = _("当事人告诉的人，或第二人；办理单位除外")
ANYBODY = _("文明办、联络员、督查员")


def _row(action: Action, sources: tuple[str, ...], target: str, *, who: Any, **more: Any) -> Transition:
    return Transition(
        action=action.value,
        label=action.label,
        sources=sources,
        target=target,
        who=f"appeals.{action.value}",
        who_label=who,
        **more,
    )


UNANSWERED: Final = (State.RAISED, State.ASSIGNED, State.HANDLING)
# While a unit has it: a solved one is only to be closed, and stays with the unit that solved it.
WITH_A_UNIT: Final = (State.ASSIGNED, State.HANDLING, State.ANSWERED, State.UNSOLVED)
ANSWERED_ONCE: Final = (State.ANSWERED, State.SOLVED, State.UNSOLVED, State.CLOSED)

FLOW: Final = register(
    Flow(
        name=FLOW_NAME,
        label=_("群众诉求"),
        states={
            State.RAISED: FlowState(State.RAISED.label, tone="todo", icon="status"),
            State.ASSIGNED: FlowState(State.ASSIGNED.label, tone="todo", icon="status"),
            State.HANDLING: FlowState(State.HANDLING.label, tone="doing", icon="doing"),
            State.ANSWERED: FlowState(State.ANSWERED.label, tone="doing", icon="help"),
            State.SOLVED: FlowState(State.SOLVED.label, tone="done", icon="done"),
            State.UNSOLVED: FlowState(State.UNSOLVED.label, tone="back", icon="return"),
            State.CLOSED: FlowState(State.CLOSED.label, is_open=False, is_final=True, tone="done", icon="done"),
            State.VOID: FlowState(State.VOID.label, is_open=False, is_final=True, tone="back", icon="close"),
        },
        stages={
            stage: worded(FLOW_NAME, STAGE, stage, label)
            for stage, label in ((ASSIGN, _("交办")), (HANDLE, _("办理")), (CONFIRM, _("确认")))
        },
        evidence={"answer": _("答复"), "said_by": _("谁说解决了"), "public_answer": _("公开的答复")},
        transitions=(
            _row(Action.RAISE, (NEW,), State.RAISED, who=ANYBODY, starts=(ASSIGN,)),
            _row(
                Action.ASSIGN,
                (State.RAISED, State.ASSIGNED),
                State.ASSIGNED,
                who=OFFICE,
                stops=(ASSIGN, HANDLE),
                starts=(HANDLE,),
            ),
            _row(Action.SIGN, (State.ASSIGNED,), State.HANDLING, who=UNIT),
            _row(
                Action.HAND_BACK,
                (State.ASSIGNED, State.HANDLING),
                State.RAISED,
                who=UNIT,
                needs_reason=True,
                stops=(HANDLE,),
                starts=(ASSIGN,),
            ),
            _row(
                Action.ANSWER,
                (State.HANDLING,),
                State.ANSWERED,
                who=UNIT,
                evidence=("answer",),
                stops=(HANDLE,),
                starts=(CONFIRM,),
            ),
            _row(
                Action.SAY_SOLVED,
                (State.ANSWERED,),
                State.SOLVED,
                who=SECOND,
                guards=(SOMEBODY_ELSE, NOT_THE_LEADS),
                evidence=("said_by",),
                stops=(CONFIRM,),
            ),
            _row(
                Action.SAY_UNSOLVED,
                (State.ANSWERED, State.SOLVED),
                State.UNSOLVED,
                who=SECOND,
                guards=(SOMEBODY_ELSE, NOT_THE_LEADS),
                needs_reason=True,
                stops=(CONFIRM,),
            ),
            _row(Action.REOPEN, (State.UNSOLVED,), State.HANDLING, who=OFFICE, needs_reason=True, starts=(HANDLE,)),
            _row(Action.CLOSE, (State.SOLVED,), State.CLOSED, who=OFFICE),
            _row(Action.CLOSE_UNSOLVED, (State.UNSOLVED,), State.CLOSED, who=OFFICE, needs_reason=True),
            _row(
                Action.PUBLISH,
                ANSWERED_ONCE,
                STAYS,
                who=OFFICE,
                guards=(MAY_BE_PUBLIC,),
                evidence=("public_answer",),
            ),
            _row(Action.UNPUBLISH, ANSWERED_ONCE, STAYS, who=OFFICE, guards=(IS_PUBLIC,), needs_reason=True),
            _row(
                Action.HAND_OVER,
                WITH_A_UNIT,
                STAYS,
                who=_("单位合并"),
                guards=(IS_MERGER,),
                needs_reason=True,
            ),
            _row(
                Action.VOID,
                UNANSWERED,
                State.VOID,
                who=OFFICE,
                needs_reason=True,
                stops=(ASSIGN, HANDLE),
            ),
        ),
    )
)
