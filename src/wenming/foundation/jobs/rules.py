from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

# What a session sees is narrowed to what its person asked for by the selector.
declare("jobs.view", has_role(*Role))
