"""An appeal of a resident, its history and its clocks; the meeting where it was said, and who attended.

No name and no number of a resident stands here: how the person is reached is known to the unit that noted the appeal.
"""

from django.db import models
from django.db.models import F, Q

from wenming.engines.loop.models import LoopClock, LoopEvent, LoopItem
from wenming.engines.metrics import facts
from wenming.engines.metrics.facts import FactRow
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.places.columns import RegionColumns
from wenming.kernel.ids import uuid7
from wenming.programmes.appeals.enums import ClosedAs, SaidBy, Source, State

TEXT_CHARS_MAX = 500
PLACE_CHARS_MAX = 100
REACH_CHARS_MAX = 60
ANSWER_CHARS_MAX = 1000
TOPIC_CHARS_MAX = 80
ORIGIN_CHARS_MAX = 80
ACTOR_CHARS_MAX = 80


class Meeting(RegionColumns):
    """A meeting at which opinions were asked for. Filed under the ground of the unit that held it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    topic = models.CharField(max_length=TOPIC_CHARS_MAX)
    held_on = models.DateField()
    venue = models.CharField(max_length=PLACE_CHARS_MAX, blank=True)
    holder = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    origin_key = models.CharField(max_length=ORIGIN_CHARS_MAX, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_key"], condition=~Q(origin_key=""), name="appeal_meeting_origin_once"
            ),
            models.CheckConstraint(condition=~Q(topic=""), name="appeal_meeting_has_topic"),
        ]
        indexes = [models.Index(fields=["-held_on", "-id"], name="appeal_meeting_by_day")]

    def __str__(self) -> str:
        return self.topic


class Attendance(models.Model):
    """A unit that attended; of what kind it was on that day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    unit_kind = models.CharField(max_length=16, choices=UnitKind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "unit"], name="appeal_attended_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.unit_id}"


class Appeal(LoopItem, RegionColumns):
    text = models.CharField(max_length=TEXT_CHARS_MAX)
    source = models.CharField(max_length=8, choices=Source.choices)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="appeals")
    place = models.CharField(max_length=PLACE_CHARS_MAX, blank=True)
    # In words ("楼长认识"): the number itself stays with the unit that noted the appeal.
    how_to_reach = models.CharField(max_length=REACH_CHARS_MAX, blank=True)
    consents_public = models.BooleanField(default=False)

    lead = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    # The same unit where it is a department: what a department's people see is found by this column.
    department = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")

    raised_at = models.DateTimeField()
    raised_ym = models.PositiveIntegerField()
    assigned_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=ANSWER_CHARS_MAX, blank=True)
    answered_by = models.CharField(max_length=ACTOR_CHARS_MAX, blank=True)
    answered_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    solved_at = models.DateTimeField(null=True)
    said_by = models.CharField(max_length=8, choices=SaidBy.choices, blank=True)
    confirmed_by = models.CharField(max_length=ACTOR_CHARS_MAX, blank=True)
    confirmed_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=9, choices=ClosedAs.choices, blank=True)
    voided_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    public_text = models.CharField(max_length=TEXT_CHARS_MAX, blank=True)
    public_answer = models.CharField(max_length=ANSWER_CHARS_MAX, blank=True)
    handback_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)

    # What it came from, so that the same thing sent twice is one appeal: a form, a workbook, a note of a visit.
    origin_kind = models.CharField(max_length=20, blank=True)
    origin_key = models.CharField(max_length=ORIGIN_CHARS_MAX, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_kind", "origin_key"], condition=~Q(origin_kind=""), name="appeal_origin_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="appeal_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_has_text"),
            models.CheckConstraint(
                condition=Q(source=Source.MEETING, meeting__isnull=False)
                | (~Q(source=Source.MEETING) & Q(meeting__isnull=True)),
                name="appeal_of_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=False) | ~Q(state__in=[State.ASSIGNED, State.HANDLING, State.ANSWERED]),
                name="appeal_has_lead",
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=True) | Q(department=F("lead")), name="appeal_department_leads"
            ),
            # Whoever handled it does not say that it is solved, nor does anybody of his unit.
            models.CheckConstraint(
                condition=Q(solved_at__isnull=True, said_by="")
                | Q(
                    solved_at__isnull=False,
                    said_by__in=SaidBy.values,
                    answered_unit__isnull=False,
                    confirmed_unit__isnull=False,
                )
                & ~Q(confirmed_by="")
                & ~Q(confirmed_by=F("answered_by"))
                & ~Q(confirmed_unit=F("answered_unit"))
                & ~Q(confirmed_unit=F("lead")),
                name="appeal_solved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(solved_at__isnull=False) | ~Q(state=State.SOLVED), name="appeal_solved_with_time"
            ),
            models.CheckConstraint(
                condition=Q(closed_as=ClosedAs.SOLVED, solved_at__isnull=False)
                | Q(closed_as=ClosedAs.EXPLAINED, solved_at__isnull=True)
                | Q(closed_as="", closed_at__isnull=True),
                name="appeal_closed_as_it_was",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(published_at__isnull=False, consents_public=True) & ~Q(public_text="") & ~Q(public_answer=""),
                name="appeal_public_with_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="appeal_by_raised"),
            models.Index(fields=["county_code", "-raised_at", "-id"], name="appeal_county_raised"),
            models.Index(fields=["town_code", "-raised_at", "-id"], name="appeal_town_raised"),
            models.Index(fields=["department", "-raised_at", "-id"], name="appeal_department_raised"),
            models.Index(
                fields=["-published_at", "-id"], condition=Q(published_at__isnull=False), name="appeal_published"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return code_of(self.pk)


def code_of(pk: int) -> str:
    """What people call an appeal on the telephone."""
    return f"SQ{pk:06d}"


class AppealEvent(LoopEvent):
    item = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="events")

    def __str__(self) -> str:
        return f"{self.item_id}.{self.seq} {self.action}"


class AppealClock(LoopClock):
    item = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="clocks")

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage} {self.round}"


