"""What the rail leads to: what waits for this person, all problems of his scope, the reviews and the site visits."""

from collections.abc import Callable

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.ui import nav, setup
from wenming.programmes.problems import flag_selectors, rules, selectors, site_selectors
from wenming.programmes.problems.enums import Action


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
    return nav.Counts(open=selectors.visible_to(acting).filter(selectors.IS_OPEN).count())


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


def _holds(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: permissions.can(_acting(request), permission)


SETUP = (
    setup.SetupEntry(
        key="problems.limits",
        label=_("环节时限"),
        text=_("派遣、处理、审核、结案各用多久。"),
        url_name="problems:limits",
        icon="clock",
        order=220,
        is_visible=_holds("problems.set_limits"),
    ),
    setup.SetupEntry(
        key="problems.type_models",
        label=_("分类建议"),
        text=_("用本市办结的问题训练，登记时建议类型。"),
        url_name="problems:type_models",
        icon="chart",
        order=235,
        is_visible=_holds("problems.set_type_model"),
    ),
    setup.SetupEntry(
        key="problems.routing",
        label=_("派遣规则"),
        text=_("什么问题建议派给谁，先试算再启用。"),
        url_name="problems:routing",
        icon="handover",
        order=230,
        is_visible=_holds("problems.set_routing"),
    ),
)
