"""The words of the division tables, and what can be wrong with a position."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenming.kernel.regions import RegionLevel

# As the statistical tables and offices write them. A development zone of the statistics counts as a county.
LEVEL_WORDS = {
    "省": RegionLevel.PROVINCE,
    "省级": RegionLevel.PROVINCE,
    "市": RegionLevel.CITY,
    "市级": RegionLevel.CITY,
    "地级": RegionLevel.CITY,
    "县": RegionLevel.COUNTY,
    "县级": RegionLevel.COUNTY,
    "区": RegionLevel.COUNTY,
    "县市区": RegionLevel.COUNTY,
    "统计用开发区": RegionLevel.COUNTY,
    "乡": RegionLevel.TOWN,
    "乡级": RegionLevel.TOWN,
    "乡镇": RegionLevel.TOWN,
    "街道": RegionLevel.TOWN,
    "镇": RegionLevel.TOWN,
    "村": RegionLevel.VILLAGE,
    "村级": RegionLevel.VILLAGE,
    "社区": RegionLevel.VILLAGE,
}

LEVEL_NAMES = {
    RegionLevel.CITY: _("市"),
    RegionLevel.COUNTY: _("县（市、区）"),
    RegionLevel.TOWN: _("乡镇（街道）"),
    RegionLevel.VILLAGE: _("村（社区）"),
}


class PlaceFault(TextChoices):
    """Why a position is not believed."""

    EMPTY = "empty", _("没有坐标")
    OUT_OF_RANGE = "out_of_range", _("坐标超出地球的范围")
    SWAPPED = "swapped", _("经纬度写反了")
    OUTSIDE = "outside", _("不在本市范围内")


class RowResult(TextChoices):
    CREATED = "created", _("新增")
    UPDATED = "updated", _("更新")
    UNCHANGED = "unchanged", _("没有变化")
    REJECTED = "rejected", _("退回")
