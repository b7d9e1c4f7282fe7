"""The transition table of a rectification dossier. `wenming flow dossiers` prints it."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Situation
from wenming.engines.loop.flow import NEW, STAYS, Flow, Guard, Transition, register
from wenming.engines.loop.flow import State as FlowState
from wenming.engines.loop.guards import is_same_person
from wenming.engines.loop.wording import STAGE, worded
from wenming.programmes.dossiers.enums import FLOW_NAME, Action, State
from wenming.programmes.dossiers.errors import ChainComplete, ChainOpen, SignedAlready
from wenming.programmes.dossiers.models import Dossier

RECTIFY: Final = "rectify"
SIGNERS: Final = "signers"
"""What a signing command knows: who has signed in this round already."""


def _is_another(situation: Situation[Dossier]) -> None:
    """Not who submitted it, nor who signed an earlier step of this round."""
    submitted = situation.last.get(Action.SUBMIT)
    is_submitter = submitted is not None and is_same_person(situation.by, submitted)
    signer = f"{situation.by.kind.value}:{situation.by.id}"
    if is_submitter or signer in situation.command.known.get(SIGNERS, ()):
        raise SignedAlready


def _is_open(situation: Situation[Dossier]) -> None:
    if situation.item.signed_count >= situation.item.step_count:
        raise ChainComplete


def _is_complete(situation: Situation[Dossier]) -> None:
    left = situation.item.step_count - situation.item.signed_count
    if left > 0:
        raise ChainOpen(left=left)


ANOTHER = Guard(name="another", label=_("每一步换人，报的人不签"), check=_is_another, remembers=(Action.SUBMIT,))
IS_OPEN = Guard(name="chain_open", label=_("签批还没走完"), check=_is_open)
IS_COMPLETE = Guard(name="chain_complete", label=_("签批走完"), check=_is_complete)

OFFICE = _("市创建科")
OWNER = _("责任科室")
SIGNER = _("签批链上轮到的人")


def _row(action: Action, sources: tuple[str, ...], target: str, *, who: Any, **more: Any) -> Transition:
    return Transition(
        action=action.value,
        label=action.label,
        sources=sources,
        target=target,
        who=f"dossiers.{action.value}",
        who_label=who,
        **more,
    )


FLOW: Final = register(
    Flow(
        name=FLOW_NAME,
        label=_("整改卷宗"),
        states={
            State.OPENED: FlowState(State.OPENED.label, tone="todo", icon="status"),
            State.RECTIFYING: FlowState(State.RECTIFYING.label, tone="doing", icon="doing"),
            State.SUBMITTED: FlowState(State.SUBMITTED.label, tone="near", icon="stamp"),
            State.CANCELLED: FlowState(State.CANCELLED.label, is_open=False, is_final=True, tone="done", icon="done"),
            State.VOID: FlowState(State.VOID.label, is_open=False, is_final=True, tone="back", icon="close"),
        },
        stages={RECTIFY: worded(FLOW_NAME, STAGE, RECTIFY, _("整改"))},
        evidence={"measures": _("整改措施"), "result": _("整改结果"), "step": _("哪一步")},
        transitions=(
            _row(Action.OPEN, (NEW,), State.OPENED, who=OFFICE, starts=(RECTIFY,)),
            _row(
                Action.PLAN,
                (State.OPENED, State.RECTIFYING),
                State.RECTIFYING,
                who=OWNER,
                evidence=("measures",),
            ),
            _row(Action.SUBMIT, (State.RECTIFYING,), State.SUBMITTED, who=OWNER, evidence=("result",)),
            _row(
                Action.SIGN,
                (State.SUBMITTED,),
                STAYS,
                who=SIGNER,
                guards=(IS_OPEN, ANOTHER),
                evidence=("step",),
            ),
            _row(Action.RETURN, (State.SUBMITTED,), State.RECTIFYING, who=SIGNER, needs_reason=True),
            _row(
                Action.CANCEL,
                (State.SUBMITTED,),
                State.CANCELLED,
                who=OFFICE,
                guards=(IS_COMPLETE,),
                stops=(RECTIFY,),
            ),
            _row(
                Action.VOID,
                (State.OPENED, State.RECTIFYING),
                State.VOID,
                who=OFFICE,
                needs_reason=True,
                stops=(RECTIFY,),
            ),
        ),
    )
)
