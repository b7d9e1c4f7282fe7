"""What a key can be made for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Right(TextChoices):
    PROBLEMS_READ = "problems:read", _("查看问题")
    PROBLEMS_WRITE = "problems:write", _("登记和办理问题")
    PROBLEMS_HISTORY = "problems:history", _("补登以前发生的步骤")
    PLACES_READ = "places:read", _("查看区划和点位")
    STANDARDS_READ = "standards:read", _("查看标准和问题类型")
    FIGURES_READ = "figures:read", _("查看数字")
