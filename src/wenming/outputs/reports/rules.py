"""Who may do what with reports. Figures of the city are no secret among those who plan and report."""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

declare("reports.view", has_role(Role.OFFICE, Role.LEADER, Role.AUTHOR, Role.COUNTY))
declare("reports.build", has_role(Role.OFFICE, Role.LEADER, Role.AUTHOR))
declare("reports.verify", has_role(Role.OFFICE, Role.LEADER, Role.AUTHOR))
declare("reports.sign", has_role(Role.OFFICE, Role.LEADER))
