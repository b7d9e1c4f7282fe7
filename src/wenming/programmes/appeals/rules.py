"""Who may do what with an appeal and a meeting."""

from typing import Any, Final

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role, in_scope, predicate
from wenming.programmes.appeals.enums import Action

is_office = has_role(Role.OFFICE, Role.COUNTY)
is_listener = has_role(Role.OFFICE, Role.COUNTY, Role.LIAISON, Role.INSPECTOR)
is_staff = has_role(*WORKING)


@predicate
def answers_for(acting: Acting, appeal: Any) -> bool:
    """A liaison of the unit that handles the appeal."""
    if not acting.is_any(Role.LIAISON):
        return False
    return appeal is None or appeal.lead_id == acting.unit_id


UNIT_ACTIONS: Final = (Action.SIGN, Action.HAND_BACK, Action.ANSWER)
# Of whoever heard it from the resident or went to look; the table keeps the handling unit out.
SECOND_ACTIONS: Final = (Action.SAY_SOLVED, Action.SAY_UNSOLVED)
OFFICE_ACTIONS: Final = (
    Action.ASSIGN,
    Action.REOPEN,
    Action.CLOSE,
    Action.CLOSE_UNSOLVED,
    Action.PUBLISH,
    Action.UNPUBLISH,
    Action.VOID,
)


def permission(action: Action) -> str:
    return f"appeals.{action.value}"


def register() -> None:
    declare("appeals.view_appeal", is_staff & in_scope)
    declare(permission(Action.RAISE), is_listener)
    declare("appeals.view_meetings", is_staff)
    declare("appeals.record_meeting", is_office & in_scope)
    for action in UNIT_ACTIONS:
        declare(permission(action), answers_for & in_scope)
    for action in SECOND_ACTIONS:
        declare(permission(action), is_listener & in_scope)
    for action in OFFICE_ACTIONS:
        declare(permission(action), is_office & in_scope)
