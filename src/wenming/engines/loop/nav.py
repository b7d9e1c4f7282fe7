"""What the loop lets an office set up."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import setup


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "loop.override_days")


SETUP = setup.SetupEntry(
    key="loop.calendar",
    label=_("工作日历"),
    text=_("哪几天上班、哪几天休息；时限跟着重新计算。"),
    url_name="loop:calendar",
    icon="calendar",
    order=200,
    is_visible=_is_visible,
)
