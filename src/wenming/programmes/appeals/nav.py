"""What the rail leads to, with what waits for this person."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.ui import nav
from wenming.programmes.appeals import selectors


def _acting(request: HttpRequest) -> Acting | None:
    return getattr(request, "acting", None)


def _sees_appeals(request: HttpRequest) -> bool:
    return permissions.can(_acting(request), "appeals.view_appeal")


def _counts(request: HttpRequest) -> nav.Counts:
    acting = _acting(request)
    assert acting is not None
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    found = selectors.waiting_for(acting).order_by().aggregate(open=Count("pk"), late=late)
    return nav.Counts(open=found["open"], late=found["late"])


LIST = nav.NavEntry(
    key="appeals.list",
    label=_("群众诉求"),
    url_name="appeals:list",
    icon="message",
    order=140,
    is_visible=_sees_appeals,
    counts=_counts,
)
