"""The item in the rail."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "places.view_points")


ENTRY = nav.NavEntry(
    key="places.points",
    label=_("点位与责任"),
    url_name="places:points",
    icon="pin",
    order=300,
    is_visible=_is_visible,
)