class AppealFact(FactRow):
    """What the figures count: integers and ASCII codes only; one row for each version of each appeal."""

    id_column = "appeal_id"

    appeal_id = models.BigIntegerField()
    state = models.CharField(max_length=8)
    source = models.CharField(max_length=8)
    closed_as = models.CharField(max_length=9)
    said_by = models.CharField(max_length=8)
    county_code = models.BigIntegerField(null=True)
    town_code = models.BigIntegerField(null=True)
    village_code = models.BigIntegerField(null=True)
    lead_id = models.BigIntegerField(null=True)
    meeting_id = models.BigIntegerField(null=True)
    raised_ym = models.IntegerField()
    raised_us = models.BigIntegerField()
    assigned_us = models.BigIntegerField(null=True)
    answered_us = models.BigIntegerField(null=True)
    solved_ym = models.IntegerField(null=True)
    solved_us = models.BigIntegerField(null=True)
    closed_us = models.BigIntegerField(null=True)
    voided_us = models.BigIntegerField(null=True)
    published_us = models.BigIntegerField(null=True)
    handback_count = models.IntegerField()
    reopen_count = models.IntegerField()

    class Meta:
        constraints = facts.constraints("appeal_id", prefix="appeal_fact")
        indexes = [
            *facts.indexes("raised_us", prefix="appeal_fact"),
            *facts.indexes("solved_us", prefix="appeal_fact_solved"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.state}"


class AttendanceFact(FactRow):
    """One unit at one meeting."""

    id_column = "attendance_id"

    attendance_id = models.BigIntegerField()
    meeting_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    unit_kind = models.CharField(max_length=16)
    county_code = models.BigIntegerField(null=True)
    held_ym = models.IntegerField()
    held_us = models.BigIntegerField()

    class Meta:
        constraints = facts.constraints("attendance_id", prefix="appeal_attendance_fact")
        indexes = facts.indexes("held_us", prefix="appeal_attendance_fact")

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.unit_id}"
