"""Who sees how units stand, and who says by what. What a session sees is narrowed by the selector."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role

declare("standings.view", has_role(*WORKING))
declare("standings.define", has_role(Role.OFFICE))
