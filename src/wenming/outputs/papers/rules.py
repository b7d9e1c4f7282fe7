"""Who writes papers, who signs them, and who gets them."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role

# What a session sees is narrowed to what was sent to its unit by the selector.
declare("papers.view", has_role(*WORKING))
declare("papers.draft", has_role(Role.OFFICE, Role.AUTHOR))
declare("papers.sign", has_role(Role.OFFICE, Role.LEADER))
declare("papers.set_up", has_role(Role.OFFICE))
declare("papers.receive", has_role(Role.LIAISON, Role.COUNTY))
