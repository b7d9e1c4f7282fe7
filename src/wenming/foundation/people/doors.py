"""What every staff page asks first: is somebody signed in, and may they?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.errors import RightMissing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that has passed `staff`: `acting` is there."""

    acting: Acting


def staff(permission: str) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponseBase]], View[P]]:
    """Only whoever holds `permission` (in general; the thing itself is checked by the view's selector or service)."""

    def decorate(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            permissions.require(getattr(request, "acting", None), permission)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        wrapped.permission = permission  # type: ignore[attr-defined]
        return cast("View[P]", wrapped)

    return decorate


def permission_of(view: Any) -> str | None:
    """The permission that a view was declared with; for the test that goes through every door."""
    return getattr(view, "permission", None)


class CallRequest(StaffRequest):
    """A request to the API. `rights` is None for a session, which may all that its grant may, and for a key what the
    key was made for; `caller` names what did the asking, for idempotency: the person's own, or the key."""

    rights: frozenset[str] | None
    caller: str


def calls(
    permission: str, *, right: str
) -> Callable[[Callable[Concatenate[CallRequest, P], Any]], Callable[Concatenate[CallRequest, P], Any]]:
    """An operation of the API: the grant must hold `permission`, and a key must have been made for `right`.

    Raises NotSignedIn, Refused, RightMissing.
    """

    def decorate(view: Callable[Concatenate[CallRequest, P], Any]) -> Callable[Concatenate[CallRequest, P], Any]:
        @wraps(view)
        def wrapped(request: CallRequest, *args: P.args, **kwargs: P.kwargs) -> Any:
            permissions.require(getattr(request, "acting", None), permission)
            if request.rights is not None and right not in request.rights:
                raise RightMissing(right=right)
            return view(request, *args, **kwargs)

        wrapped.permission, wrapped.right = permission, right  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[CallRequest, P], Any]", wrapped)

    return decorate
