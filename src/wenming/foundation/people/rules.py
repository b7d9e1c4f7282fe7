"""Who sets up units and accounts, who says what each may do, and who reads what both did.

Which units are put in order among one another is the office's own.
"""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

is_system = has_role(Role.ADMINISTRATOR)
is_security = has_role(Role.SECURITY)

declare("people.view_people", is_system | is_security)
declare("people.change_people", is_system)
declare("people.change_units", is_system)
declare("people.set_groups", has_role(Role.OFFICE))
declare("people.grant_roles", is_security)
declare("people.confirm_grants", is_system | is_security)
declare("people.keep_accounts", is_security)
declare("people.read_audit", has_role(Role.AUDITOR))
# Whoever works here has an account of his own.
declare("people.own_account", has_role(*Role))
