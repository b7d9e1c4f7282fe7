"""Writes what the figures count, in the transaction of the event that changed it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from wenming.engines.metrics import facts
from wenming.kernel import clock
from wenming.kernel.clock import to_us
from wenming.kernel.periods import year_month
from wenming.programmes.appeals.models import Appeal, AppealFact, Attendance, AttendanceFact, Meeting


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def fact_of(appeal: Appeal) -> AppealFact:
    return AppealFact(
        appeal_id=appeal.pk,
        state=appeal.state,
        source=appeal.source,
        closed_as=appeal.closed_as,
        said_by=appeal.said_by,
        county_code=appeal.county_code,
        town_code=appeal.town_code,
        village_code=appeal.village_code,
        lead_id=appeal.lead_id,
        meeting_id=appeal.meeting_id,
        raised_ym=appeal.raised_ym,
        raised_us=to_us(appeal.raised_at),
        assigned_us=_us(appeal.assigned_at),
        answered_us=_us(appeal.answered_at),
        solved_ym=None if appeal.solved_at is None else year_month(appeal.solved_at),
        solved_us=_us(appeal.solved_at),
        closed_us=_us(appeal.closed_at),
        voided_us=_us(appeal.voided_at),
        published_us=_us(appeal.published_at),
        handback_count=appeal.handback_count,
        reopen_count=appeal.reopen_count,
    )


def write(appeals: Iterable[Appeal], *, at: datetime) -> None:
    """The facts of `appeals` as they stand, known since `at`."""
    facts.replace(AppealFact, [fact_of(appeal) for appeal in appeals], at_us=to_us(at))


def write_new(appeals: Iterable[Appeal], *, at: datetime) -> None:
    """As `write`, of appeals that nobody knew before: one statement."""
    facts.add(AppealFact, [fact_of(appeal) for appeal in appeals], at_us=to_us(at))


def held_at(meeting: Meeting) -> datetime:
    """The beginning of the day on which it was held."""
    return datetime.combine(meeting.held_on, time(), clock.SHANGHAI)


def write_attendance(meeting: Meeting, rows: Sequence[Attendance], *, at: datetime) -> None:
    held = held_at(meeting)
    fresh = [
        AttendanceFact(
            attendance_id=row.pk,
            meeting_id=meeting.pk,
            unit_id=row.unit_id,
            unit_kind=row.unit_kind,
            county_code=meeting.county_code,
            held_ym=year_month(held),
            held_us=to_us(held),
        )
        for row in rows
    ]
    facts.add(AttendanceFact, fresh, at_us=to_us(at))


def forget_attendance(ids: Sequence[int], *, at: datetime) -> None:
    facts.close(AttendanceFact, ids, at_us=to_us(at))
