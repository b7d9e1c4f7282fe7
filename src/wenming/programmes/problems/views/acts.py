"""What this person can do with this problem now: the buttons of its page and the forms behind them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import ActorKind
from wenming.programmes.problems import rules
from wenming.programmes.problems.enums import Action, PendingRequest
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.flow import FLOW, SOMEBODY_ELSE, is_late
from wenming.programmes.problems.forms import ACT_FIELDS, DISPATCHING, ActForm, UnitChoices
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.routing.suggesting import Suggestion
from wenming.programmes.problems.services.limits import house_limits
from wenming.programmes.problems.services.plans import handle_limit
from wenming.programmes.standards.enums import LimitUnit

ANSWERS: Final = {
    Action.GRANT_EXTENSION: PendingRequest.EXTENSION,
    Action.REFUSE_EXTENSION: PendingRequest.EXTENSION,
    Action.GRANT_HANDBACK: PendingRequest.HANDBACK,
    Action.REFUSE_HANDBACK: PendingRequest.HANDBACK,
}
ACTABLE: Final = frozenset(
    {*rules.HANDLER_ACTIONS, *rules.OFFICE_ACTIONS, *rules.FINDER_ACTIONS, *rules.UNIT_OR_OFFICE_ACTIONS}
)
NOT_WHILE_PENDING: Final = (Action.REPORT_BACK, Action.ASK_EXTENSION, Action.ASK_HANDBACK, Action.SUSPEND)
ANSWERED_BY: Final = (Action.REPORT_BACK, Action.SELF_HANDLE)
DANGEROUS: Final = (Action.VOID, Action.CLOSE_UNFIXED)
# Buttons of the head, most wanted first; what is in neither list stands in the menu.
FIRST: Final = (
    Action.GRANT_EXTENSION,
    Action.GRANT_HANDBACK,
    Action.ACCEPT,
    Action.DISPATCH,
    Action.SIGN,
    Action.REPORT_BACK,
    Action.PASS_REVIEW,
    Action.CLOSE,
    Action.RESUME,
    Action.UNMERGE,
    Action.GRANT_EXEMPTION,
    Action.SELF_HANDLE,
    Action.ANSWER,
    Action.REMIND,
)
SECOND: Final = (Action.REFUSE_EXTENSION, Action.REFUSE_HANDBACK, Action.RETURN, Action.RETURN_SELF)
KEYS: Final = {
    Action.PASS_REVIEW: "p",
    Action.RETURN: "r",
    Action.RETURN_SELF: "r",
    Action.SIGN: "s",
    Action.DISPATCH: "d",
    Action.CLOSE: "c",
}
ICONS: Final = {
    Action.FILE: "flag",
    Action.REPORT: "flag",
    Action.ACCEPT: "check",
    Action.DISPATCH: "unit",
    Action.REDISPATCH: "handover",
    Action.SIGN: "check",
    Action.REPORT_BACK: "upload",
    Action.PASS_REVIEW: "check",
    Action.SELF_HANDLE: "hand",
    Action.RETURN: "return",
    Action.RETURN_SELF: "return",
    Action.CLOSE: "done",
    Action.SITE_PASS: "shield",
    Action.SITE_FAIL: "warning",
    Action.SITE_RETURN: "return",
    Action.CLOSE_UNFIXED: "note",
    Action.CLOSE_AS_TOLD: "done",
    Action.ASK_EXTENSION: "hourglass",
    Action.GRANT_EXTENSION: "hourglass",
    Action.REFUSE_EXTENSION: "close",
    Action.ASK_HANDBACK: "undo",
    Action.GRANT_HANDBACK: "undo",
    Action.REFUSE_HANDBACK: "close",
    Action.SUSPEND: "pause",
    Action.RESUME: "doing",
    Action.ASK_EXEMPTION: "shield",
    Action.GRANT_EXEMPTION: "shield",
    Action.REFUSE_EXEMPTION: "close",
    Action.SPLIT: "copy",
    Action.MERGE: "merge",
    Action.UNMERGE: "undo",
    Action.UNLINK: "repeat",
    Action.REMIND: "bell",
    Action.HAND_OVER: "handover",
    Action.CONFIRM: "done",
    Action.CONTEST: "help",
    Action.ANSWER: "message",
    Action.REOPEN: "return",
    Action.VOID: "void",
}
EFFECTS: Final[dict[Action, Promise]] = {
    Action.DISPATCH: _("牵头单位会收到通知和回复链接，处理时限从现在起算。"),
    Action.REDISPATCH: _("原来的回复链接失效，新的牵头单位重新计时。"),
    Action.REPORT_BACK: _("县文明办会收到通知，看照片审核。"),
    Action.RETURN: _("牵头单位会收到原因，从原时限继续处理，不另给时间。"),
    Action.SELF_HANDLE: _("不派给单位。照片照样审核，数字另外统计。"),
    Action.RETURN_SELF: _("回到待派遣，由责任单位处理。"),
    Action.SUSPEND: _("处理时限停走，回复链接停用，牵头单位会收到原因。挂账多久一直看得见。"),
    Action.RESUME: _("从剩下的时限接着走，牵头单位会收到新的回复链接。"),
    Action.ASK_EXEMPTION: _("由文明办答复。超期的记录不改，同意后注明免责，不计入按期回复率。"),
    Action.GRANT_EXEMPTION: _("超期的记录不改，注明免责，不计入按期回复率。牵头单位会收到原因。"),
    Action.REFUSE_EXEMPTION: _("超期照记，牵头单位会收到原因。"),
    Action.SPLIT: _("照片、地点照抄成一件新的，单独派遣；这一件照常办理。"),
    Action.MERGE: _("这一件不再单独处理，也不计入数字，照片和经过都保留。可以撤销。"),
    Action.UNMERGE: _("回到待派遣，重新计入数字。"),
    Action.CLOSE_UNFIXED: _("按“已说明，未整改”结案，不计入整改。回复链接失效。"),
    Action.ASK_EXTENSION: _("由文明办答复。答复以前时限不变。"),
    Action.GRANT_EXTENSION: _("处理时限按您写的延长，牵头单位会收到通知。"),
    Action.REFUSE_EXTENSION: _("时限不变，牵头单位会收到原因。"),
    Action.ASK_HANDBACK: _("由文明办答复。答复以前仍由本单位处理。"),
    Action.GRANT_HANDBACK: _("退回待派遣，回复链接失效。"),
    Action.REFUSE_HANDBACK: _("仍由原单位处理，牵头单位会收到原因。"),
    Action.UNLINK: _("这一件照常办理，不再计入反弹。和前一件的关联留在经过里。"),
    Action.REMIND: _("牵头单位会收到这段话。"),
    Action.ANSWER: _("居民凭查询码看得到这段话，请写清楚做了什么、还要等什么，不写个人信息。"),
    Action.REOPEN: _("回到处理中，从现在重新起算时限，牵头单位会收到原因和回复链接。"),
    Action.VOID: _("这一件不再处理，也不计入任何数字。经过仍然保留。"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One button. A `form` without fields and photos is posted at once."""

    action: Action
    form: ActForm
    icon: str
    key: str = ""
    is_danger: bool = False
    effect: str | Promise = ""
    suffix: str | Promise = ""
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str | Promise:
        return self.action.label

    @property
    def wants_photos(self) -> bool:
        return self.action in (Action.REPORT_BACK, Action.SELF_HANDLE)

    @property
    def is_asked_first(self) -> bool:
        return bool(ACT_FIELDS.get(self.action)) or self.action in (Action.GRANT_HANDBACK, Action.RESUME)


