"""The first item in the rail."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "desk.view")


ENTRY = nav.NavEntry(
    key="desk.home", label=_("工作台"), url_name="desk:home", icon="home", order=0, is_visible=_is_visible
)
