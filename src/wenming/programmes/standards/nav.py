"""The item in the rail."""

from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "standards.view_standards")


ENTRY = nav.NavEntry(
    key="standards.tree",
    label=pgettext_lazy("nav", "测评标准"),
    url_name="standards:tree",
    icon="book",
    order=310,
    is_visible=_is_visible,
)
