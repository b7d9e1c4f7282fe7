"""Who has a desk: everybody who works here. What lies on it is narrowed by the selectors."""

from wenming.foundation.people.enums import Role
from wenming.foundation.people.permissions import declare, has_role

declare("desk.view", has_role(*Role))
