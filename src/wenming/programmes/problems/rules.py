"""Who may do what with a problem."""

from typing import Any, Final

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role, in_scope, predicate
from wenming.programmes.problems.enums import Action

is_office = has_role(Role.OFFICE, Role.COUNTY)
is_finder = has_role(Role.OFFICE, Role.COUNTY, Role.INSPECTOR, Role.LIAISON)
# Administrators set up and watch; what people report is not theirs to read.
is_staff = has_role(*WORKING)


@predicate
def answers_for(acting: Acting, problem: Any) -> bool:
    """A liaison of the unit that leads the problem."""
    if not acting.is_any(Role.LIAISON):
        return False
    return problem is None or problem.lead_id == acting.unit_id


may_answer_residents = (answers_for | is_office) & in_scope

is_visitor = has_role(Role.OFFICE, Role.INSPECTOR)
sees_draws = has_role(Role.OFFICE, Role.COUNTY, Role.INSPECTOR, Role.LEADER)

HANDLER_ACTIONS: Final = (
    Action.SIGN,
    Action.REPORT_BACK,
    Action.ASK_EXTENSION,
    Action.ASK_HANDBACK,
    Action.ASK_EXEMPTION,
)
OFFICE_ACTIONS: Final = (
    Action.ACCEPT,
    Action.DISPATCH,
    Action.REDISPATCH,
    Action.PASS_REVIEW,
    Action.RETURN,
    Action.RETURN_SELF,
    Action.CLOSE,
    Action.CLOSE_UNFIXED,
    Action.GRANT_EXTENSION,
    Action.REFUSE_EXTENSION,
    Action.GRANT_HANDBACK,
    Action.REFUSE_HANDBACK,
    Action.SUSPEND,
    Action.RESUME,
    Action.GRANT_EXEMPTION,
    Action.REFUSE_EXEMPTION,
    Action.SPLIT,
    Action.MERGE,
    Action.UNMERGE,
    Action.UNLINK,
    Action.REMIND,
    Action.REOPEN,
    Action.VOID,
)
# Of the unit that leads, or of an office above it.
UNIT_OR_OFFICE_ACTIONS: Final = (Action.ANSWER,)
# Of whoever finds a thing and puts it right there and then.
FINDER_ACTIONS: Final = (Action.SELF_HANDLE,)
# Never done from a problem's own page: the sample's sheet says which visit or which draw it belongs to.
VISITOR_ACTIONS: Final = (Action.SITE_PASS, Action.SITE_FAIL)


def permission(action: Action) -> str:
    return f"problems.{action.value}"


def register() -> None:
    declare("problems.view_problem", is_staff & in_scope)
    declare(permission(Action.FILE), is_finder)
    declare("problems.attach_photos", is_finder)
    declare("problems.share_link", is_office & in_scope)
    declare("problems.publish", is_office & in_scope)
    declare("problems.export", is_office)
    declare("problems.set_routing", has_role(Role.OFFICE))
    declare("problems.set_type_model", has_role(Role.OFFICE))
    declare("problems.share_views", has_role(Role.OFFICE))
    declare("problems.set_limits", has_role(Role.ADMINISTRATOR, Role.OFFICE))
    for action in HANDLER_ACTIONS:
        declare(permission(action), answers_for & in_scope)
    for action in OFFICE_ACTIONS:
        declare(permission(action), is_office & in_scope)
    for action in UNIT_OR_OFFICE_ACTIONS:
        declare(permission(action), may_answer_residents)
    for action in FINDER_ACTIONS:
        declare(permission(action), has_role(Role.OFFICE, Role.COUNTY, Role.INSPECTOR) & in_scope)
    for action in VISITOR_ACTIONS:
        declare(permission(action), is_visitor & in_scope)
    declare(permission(Action.SITE_RETURN), is_office & in_scope)
    declare("problems.explain_photos", answers_for & in_scope)
    declare("problems.answer_flags", is_office & in_scope)
    declare("problems.view_draws", sees_draws)
    declare("problems.make_draw", has_role(Role.OFFICE))
    declare("problems.visit", is_visitor)
    declare("problems.return_batch", has_role(Role.OFFICE))
