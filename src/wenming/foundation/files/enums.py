from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileKind(TextChoices):
    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("文档")