@dataclass(frozen=True, slots=True)
class Acts:
    primary: Act | None
    second: Sequence[Act]
    menu: Sequence[Act]

    @property
    def every(self) -> list[Act]:
        return [*([self.primary] if self.primary else []), *self.second, *self.menu]


def action_named(text: str) -> Action:
    """Raises ProblemNotFound: a form of ours never asks for what cannot be done to a problem that is there."""
    if text not in ACTABLE:
        raise ProblemNotFound
    return Action(text)


def possible(acting: Acting, problem: Problem, events: Sequence[ProblemEvent]) -> list[Action]:
    """`events` are newest first. What a guard would refuse for a reason that shows on the page is not offered."""
    found = []
    for transition in FLOW.actions_from(problem.state):
        action = Action(transition.action)
        if action not in ACTABLE or not permissions.can(acting, rules.permission(action), problem):
            continue
        if action in ANSWERS and problem.pending_request != ANSWERS[action]:
            continue
        if action in NOT_WHILE_PENDING and problem.pending_request:
            continue
        if not is_open_to(action, problem):
            continue
        if SOMEBODY_ELSE in transition.guards and is_own_work(acting, events):
            continue
        found.append(action)
    return found


def is_open_to(action: Action, problem: Problem) -> bool:
    """False where what the action undoes or answers is not there."""
    if action == Action.UNLINK:
        return problem.recurs_id is not None
    if action in (Action.ANSWER, Action.REOPEN):
        return problem.contested_at is not None and (action == Action.ANSWER or problem.lead_id is not None)
    if action in (Action.RETURN, Action.RETURN_SELF):
        return (problem.self_handled_at is None) == (action == Action.RETURN)
    if action in (Action.GRANT_EXEMPTION, Action.REFUSE_EXEMPTION):
        return problem.exemption_asked_at is not None
    if action == Action.ASK_EXEMPTION:
        is_asked = problem.exemption_asked_at is not None or problem.exempted_at is not None
        return not is_asked and is_late(problem, problem.suspended_at or clock.now())
    return True


