"""Papers from draft to register: what is said is kept as data, what was issued as a file that nobody can change."""

from django.db import models
from django.db.models import F, Q

from wenming.kernel.ids import uuid7
from wenming.outputs.papers.enums import Counting, Kind, State, Urgency

DIGEST_CHARACTERS = 64
TITLE_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 2000
NAME_CHARACTERS_MAX = 40


class PaperSettings(models.Model):
    """What differs from one office to another; one row."""

    issuer = models.CharField(max_length=60, blank=True)
    masthead = models.CharField(max_length=40, blank=True)
    contact = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    order_prefix = models.CharField(max_length=20, default="创交")
    reminder_prefix = models.CharField(max_length=20, default="创催")
    supervision_prefix = models.CharField(max_length=20, default="创督")
    circular_counting = models.CharField(max_length=10, choices=Counting.choices, default=Counting.YEARLY)
    rate_decimals = models.PositiveSmallIntegerField(default=2)
    ranked_from = models.PositiveSmallIntegerField(default=10)
    overdue_colour = models.CharField(max_length=10, default="红色")
    reply_days = models.PositiveSmallIntegerField(default=5)
    is_weekly_drafted = models.BooleanField(default=False)
    is_monthly_drafted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="paper_settings_are_one"),
            models.CheckConstraint(condition=Q(rate_decimals__lte=4), name="paper_rate_decimals"),
        ]

    def __str__(self) -> str:
        return self.issuer


class PaperTemplate(models.Model):
    """One version of the Word file of a kind; the newest is in force. Going back is a new row. Append-only by trigger."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.PositiveIntegerField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True)
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="paper_template_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class PaperNumber(models.Model):
    """The last number of a kind in a year; year 0 for what is counted without end."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="paper_number_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Paper(models.Model):
    """One paper. `content` is what stands in it, `figures` where each of its numbers comes from.

    Both are taken at the moment `as_of` and kept: the signed file says what the draft said.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=TITLE_CHARACTERS_MAX)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=20, blank=True)
    schedule_key = models.CharField(max_length=40, blank=True)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.PLAIN)
    due_on = models.DateField(null=True)
    cc = models.CharField(max_length=200, blank=True)
    intro = models.CharField(max_length=TEXT_CHARACTERS_MAX, blank=True)
    next_steps = models.CharField(max_length=TEXT_CHARACTERS_MAX, blank=True)
    problem_ids = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    figures = models.JSONField(default=list)
    as_of = models.DateTimeField(null=True)
    template = models.ForeignKey(PaperTemplate, on_delete=models.PROTECT, null=True, related_name="+")
    build = models.PositiveIntegerField(default=0)
    docx = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    drafted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    serial = models.PositiveIntegerField(null=True)
    serial_year = models.PositiveSmallIntegerField(null=True)
    number = models.CharField(max_length=60, blank=True)
    signed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    received_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    # Typed by who signed with the unit's link and has no account.
    received_name = models.CharField(max_length=NAME_CHARACTERS_MAX, blank=True)
    # The paper again, with its receipt filled in; what was issued stays as it was.
    receipt_docx = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    receipt_pdf = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="paper_state_known"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True, received_name="")
                | (Q(received_at__isnull=False) & (Q(received_by__isnull=False) | ~Q(received_name=""))),
                name="paper_received_by_somebody",
            ),
            # Who wrote it does not sign it.
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(signed_by=F("drafted_by")),
                name="paper_signed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SIGNED) | Q(serial__isnull=False, signed_at__isnull=False),
                name="paper_signed_has_a_number",
            ),
            models.UniqueConstraint(fields=["kind", "serial_year", "serial"], name="paper_serial_once"),
            models.UniqueConstraint(
                fields=["kind", "schedule_key"], condition=~Q(schedule_key=""), name="paper_scheduled_once"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="paper_by_kind"),
            models.Index(fields=["unit", "-id"], name="paper_by_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def receiver(self) -> str:
        """Who signed for it; expects `received_by` to be loaded."""
        return self.received_name or (self.received_by.name if self.received_by is not None else "")


class PaperRelease(models.Model):
    """What was issued under a number: the file, what it says and where its numbers come from. Append-only by trigger."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="release")
    number = models.CharField(max_length=60)
    docx = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    docx_sha256 = models.CharField(max_length=DIGEST_CHARACTERS)
    pdf = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    figures = models.JSONField()
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number
