"""Meetings at which opinions are asked for: which units attended, and what residents said there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.foundation.audit.services import record
from wenming.foundation.people import permissions
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.models import Unit
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.appeals.errors import NobodyAttended, RaisedInFuture, TextMissing, TooManyAtOnce
from wenming.programmes.appeals.models import (
    ORIGIN_CHARS_MAX,
    PLACE_CHARS_MAX,
    TOPIC_CHARS_MAX,
    Attendance,
    Meeting,
)
from wenming.programmes.appeals.services import facts
from wenming.programmes.appeals.services.words import clean

UNITS_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDraft:
    topic: str
    held_on: date
    units: tuple[Unit, ...]
    venue: str = ""
    origin_key: str = ""


def record_meeting(acting: Acting, draft: MeetingDraft) -> Meeting:
    """A meeting that the person's own unit held; what was sent before is found again.

    Raises Refused, TextMissing, RaisedInFuture, NobodyAttended, TooManyAtOnce.
    """
    permissions.require(acting, "appeals.record_meeting")
    return take_meeting(draft, holder=people.unit_by_pk(acting.unit_id), by=acting.actor)


def take_meeting(draft: MeetingDraft, *, holder: Unit, by: Actor) -> Meeting:
    """As `record_meeting`, for whoever may: in the name of `holder`."""
    topic = clean(draft.topic, most=TOPIC_CHARS_MAX, field="topic")
    if not topic:
        raise TextMissing(what=_("会议主题"), fields={"topic": _("请填写。")})
    if draft.held_on > clock.local(clock.now()).date():
        raise RaisedInFuture(fields={"held_on": RaisedInFuture.message})
    _check(draft.units)
    with transaction.atomic():
        before = Meeting.objects.filter(origin_key=draft.origin_key).first() if draft.origin_key else None
        if before is not None:
            return before
        meeting = Meeting(
            topic=topic,
            held_on=draft.held_on,
            venue=clean(draft.venue, most=PLACE_CHARS_MAX, field="venue"),
            holder=holder,
            recorded_at=clock.now(),
            origin_key=draft.origin_key[:ORIGIN_CHARS_MAX],
        )
        meeting.set_region(holder.region_code, edition=places.current_edition())
        meeting.save()
        _attend(meeting, draft.units)
        record(by=by, action="appeals.record_meeting", kind="meeting", key=meeting.public_id)
    return meeting


def correct_attendance(acting: Acting, meeting: Meeting, units: Sequence[Unit]) -> None:
    """The sign-in sheet as it should have been; who was on it before stands in the audit log.

    Raises Refused, NobodyAttended, TooManyAtOnce.
    """
    permissions.require(acting, "appeals.record_meeting", meeting)
    _check(units)
    with transaction.atomic():
        held = {row.unit_id: row for row in Attendance.objects.select_for_update().filter(meeting=meeting)}
        wanted = {unit.pk: unit for unit in units}
        gone = [row.pk for pk, row in held.items() if pk not in wanted]
        facts.forget_attendance(gone, at=clock.now())
        Attendance.objects.filter(pk__in=gone).delete()
        _attend(meeting, [unit for pk, unit in wanted.items() if pk not in held])
        record(
            by=acting.actor,
            action="appeals.correct_attendance",
            kind="meeting",
            key=meeting.public_id,
            before={"units": sorted(held)},
            after={"units": sorted(wanted)},
        )


def _check(units: Sequence[Unit]) -> None:
    if not units:
        raise NobodyAttended(fields={"units": NobodyAttended.message})
    if len(units) > UNITS_MAX:
        raise TooManyAtOnce(most=UNITS_MAX)


def _attend(meeting: Meeting, units: Sequence[Unit]) -> None:
    once = {unit.pk: unit for unit in units}
    rows = [Attendance(meeting=meeting, unit=unit, unit_kind=unit.kind) for unit in once.values()]
    made = Attendance.objects.bulk_create(rows)
    facts.write_attendance(meeting, made, at=clock.now())
