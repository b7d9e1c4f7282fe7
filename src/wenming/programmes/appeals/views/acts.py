"""What this person can do with this appeal now: the buttons of its page and the forms behind them."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.telling import Act, Acts, arranged
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.models import Unit
from wenming.programmes.appeals import rules
from wenming.programmes.appeals.enums import Action
from wenming.programmes.appeals.errors import AppealNotFound
from wenming.programmes.appeals.flow import FLOW
from wenming.programmes.appeals.forms import ACT_FIELDS, AppealActForm, handlers_for
from wenming.programmes.appeals.models import Appeal
from wenming.programmes.appeals.services.acts import named

ACTABLE: Final = frozenset({*rules.UNIT_ACTIONS, *rules.SECOND_ACTIONS, *rules.OFFICE_ACTIONS})
DANGEROUS: Final = (Action.VOID, Action.CLOSE_UNSOLVED)
# Buttons of the head, most wanted first; what is in neither list stands in the menu.
FIRST: Final = (
    Action.SIGN,
    Action.ANSWER,
    Action.SAY_SOLVED,
    Action.CLOSE,
    Action.REOPEN,
    Action.PUBLISH,
)
SECOND: Final = (Action.HAND_BACK, Action.SAY_UNSOLVED)
ICONS: Final[dict[str, str]] = {
    Action.RAISE: "message",
    Action.ASSIGN: "handover",
    Action.SIGN: "check",
    Action.HAND_BACK: "undo",
    Action.ANSWER: "send",
    Action.SAY_SOLVED: "done",
    Action.SAY_UNSOLVED: "return",
    Action.REOPEN: "repeat",
    Action.CLOSE: "stamp",
    Action.CLOSE_UNSOLVED: "close",
    Action.PUBLISH: "globe",
    Action.UNPUBLISH: "eye-off",
    Action.HAND_OVER: "handover",
    Action.VOID: "void",
}
EFFECTS: Final[dict[Action, Promise]] = {
    Action.ASSIGN: _("办理单位会收到通知，办理时限从现在起算。"),
    Action.HAND_BACK: _("回到待交办，由文明办另行交办。"),
    Action.ANSWER: _("先答复当事人，再写在这里。是否解决，由当事人或第二人说。"),
    Action.SAY_SOLVED: _("问过当事人，或者另一个人去看过。办理的人和办理单位不能自己说。"),
    Action.SAY_UNSOLVED: _("办理单位会收到原因。"),
    Action.REOPEN: _("办理单位接着办，办理时限重新起算。"),
    Action.CLOSE_UNSOLVED: _("按“已说明，未解决”办结，不计入解决。"),
    Action.PUBLISH: _("任何人都能看到，不登录也能看。"),
    Action.UNPUBLISH: _("公开页上不再出现。"),
    Action.VOID: _("这一件不再办理，也不计入任何数字。经过仍然保留。"),
}


def action_named(text: str) -> Action:
    """Raises AppealNotFound: a form of ours never asks for what cannot be done to an appeal that is there."""
    if text not in ACTABLE:
        raise AppealNotFound
    return Action(text)


def possible(acting: Acting, appeal: Appeal) -> list[Action]:
    """What a guard would refuse for a reason that shows on the page is not offered."""
    found = []
    for transition in FLOW.actions_from(appeal.state):
        action = Action(transition.action)
        if action not in ACTABLE or not permissions.can(acting, rules.permission(action), appeal):
            continue
        if action in rules.SECOND_ACTIONS and is_own_work(acting, appeal):
            continue
        if action == Action.PUBLISH and (not appeal.consents_public or appeal.published_at is not None):
            continue
        if action == Action.UNPUBLISH and appeal.published_at is None:
            continue
        found.append(action)
    return found


def is_own_work(acting: Acting, appeal: Appeal) -> bool:
    """The person or the unit handled it: somebody else must say whether it is solved."""
    is_person = bool(appeal.answered_by) and appeal.answered_by == named(acting.actor)
    return is_person or acting.unit_id in (appeal.lead_id, appeal.answered_unit_id)


def form_for(action: Action, appeal: Appeal, handlers: Sequence[Unit], data: Any = None) -> AppealActForm:
    initial = {"public_text": appeal.text, "public_answer": appeal.answer, "unit": appeal.lead_id}
    form = AppealActForm(data, action=action.value, wanted=ACT_FIELDS.get(action, ()), initial=initial)
    form.offer("unit", [("", _("请选择")), *((unit.pk, unit.name) for unit in handlers)])
    return form


def acts_of(acting: Acting, appeal: Appeal, *, failed: AppealActForm | None = None) -> Acts:
    """The failed form keeps what was typed. At most one statement, for the units to choose from."""
    actions = possible(acting, appeal)
    handlers = handlers_for(appeal) if Action.ASSIGN in actions else []
    made: dict[str, Act] = {}
    for action in actions:
        form = failed if failed is not None and failed.action == action else form_for(action, appeal, handlers)
        made[action] = Act(
            action=action.value,
            label=_("改交办") if action == Action.ASSIGN and appeal.lead_id else action.label,
            form=form,
            icon=ICONS[action],
            effect=EFFECTS.get(action, ""),
            is_danger=action in DANGEROUS,
        )
    first = FIRST if appeal.lead_id else (Action.ASSIGN, *FIRST)
    return arranged(made, first=first, second=SECOND)
