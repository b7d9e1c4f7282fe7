"""The item in the rail, and the page under Set-up."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, setup


def _holds(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: permissions.can(getattr(request, "acting", None), permission)


ENTRY = nav.NavEntry(
    key="standings.table",
    label=_("综合评价"),
    url_name="standings:table",
    icon="sort",
    order=780,
    is_visible=_holds("standings.view"),
)
SETUP = setup.SetupEntry(
    key="standings.definitions",
    label=_("综合评价办法"),
    text=_("区域、部门、岗位三级，看哪些指标、各占多少分。"),
    url_name="standings:definitions",
    icon="sort",
    order=240,
    is_visible=_holds("standings.define"),
)
