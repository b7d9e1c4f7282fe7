"""The item in the rail."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "reports.view")


ENTRY = nav.NavEntry(
    key="reports.home", label=_("报告"), url_name="reports:home", icon="doc", order=800, is_visible=_is_visible
)
