import rules

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import has_role

# What a session sees is narrowed to its own person and unit by the selector.
rules.add_perm("notices.view_inbox", has_role(*Role))
