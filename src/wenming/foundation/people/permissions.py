"""Named permissions: every app declares its own with a predicate, every verb asks here.

`rules` holds them; it has no types, so it is spoken to in this module alone.
"""

from collections.abc import Callable
from typing import Any

import rules
from rules.predicates import Predicate

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel.errors import NotSignedIn, Refused


def declare(permission: str, who: Predicate) -> None:
    """Makes `permission` known; declaring it again replaces who holds it."""
    rules.permissions.permissions.pop(permission, None)
    rules.permissions.add_perm(permission, who)  # type: ignore[no-untyped-call]


def predicate(check: Callable[[Acting, Any], bool]) -> Predicate:
    """A test of somebody at work and a thing (None when it is asked of no thing in particular); combines by & | ~."""
    made: Predicate = rules.predicates.predicate(check)  # type: ignore[no-untyped-call]
    return made


def can(acting: Acting | None, permission: str, thing: Any = None) -> bool:
    """False for an unknown permission: what nobody declared nobody may."""
    return acting is not None and bool(rules.permissions.has_perm(permission, acting, thing))  # type: ignore[no-untyped-call]


def require(acting: Acting | None, permission: str, thing: Any = None) -> Acting:
    """The session's grant when it allows `permission` on `thing`. Raises NotSignedIn, Refused."""
    if acting is None:
        raise NotSignedIn
    if not can(acting, permission, thing):
        raise Refused
    return acting


def has_role(*roles: Role) -> Predicate:
    """A predicate that holds under any of `roles`, whatever the thing."""

    def check(acting: Acting, _thing: Any = None) -> bool:
        return acting.is_any(*roles)

    return predicate(check)


@predicate
def in_scope(acting: Acting, thing: Any) -> bool:
    """The thing lies within the grant's scope; no thing is in scope of everybody (the list itself is filtered)."""
    return thing is None or acting.scope.covers(thing)
