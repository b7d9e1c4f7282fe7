"""Who may look at flows and say which days are worked."""

import rules

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import has_role

rules.add_perm("loop.view_flows", has_role(*Role))
rules.add_perm("loop.override_days", has_role(Role.ADMINISTRATOR, Role.OFFICE))
