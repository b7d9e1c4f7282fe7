from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

# What a session sees is narrowed to its own person and unit by the selector.
declare("notices.view_inbox", has_role(*Role))
