"""Who may make keys for other programs: whoever acts on problems; a key never may more than its maker."""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

declare("exchange.keep_keys", has_role(Role.OFFICE, Role.COUNTY, Role.LIAISON, Role.INSPECTOR, Role.AUTHOR))
