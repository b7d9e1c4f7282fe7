"""What every staff page asks first: is somebody signed in, and may they?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting

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
