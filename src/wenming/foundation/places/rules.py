"""Who may do what with points and regions."""

import rules

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import has_role, in_scope

keeps_points = has_role(Role.ADMINISTRATOR, Role.OFFICE, Role.COUNTY)

rules.add_perm("places.view_points", has_role(*Role) & in_scope)
rules.add_perm("places.register_point", keeps_points)
rules.add_perm("places.change_point", keeps_points & in_scope)
rules.add_perm("places.import_regions", has_role(Role.ADMINISTRATOR, Role.OFFICE))
