"""What was received, kept as it came and never shown, and what is published of it."""

from django.db import models

from wenming.foundation.files.enums import FileKind
from wenming.kernel.actors import ActorKind
from wenming.kernel.ids import uuid7

HASH_CHARACTERS = 64


class StoredFile(models.Model):
    """One receipt of one file. The same bytes received twice are two rows and one file on disk.

    Position, device and time of the shot are private: they serve the check of a photo and are in no published copy.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    sha256_received = models.CharField(max_length=HASH_CHARACTERS)
    sha256_published = models.CharField(max_length=HASH_CHARACTERS, blank=True)
    bytes_received = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    camera = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sha256_received"], name="file_by_received"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        return self.kind == FileKind.PHOTO


class PhotoView(models.Model):
    """One view of a photo as 64 bits in four pieces, each found by equality; `place` counts in `likeness.KEPT_FRAMES`."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="views")
    place = models.PositiveSmallIntegerField()
    piece0 = models.PositiveIntegerField()
    piece1 = models.PositiveIntegerField()
    piece2 = models.PositiveIntegerField()
    piece3 = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "place"], name="photo_view_once")]
        indexes = [
            models.Index(fields=["piece0"], name="photo_view_piece0"),
            models.Index(fields=["piece1"], name="photo_view_piece1"),
            models.Index(fields=["piece2"], name="photo_view_piece2"),
            models.Index(fields=["piece3"], name="photo_view_piece3"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.place}"

    @property
    def bits(self) -> int:
        return self.piece0 | self.piece1 << 16 | self.piece2 << 32 | self.piece3 << 48
