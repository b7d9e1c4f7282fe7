"""What was issued: the manifest of every report that left the system, kept where nobody can edit it."""

from django.db import models
from django.db.models import F, Q

from wenming.kernel.actors import ActorKind
from wenming.kernel.ids import uuid7

DIGEST_CHARACTERS = 64
BECAUSE_CHARACTERS_MAX = 500
PERIOD_CHARACTERS = 20
SPAN_CHARACTERS = 60
# Not null, so that one number of one period and region is one edition on every database.
WHOLE_CITY = 0


class ReportIssue(models.Model):
    """One built report. `rows` is its manifest in reading order; the digests are of the file and of the manifest.

    `as_of` is the moment whose knowledge was asked, `cutoff` the moment after which nothing counted as happened; both are
    null when nothing was asked and the present counted. `region_code` is WHOLE_CITY or a county's or a street's, `outline`
    the form that it was written by. `known_at` is the moment whose knowledge was printed, null for
    issues from before it was kept. Append-only by trigger.
    """

    period = models.CharField(max_length=PERIOD_CHARACTERS)
    region_code = models.BigIntegerField(default=WHOLE_CITY)
    outline = models.CharField(max_length=20, default="annual")
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
    # Where it was built on the office's own template: the tags of it, in order.
    tags = models.JSONField(default=list)
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

    @property
    def region(self) -> int | None:
        return self.region_code or None


class Edition(models.Model):
    """A report that a second person signed: from then on its figures stand, with the rows that they rest on.

    A correction is a new edition of the same period and region that names the old one and says why. Append-only by trigger.
    `drafted_by` is null for a report that nobody built by hand.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    issue = models.OneToOneField(ReportIssue, on_delete=models.PROTECT, related_name="edition")
    period = models.CharField(max_length=PERIOD_CHARACTERS)
    region_code = models.BigIntegerField(default=WHOLE_CITY)
    number = models.PositiveIntegerField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    because = models.CharField(max_length=BECAUSE_CHARACTERS_MAX, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    drafted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "region_code", "number"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True) | ~Q(drafted_by=F("signed_by")), name="edition_by_two"
            ),
            models.CheckConstraint(
                condition=Q(number=1, corrects__isnull=True, because="")
                | (Q(number__gt=1, corrects__isnull=False) & ~Q(because="")),
                name="edition_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.number}"


class FrozenFigure(models.Model):
    """A figure of an edition. `rows` are gzipped canonical JSON lines (`freezing`), null where nothing was computed.

    `definition_sha256` is of the metric's definition, `evidence_sha256` of its ids, `rows_sha256` of the lines before
    they were packed. `period` is the label of a `spans.Span`. `declaration` says who declared it from what. Append-only by trigger.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="figures")
    key = models.CharField(max_length=80)
    period = models.CharField(max_length=SPAN_CHARACTERS)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=10)
    version = models.PositiveIntegerField(null=True)
    definition_sha256 = models.CharField(max_length=DIGEST_CHARACTERS, blank=True)
    display = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=80, blank=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    evidence_count = models.PositiveBigIntegerField(null=True)
    evidence_sha256 = models.CharField(max_length=DIGEST_CHARACTERS, blank=True)
    rows = models.BinaryField(null=True)
    rows_sha256 = models.CharField(max_length=DIGEST_CHARACTERS, blank=True)
    declaration = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "key", "period"], name="frozen_figure_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.period} {self.display}"
