"""A problem of the city, its history, its clocks, its photos, and the link by which a unit answers."""

from django.db import models
from django.db.models import F, Q

from wenming.engines.loop.models import LoopClock, LoopEvent, LoopItem
from wenming.foundation.places.columns import RegionColumns
from wenming.programmes.problems.enums import (
    OPEN_STATES,
    Channel,
    ClosedAs,
    Lead,
    PendingRequest,
    PhotoMoment,
    SiteResult,
    State,
)

TITLE_CHARS_MAX = 120
DESCRIPTION_CHARS_MAX = 4000
ADDRESS_CHARS_MAX = 200
TYPE_NAME_CHARS_MAX = 100
# Said without a value: SQLite takes a partial index only where the question repeats its condition word for word.
NOT_ENDED = Q(closed_at__isnull=True, voided_at__isnull=True)


class Problem(LoopItem, RegionColumns):
    code = models.CharField(max_length=20, unique=True)
    tracking_code = models.CharField(max_length=11, unique=True)
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    description = models.TextField(blank=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)

    type = models.ForeignKey("standards.ProblemType", on_delete=models.PROTECT, null=True, related_name="+")
    # As the catalogue stood when the problem was filed.
    type_code = models.CharField(max_length=20, blank=True)
    type_name = models.CharField(max_length=TYPE_NAME_CHARS_MAX, blank=True)
    category_name = models.CharField(max_length=100, blank=True)
    criterion = models.ForeignKey("standards.Criterion", on_delete=models.PROTECT, null=True, related_name="+")

    point = models.ForeignKey("places.Point", on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=ADDRESS_CHARS_MAX, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    is_unlocated = models.BooleanField(default=False)

    territory = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    lead_side = models.CharField(max_length=10, choices=Lead.choices, blank=True)

    found_at = models.DateTimeField()
    found_ym = models.PositiveIntegerField()
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The latest visit of the seeded sample; a problem that was never drawn has none.
    site_checked_at = models.DateTimeField(null=True)
    site_result = models.CharField(max_length=6, choices=SiteResult.choices, blank=True)
    voided_at = models.DateTimeField(null=True)
    # The deadline of the handling stage with its extensions; rework buys no time.
    handle_due_at = models.DateTimeField(null=True)
    # By when the whole case should be closed: see services/deadlines.py.
    close_due_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=10, choices=ClosedAs.choices, blank=True)
    pending_request = models.CharField(max_length=10, choices=PendingRequest.choices, blank=True)
    rework_count = models.PositiveSmallIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    # How often the office sent it to another unit, or took it back from one: each says that a dispatch was wrong.
    redispatch_count = models.PositiveSmallIntegerField(default=0)
    # What it was merged into; what was taken in as a duplicate of another names it too.
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    # While it is off the clock; its deadline then stands still at `handle_due_at`.
    suspended_at = models.DateTimeField(null=True)
    suspension_count = models.PositiveSmallIntegerField(default=0)
    # A breach is never taken back: a granted appeal says beside it that the unit is not to blame.
    exemption_asked_at = models.DateTimeField(null=True)
    exempted_at = models.DateTimeField(null=True)
    # Put right on the spot by whoever found it; no unit answered for it.
    self_handled_at = models.DateTimeField(null=True)

    # Since when a resident's "not solved" waits for the unit's words, or for the office to take the case up again.
    contested_at = models.DateTimeField(null=True)
    contest_count = models.PositiveSmallIntegerField(default=0)
    confirm_count = models.PositiveSmallIntegerField(default=0)

    # The earlier case of the same fault at the same point, rectified shortly before.
    recurs = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="recurrences")

    source = models.CharField(max_length=40, blank=True)
    source_key = models.CharField(max_length=80, blank=True)
    source_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source=""), name="problem_source_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="problem_state_known"),
            models.CheckConstraint(
                condition=NOT_ENDED | ~Q(state__in=sorted(OPEN_STATES)), name="problem_open_has_no_end"
            ),
            # An assignee without a unit cannot exist.
            models.CheckConstraint(
                condition=Q(lead__isnull=False) | ~Q(state__in=[State.DISPATCHED, State.HANDLING, State.SUSPENDED]),
                name="problem_has_lead",
            ),
            models.CheckConstraint(
                condition=Q(is_unlocated=True) | (Q(lat__isnull=False) & Q(lon__isnull=False)),
                name="problem_located_or_said_so",
            ),
            models.CheckConstraint(
                condition=Q(site_checked_at__isnull=True, site_result="")
                | (Q(site_checked_at__isnull=False) & ~Q(site_result="")),
                name="problem_site_result_with_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SUSPENDED, suspended_at__isnull=False)
                | (~Q(state=State.SUSPENDED) & Q(suspended_at__isnull=True)),
                name="problem_suspended_with_time",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=False, voided_at__isnull=False) | ~Q(state=State.MERGED),
                name="problem_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")), name="problem_merged_into_another"
            ),
        ]
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="problem_by_found"),
            models.Index(fields=["county_code", "-found_at", "-id"], name="problem_county_found"),
            models.Index(fields=["town_code", "-found_at", "-id"], name="problem_town_found"),
            models.Index(fields=["department", "-found_at", "-id"], name="problem_department_found"),
            models.Index(fields=["point", "-found_at", "-id"], name="problem_point_found"),
            models.Index(fields=["type_code", "-found_at", "-id"], name="problem_type_found"),
            models.Index(
                fields=["county_code", "due_at", "id"],
                name="problem_open_county_due",
                condition=NOT_ENDED,
            ),
            models.Index(
                fields=["state", "due_at", "id"],
                name="problem_open_due",
                condition=NOT_ENDED,
            ),
            models.Index(
                fields=["lead", "due_at", "id"],
                name="problem_open_lead_due",
                condition=NOT_ENDED,
            ),
            models.Index(fields=["contested_at"], name="problem_contested", condition=Q(contested_at__isnull=False)),
            models.Index(
                fields=["exemption_asked_at"],
                name="problem_exemption_asked",
                condition=Q(exemption_asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ProblemEvent(LoopEvent):
    item = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="events")

    class Meta(LoopEvent.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.item_id}/{self.seq} {self.action}"


class ProblemClock(LoopClock):
    item = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="clocks")

    class Meta(LoopClock.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage} {self.round}"


class ProblemHelper(models.Model):
    """A unit that helps the lead unit with one problem."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="helpers")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "unit"], name="problem_helper_once")]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.unit_id}"


class ProblemPhoto(models.Model):
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=6, choices=PhotoMoment.choices)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "file", "moment"], name="problem_photo_once")]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.moment}"


class ReplyLink(models.Model):
    """The right to answer one problem for one unit, in the hands of whoever holds the link."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="links")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    first_opened_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(null=True)
    window_hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "unit"], condition=Q(revoked_at__isnull=True), name="reply_link_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.unit_id}"


class ProblemNumber(models.Model):
    """How many problems were numbered on each day, so that a batch takes its numbers in one statement."""

    day = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
