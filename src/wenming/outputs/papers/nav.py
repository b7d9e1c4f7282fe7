"""The item in the rail, with how many papers wait for a signature."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import beside, nav, onward
from wenming.kernel.ui.strangers import tail_of
from wenming.outputs.papers import selectors
from wenming.outputs.papers.enums import Kind
from wenming.programmes.problems.models import ReplyLink
from wenming.programmes.problems.services.links import token_of


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "papers.view")


def _may_draft(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "papers.draft")


def _counts(request: HttpRequest) -> nav.Counts:
    acting = request.acting  # type: ignore[attr-defined]
    waiting = selectors.waiting_for_signature(acting) if permissions.can(acting, "papers.sign") else 0
    return nav.Counts(open=waiting)


def orders_beside(request: HttpRequest, link: ReplyLink) -> list[beside.Beside]:
    """On the page of a reply link: the orders that list its problem, to be signed for."""
    made = []
    for order in selectors.orders_of_link(link):
        is_done = order.received_at is not None
        url = reverse("order_links:order", args=[token_of(link), order.public_id]) + tail_of(request)
        note = _("已签收") if is_done else _("还没有签收")
        act = _("看回执") if is_done else _("签收")
        made.append(
            beside.Beside(gettext("交办单 {number}").format(number=order.number), str(note), url, str(act), is_done)
        )
    return made


ENTRY = nav.NavEntry(
    key="papers.list",
    label=_("公文"),
    url_name="papers:list",
    icon="stamp",
    order=790,
    is_visible=_is_visible,
    counts=_counts,
)
ONWARD = tuple(
    onward.Onward("problems", kind.value, label, "papers:for_units", _may_draft)
    for kind, label in ((Kind.ORDER, _("出交办单")), (Kind.REMINDER, _("出催办函")), (Kind.SUPERVISION, _("出督办单")))
)
