"""Who may do what with points and regions."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role, in_scope

keeps_points = has_role(Role.ADMINISTRATOR, Role.OFFICE, Role.COUNTY)

declare("places.view_points", has_role(Role.ADMINISTRATOR, *WORKING) & in_scope)
declare("places.register_point", keeps_points)
declare("places.change_point", keeps_points & in_scope)
declare("places.import_regions", has_role(Role.ADMINISTRATOR, Role.OFFICE))
declare("places.change_regions", has_role(Role.ADMINISTRATOR))