def is_own_work(acting: Acting, events: Sequence[ProblemEvent]) -> bool:
    """The person or the unit reported it back: somebody else must check."""
    last = next((event for event in events if event.action in ANSWERED_BY), None)
    if last is None:
        return False
    is_person = (last.actor_kind, last.actor_id) == (ActorKind.USER, str(acting.user_id))
    return is_person or last.unit_id == acting.unit_id


def acts_of(
    acting: Acting,
    problem: Problem,
    events: Sequence[ProblemEvent],
    *,
    suggestion: Suggestion,
    failed: ActForm | None = None,
    withheld: Collection[Action] = (),
) -> Acts:
    """The failed form keeps what was typed; the page itself says why something is `withheld`. At most one statement, for the units to choose from."""
    actions = [action for action in possible(acting, problem, events) if action not in withheld]
    choices: UnitChoices | None = None
    made: dict[Action, Act] = {}
    for action in actions:
        form = failed if failed is not None and failed.action == action else None
        if form is None:
            form = ActForm(acting=acting, action=action, problem=problem, initial=initial(problem, events, suggestion))
        if set(DISPATCHING) & set(form.fields):
            choices = choices or UnitChoices(problem)
            form.offer(choices)
        made[action] = _act(action, form, problem, suggestion)
    primary = next((action for action in FIRST if action in made), None)
    second = [made[action] for action in SECOND if action in made]
    rest = [act for action, act in made.items() if action != primary and action not in SECOND]
    return Acts(made[primary] if primary else None, second, rest)


def initial(problem: Problem, events: Sequence[ProblemEvent], suggestion: Suggestion) -> dict[str, Any]:
    asked = next((event for event in events if event.action == Action.ASK_EXTENSION), None)
    return {
        "territory": suggestion.territory.pk if suggestion.territory else None,
        "department": suggestion.department.pk if suggestion.department else None,
        "lead_side": suggestion.side,
        "helpers": [unit.pk for unit in suggestion.helpers],
        "extension_value": asked.evidence.get("value") if asked and problem.pending_request else None,
    }


def _act(action: Action, form: ActForm, problem: Problem, suggestion: Suggestion) -> Act:
    is_dispatch = action in (Action.DISPATCH, Action.REDISPATCH)
    has_value = "extension_value" in form.fields
    return Act(
        action=action,
        form=form,
        icon=ICONS[action],
        key=KEYS.get(action, ""),
        is_danger=action in DANGEROUS,
        effect=EFFECTS.get(action, ""),
        suffix=LimitUnit(handle_limit(problem, house_limits()).unit).label if has_value else "",
        notes=_notes(suggestion) if is_dispatch else {},
    )


def _notes(suggestion: Suggestion) -> dict[str, str]:
    """Under each field why it says what it says; a rule that names no unit speaks under the side that it chose."""
    notes = {"territory": suggestion.territory_why, "department": suggestion.department_why}
    return notes if suggestion.rule_why in ("", *notes.values()) else {**notes, "lead_side": suggestion.rule_why}
