"""Named permissions: every app registers its own with `rules`, every verb asks here."""

from typing import Any

import rules

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel.errors import NotSignedIn, Refused


def can(acting: Acting | None, permission: str, thing: Any = None) -> bool:
    """False for an unknown permission: what nobody declared nobody may."""
    return acting is not None and rules.has_perm(permission, acting, thing)


def require(acting: Acting | None, permission: str, thing: Any = None) -> Acting:
    """The session's grant when it allows `permission` on `thing`. Raises NotSignedIn, Refused."""
    if acting is None:
        raise NotSignedIn
    if not rules.has_perm(permission, acting, thing):
        raise Refused
    return acting


def has_role(*roles: Role) -> rules.predicates.Predicate:
    """A predicate that holds under any of `roles`, whatever the thing."""

    def check(acting: Acting, _thing: Any = None) -> bool:
        return acting.is_any(*roles)

    return rules.predicate(check, name="has_role_" + "_".join(sorted(roles)))


@rules.predicate
def in_scope(acting: Acting, thing: Any = None) -> bool:
    """The thing lies within the grant's scope; no thing is in scope of everybody (the list itself is filtered)."""
    return thing is None or acting.scope.covers(thing)
