"""The item in the rail."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "metrics.view_figures")


ENTRY = nav.NavEntry(
    key="metrics.list",
    label=_("指标"),
    url_name="metrics:list",
    icon="chart",
    order=500,
    is_visible=_is_visible,
)
