"""The item in the rail, with how many papers wait for a signature."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, onward
from wenming.outputs.papers import selectors
from wenming.outputs.papers.enums import Kind


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "papers.view")


def _may_draft(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "papers.draft")


def _counts(request: HttpRequest) -> nav.Counts:
    acting = request.acting  # type: ignore[attr-defined]
    waiting = selectors.waiting_for_signature(acting) if permissions.can(acting, "papers.sign") else 0
    return nav.Counts(open=waiting)


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
