"""Who may make keys for other programs and have them told (whoever acts on problems; neither reaches further than its
maker), and who may
take in tables on screen."""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

# A file may hold any part of the city: `office.tables` asks for the whole scope besides.
declare("exchange.import", has_role(Role.ADMINISTRATOR, Role.SECURITY, Role.OFFICE))
declare("exchange.import_units", has_role(Role.ADMINISTRATOR))
declare("exchange.import_accounts", has_role(Role.ADMINISTRATOR))
declare("exchange.import_roles", has_role(Role.SECURITY))
declare("exchange.import_points", has_role(Role.ADMINISTRATOR, Role.OFFICE))
declare("exchange.import_problems", has_role(Role.OFFICE))
declare("exchange.keep_keys", has_role(Role.OFFICE, Role.COUNTY, Role.LIAISON, Role.INSPECTOR, Role.AUTHOR))
