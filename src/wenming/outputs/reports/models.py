"""What was issued: the manifest of every report that left the system, kept where nobody can edit it."""

from django.db import models

from wenming.kernel.actors import ActorKind

DIGEST_CHARACTERS = 64


class ReportIssue(models.Model):
    """One built report. `rows` is its manifest in reading order; the digests are of the file and of the manifest.

    `as_of` is the moment whose knowledge was asked, `cutoff` the moment after which nothing counted as happened; both are
    null when nothing was asked and the present counted. `known_at` is the moment whose knowledge was printed, null for
    issues from before it was kept. Append-only by trigger.
    """

    period = models.CharField(max_length=20)
    built_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)
    as_of = models.DateTimeField(null=True)
    cutoff = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    docx_sha256 = models.CharField(max_length=DIGEST_CHARACTERS)
    manifest_sha256 = models.CharField(max_length=DIGEST_CHARACTERS)
    rows = models.JSONField()
    computed_count = models.PositiveIntegerField()
    declared_count = models.PositiveIntegerField()
    missing_count = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["manifest_sha256"], name="issue_by_manifest"),
            models.Index(fields=["period", "-id"], name="issue_by_period"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.built_at:%Y-%m-%d %H:%M}"
