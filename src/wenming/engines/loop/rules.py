"""Who may look at flows and say which days are worked."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role

declare("loop.view_flows", has_role(Role.ADMINISTRATOR, *WORKING))
declare("loop.override_days", has_role(Role.ADMINISTRATOR, Role.OFFICE))
declare("loop.set_words", has_role(Role.ADMINISTRATOR, Role.OFFICE))
