"""Puts the session's grant on the request and ends sessions that nobody sits at."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wenming.foundation.people import selectors
from wenming.foundation.people.enums import ADMINISTRATORS
from wenming.foundation.people.models import Grant
from wenming.kernel import clock

Handler = Callable[[HttpRequest], HttpResponse]
GRANT_KEY = "grant_id"
SEEN_KEY = "seen_us"
SINCE_KEY = "since_us"
FACTOR_KEY = "factor_passed"
# What is open to somebody who must first do something else.
ALWAYS_OPEN = ("people:sign_out", "switch_language")
# Writing the session on every request would cost a commit a page.
SEEN_EVERY = timedelta(minutes=1)


def acting(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.acting = None  # type: ignore[attr-defined]
        if request.session.session_key is not None and request.user.is_authenticated:
            if _is_over(request):
                logout(request)
            else:
                grants = list(selectors.open_grants(request.user.pk))
                request.grants = grants  # type: ignore[attr-defined]
                request.acting = selectors.acting_among(  # type: ignore[attr-defined]
                    grants, request.session.get(GRANT_KEY)
                )
                detour = _detour(request, grants)
                if detour and request.path not in map(reverse, (detour, *ALWAYS_OPEN)):
                    return redirect(detour)
        return get_response(request)

    return middleware


def _detour(request: HttpRequest, grants: Sequence[Grant]) -> str | None:
    """Where this person must go first: show the second factor, change a password that was handed over, enrol.

    Until the second factor is shown the session acts for nobody. Costs no statement.
    """
    user = request.user
    if user.has_second_factor and not request.session.get(FACTOR_KEY):  # type: ignore[union-attr]  # signed in
        request.acting, request.grants = None, []  # type: ignore[attr-defined]
        return "people:sign_in_code"
    if user.must_change_password:  # type: ignore[union-attr]  # signed in
        return "people:account"
    is_administrator = any(grant.role in ADMINISTRATORS for grant in grants)
    if settings.SECOND_FACTOR_REQUIRED and is_administrator and not user.has_second_factor:  # type: ignore[union-attr]
        return "people:second_factor"
    return None


def _is_over(request: HttpRequest) -> bool:
    """Idle for too long, or open for too long however busy."""
    now = clock.now()
    seen = request.session.get(SEEN_KEY)
    since = now - clock.from_us(seen) if seen is not None else timedelta()
    if since > timedelta(minutes=settings.STAFF_IDLE_MINUTES):
        return True
    began = request.session.setdefault(SINCE_KEY, clock.to_us(now))
    if now - clock.from_us(began) >= timedelta(hours=settings.STAFF_SESSION_HOURS):
        return True
    if seen is None or since >= SEEN_EVERY:
        request.session[SEEN_KEY] = clock.to_us(now)
    return False
