"""Who may look at flows and say which days are worked."""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

declare("loop.view_flows", has_role(*Role))
declare("loop.override_days", has_role(Role.ADMINISTRATOR, Role.OFFICE))
