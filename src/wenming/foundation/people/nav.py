"""What the three administrators find in the rail."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, setup


def _holds(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: permissions.can(getattr(request, "acting", None), permission)


SETUP = (
    setup.SetupEntry(
        key="people.units",
        label=pgettext_lazy("nav", "单位"),
        text=_("登记、改名、调整上下级、撤销；旧表格里的原名还认得。"),
        url_name="people:units",
        icon="unit",
        order=100,
        is_visible=_holds("people.change_units"),
    ),
    setup.SetupEntry(
        key="people.people",
        label=_("人员与授权"),
        text=_("谁在哪个岗位，管哪一片。"),
        url_name="people:people",
        icon="people",
        order=110,
        is_visible=_holds("people.view_people"),
    ),
    setup.SetupEntry(
        key="people.groups",
        label=_("排名分组"),
        text=_("通报和综合评价里哪些单位放在一起比。"),
        url_name="people:groups",
        icon="people",
        order=120,
        is_visible=_holds("people.set_groups"),
    ),
)
ENTRIES = (
    nav.NavEntry(
        key="people.setup",
        label=_("设置"),
        url_name="people:setup",
        icon="settings",
        order=790,
        is_visible=lambda request: bool(setup.offered_to(request)),
    ),
    nav.NavEntry(
        key="people.people",
        label=_("人员与授权"),
        url_name="people:people",
        icon="people",
        order=800,
        is_visible=_holds("people.view_people"),
    ),
    nav.NavEntry(
        key="people.units",
        label=pgettext_lazy("nav", "单位"),
        url_name="people:units",
        icon="unit",
        order=810,
        is_visible=_holds("people.change_units"),
    ),
    nav.NavEntry(
        key="people.audit",
        label=_("审计记录"),
        url_name="people:audit",
        icon="shield",
        order=820,
        is_visible=_holds("people.read_audit"),
    ),
)
