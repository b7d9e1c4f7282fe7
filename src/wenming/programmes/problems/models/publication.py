"""What the city shows of a problem to everybody: chosen by the office, taken back at will, never by itself."""

from django.db import models
from django.db.models import Q

from wenming.kernel.ids import uuid7
from wenming.programmes.problems.enums import PhotoMoment
from wenming.programmes.problems.models.problem import TITLE_CHARS_MAX, Problem

REASON_CHARS_MAX = 200


class Publication(models.Model):
    """The words are the office's own, since what residents write may name somebody."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    problem = models.OneToOneField(Problem, on_delete=models.PROTECT, related_name="publication")
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    # For the office; the public page says only that it was withdrawn.
    withdrawal_reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], name="publication_shown", condition=Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class PublishedPhoto(models.Model):
    """`file` is the copy that is shown, with faces and plates covered; `source` is the photo it was made from."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="photos")
    source = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=6, choices=PhotoMoment.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "source"], name="published_photo_once")]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.moment}"
