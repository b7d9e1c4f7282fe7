"""The link by which a unit answers without an account: made at dispatch, useless after the problem has moved on."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.throttle import services as throttle
from wenming.foundation.throttle.services import Rate
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import LinkBusy, LinkExpired, LinkUnknown, NobodyToDispatchTo
from wenming.programmes.problems.models import Problem, ReplyLink

LIFETIME_AFTER_DUE: Final = timedelta(days=14)
HITS_AN_HOUR_MAX: Final = 240
# Somebody who copied a link badly tries a few times; a list of guesses is longer.
UNKNOWN_LINKS: Final = Rate("problems.unknown_link", at_once=60, every=timedelta(seconds=30))
_HOUR: Final = timedelta(hours=1)
_MAC_CHARS: Final = 22
_PK_DIGITS_MAX: Final = 18

MAKES_LINK: Final = frozenset(
    {Action.DISPATCH, Action.REDISPATCH, Action.RESUME, Action.SITE_RETURN, Action.CONTEST, Action.REOPEN}
)
ENDS_LINK: Final = frozenset(
    {
        Action.REDISPATCH,
        Action.GRANT_HANDBACK,
        Action.SUSPEND,
        Action.CLOSE,
        Action.CLOSE_UNFIXED,
        Action.SITE_RETURN,
        Action.REOPEN,
        Action.MERGE,
        Action.VOID,
    }
)


def reply_url(link: ReplyLink) -> str:
    """The path of the link; whoever has it may answer. It can be shown again, since it is derived and not stored."""
    return reverse("links:reply", args=[token_of(link)])


def token_of(link: ReplyLink) -> str:
    mac = salted_hmac("wenming.problems.reply_link", f"{link.pk}:{link.nonce}", algorithm="sha256").digest()
    return f"{link.pk}-{base64.urlsafe_b64encode(mac).decode()[:_MAC_CHARS]}"


def reply_link(acting: Acting, problem: Problem) -> ReplyLink:
    """The open link of the problem's lead unit, made where there is none or its time is over.

    Raises Refused, NobodyToDispatchTo.
    """
    permissions.require(acting, "problems.share_link", problem)
    if problem.lead_id is None:
        raise NobodyToDispatchTo
    now = clock.now()
    with transaction.atomic():
        problem.links.filter(revoked_at__isnull=True, expires_at__lte=now).update(revoked_at=now)
        link, _is_new = ReplyLink.objects.get_or_create(
            problem=problem, unit_id=problem.lead_id, revoked_at=None, defaults=_defaults(problem, now)
        )
    return link


def follow(happened: Sequence[tuple[Action, Problem]], *, at: datetime) -> None:
    """Makes and ends links as the acts require; at most two statements."""
    ended = [problem.pk for action, problem in happened if action in ENDS_LINK]
    if ended:
        ReplyLink.objects.filter(problem_id__in=ended, revoked_at__isnull=True).update(revoked_at=at)
    made = [
        ReplyLink(problem=problem, unit_id=problem.lead_id, **_defaults(problem, at))
        for action, problem in happened
        if action in MAKES_LINK and problem.lead_id is not None
    ]
    if made:
        ReplyLink.objects.bulk_create(made, ignore_conflicts=True)


def give_links(problems: Sequence[Problem]) -> None:
    """The link of each problem's lead unit, for what was taken in as dispatched; one statement."""
    follow([(Action.DISPATCH, problem) for problem in problems], at=clock.now())


def _defaults(problem: Problem, at: datetime) -> dict[str, object]:
    due = max(problem.handle_due_at or at, at)
    return {"nonce": get_random_string(24), "created_at": at, "expires_at": due + LIFETIME_AFTER_DUE}


def open_link(token: str) -> ReplyLink:
    """The link with its problem and unit, counted as opened. Raises what `find_link` raises, LinkBusy for a flood."""
    link = find_link(token)
    _count(link, clock.now())
    return link


def find_link(token: str) -> ReplyLink:
    """The same without counting.

    Raises LinkUnknown for what we never gave out, TooOften for who goes on trying, LinkExpired for what is over.
    """
    pk, dash, _mac = token.partition("-")
    is_shaped = dash and pk.isascii() and pk.isdecimal() and len(pk) <= _PK_DIGITS_MAX
    link = (
        ReplyLink.objects.select_related("problem", "unit", "problem__type", "problem__point")
        .filter(pk=int(pk))
        .first()
        if is_shaped
        else None
    )
    if link is None or not constant_time_compare(token, token_of(link)):
        throttle.take(UNKNOWN_LINKS, who=throttle.here())
        raise LinkUnknown
    if link.revoked_at is not None or link.expires_at <= clock.now():
        raise LinkExpired
    return link


def _count(link: ReplyLink, now: datetime) -> None:
    is_new_window = link.window_started_at is None or now - link.window_started_at >= _HOUR
    if not is_new_window and link.window_hits >= HITS_AN_HOUR_MAX:
        raise LinkBusy
    changes: dict[str, object] = {"opened_count": F("opened_count") + 1, "window_hits": F("window_hits") + 1}
    if is_new_window:
        changes |= {"window_started_at": now, "window_hits": 1}
    if link.first_opened_at is None:
        changes["first_opened_at"] = now
    ReplyLink.objects.filter(pk=link.pk).update(**changes)


def holder(link: ReplyLink) -> Actor:
    return Actor(ActorKind.LINK, str(link.pk), link.unit_id, "link")
