"""What the rail leads to: what waits for this person, all problems of his scope, the reviews and the site visits."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.ui import nav
from wenming.programmes.problems import flag_selectors, rules, selectors, site_selectors
from wenming.programmes.problems.enums import OPEN_STATES, Action


def _acting(request: HttpRequest) -> Acting | None:
    return getattr(request, "acting", None)


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(_acting(request), "problems.view_problem")


def _inbox_counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    found = selectors.inbox(acting).order_by().aggregate(open=Count("pk"), late=late)
    return nav.Counts(open=found["open"], late=found["late"])


def _open_counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    return nav.Counts(open=selectors.visible_to(acting).filter(state__in=OPEN_STATES).count())


def _sees_draws(request: HttpRequest) -> bool:
    return permissions.can(_acting(request), "problems.view_draws")


def _reviews(request: HttpRequest) -> bool:
    return permissions.can(_acting(request), rules.permission(Action.PASS_REVIEW))


def _review_counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    found = selectors.review_queue(acting).order_by().aggregate(open=Count("pk"), late=late)
    return nav.Counts(open=found["open"], late=found["late"])


def _flag_counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    return nav.Counts(open=flag_selectors.flags_for(acting).count())


def _walk_counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    return nav.Counts(open=site_selectors.waiting_visits(acting).count())


INBOX = nav.NavEntry(
    key="problems.inbox",
    label=_("收件"),
    url_name="problems:inbox",
    icon="list",
    order=100,
    is_visible=_is_visible,
    counts=_inbox_counts,
)
LIST = nav.NavEntry(
    key="problems.list",
    label=_("问题"),
    url_name="problems:list",
    icon="flag",
    order=110,
    is_visible=_is_visible,
    counts=_open_counts,
)
REVIEW = nav.NavEntry(
    key="problems.review",
    label=_("照片审核"),
    url_name="problems:review",
    icon="photo",
    order=115,
    is_visible=_reviews,
    counts=_review_counts,
)
FLAGS = nav.NavEntry(
    key="problems.flags",
    label=_("待说明照片"),
    url_name="problems:flags",
    icon="help",
    order=117,
    is_visible=_reviews,
    counts=_flag_counts,
)
SITE = nav.NavEntry(
    key="problems.site",
    label=_("实地抽查"),
    url_name="problems:draws",
    icon="locate",
    order=120,
    is_visible=_sees_draws,
    counts=_walk_counts,
)
