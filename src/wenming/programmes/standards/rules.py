"""Who may do what with standards, catalogues and responsibilities."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role, in_scope

keeps_standards = has_role(Role.OFFICE)
leads_a_county = has_role(Role.COUNTY)

declare("standards.view_standards", has_role(Role.ADMINISTRATOR, *WORKING))
declare("standards.change_standards", keeps_standards)
# The thing is a point: a county decides about its own.
declare("standards.assign_responsibility", keeps_standards | (leads_a_county & in_scope))
