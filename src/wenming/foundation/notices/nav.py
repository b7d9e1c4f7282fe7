"""The item in the rail, with how much is unread."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.notices import selectors
from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "notices.view_inbox")


def _counts(request: HttpRequest) -> nav.Counts:
    return nav.Counts(open=selectors.unread_count(request.acting).number)  # type: ignore[attr-defined]


ENTRY = nav.NavEntry(
    key="notices.inbox",
    label=_("消息"),
    url_name="notices:inbox",
    icon="bell",
    order=900,
    is_visible=_is_visible,
    counts=_counts,
)
