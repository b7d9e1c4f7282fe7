"""The item in the rail, and what is set up."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, setup


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


def _keeps(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "standards.change_standards")


SETUP = setup.SetupEntry(
    key="standards.types",
    label=_("问题类型"),
    text=_("小类的立案条件、处置时限和结案条件；新增、停用。"),
    url_name="standards:types",
    icon="list",
    order=210,
    is_visible=_keeps,
)
