"""The three levels of an evaluation, and along what its rows run."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """After GB/T 30428.4; a post is what an office does, and never a person."""

    AREA = "area", _("区域评价")
    UNIT = "unit", _("部门评价")
    POST = "post", _("岗位评价")


class Along(TextChoices):
    REGION = "region", _("县（市、区）")
    TOWN = "town", _("乡镇（街道）")
    UNIT = "unit", _("责任单位")
