"""The item in the rail, and what is set up."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, setup


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


def _keeps(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "places.register_point")


SETUP = setup.SetupEntry(
    key="places.points",
    label=_("点位"),
    text=_("名称、类型、位置和两个责任单位；一次改一批，随时撤回。"),
    url_name="places:points",
    icon="pin",
    order=120,
    is_visible=_keeps,
)


def _keeps_regions(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "places.change_regions")


REGIONS_SETUP = setup.SetupEntry(
    key="places.regions",
    label=_("区划"),
    text=_("县区、乡镇街道、村社区的名称；新设的加上，撤销的停用。"),
    url_name="places:regions",
    icon="layers",
    order=110,
    is_visible=_keeps_regions,
)
