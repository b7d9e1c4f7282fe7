"""Reads of appeals and meetings; every one of them starts at `visible_to` or `meetings_of`."""

from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import ADMINISTRATORS, Role
from wenming.kernel import clock, paging
from wenming.kernel.paging import Page
from wenming.programmes.appeals.enums import OPEN_STATES, State
from wenming.programmes.appeals.errors import AppealNotFound, MeetingNotFound
from wenming.programmes.appeals.models import Appeal, AppealClock, AppealEvent, Attendance, Meeting

BY_RAISED: Final = ("-raised_at", "-id")
BY_DUE: Final = ("due_at", "id")
BY_DAY: Final = ("-held_on", "-id")
BY_PUBLISHED: Final = ("-published_at", "-id")
EVENTS_MAX: Final = 500
LIST_COLUMNS: Final = (
    *("id", "public_id", "text", "place", "state", "source", "raised_at", "due_at", "due_is_provisional"),
    *("closed_at", "published_at", "village_code", "town_code", "lead__name"),
)
PUBLIC_COLUMNS: Final = ("id", "public_text", "public_answer", "published_at", "lead__name", "town_code")
_DIGITS_MAX: Final = 12


def visible_to(acting: Acting) -> QuerySet[Appeal]:
    """What the session's grant reaches: one equality, or everything; nothing for an administrator."""
    return Appeal.objects.none() if acting.is_any(*ADMINISTRATORS) else Appeal.objects.filter(acting.scope.as_q())


def appeal_for(acting: Acting, public_id: UUID | str) -> Appeal:
    """Raises AppealNotFound, also for what exists outside the person's scope."""
    related = ("lead", "meeting", "confirmed_unit")
    try:
        return visible_to(acting).select_related(*related).get(public_id=public_id)
    except (Appeal.DoesNotExist, ValidationError) as error:
        raise AppealNotFound from error


@dataclass(frozen=True, slots=True)
class AppealFilters:
    """The filters of the list as its URL carries them; an empty one does not filter."""

    q: str = ""
    state: str = ""
    source: str = ""
    late: str = ""
    mine: str = ""

    @classmethod
    def read(cls, query: Any) -> "AppealFilters":
        """From a QueryDict; what is too long to be meant is cut."""
        return cls(**{f.name: str(query.get(f.name, "")).strip()[:100] for f in fields(cls)})


def find_appeals(acting: Acting, filters: AppealFilters) -> QuerySet[Appeal]:
    rows = waiting_for(acting) if filters.mine else visible_to(acting)
    if filters.state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.source:
        rows = rows.filter(source=filters.source)
    if filters.late:
        rows = rows.filter(state__in=OPEN_STATES, due_at__lt=clock.now())
    if filters.q:
        rows = rows.filter(_words_q(filters.q))
    return rows


def _words_q(text: str) -> Q:
    digits = text.upper().removeprefix("SQ")
    is_code = digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS_MAX
    said = Q(text__contains=text) | Q(place__contains=text)
    return said | Q(pk=int(digits)) if is_code else said


def waiting_for(acting: Acting) -> QuerySet[Appeal]:
    """What this person has to do something about."""
    rows = visible_to(acting)
    if acting.is_any(Role.LIAISON):
        return rows.filter(lead_id=acting.unit_id, state__in=[State.ASSIGNED, State.HANDLING])
    if acting.is_any(Role.OFFICE, Role.COUNTY):
        return rows.filter(state__in=[State.RAISED, State.ANSWERED, State.SOLVED, State.UNSOLVED])
    return rows.none()


def counts_by_state(acting: Acting) -> dict[str, int]:
    """One statement; the open ones under "open"."""
    found = dict(visible_to(acting).order_by().values_list("state").annotate(n=Count("pk")))
    return {**found, "open": sum(n for state, n in found.items() if state in OPEN_STATES)}


def page_of(
    rows: QuerySet[Appeal], *, order: tuple[str, ...] = BY_RAISED, cursor: str | None = None
) -> Page[dict[str, Any]]:
    """One page of plain rows in one statement."""
    return paging.page(rows.values(*LIST_COLUMNS), order=order, cursor=cursor)


def timeline(appeal: Appeal) -> list[AppealEvent]:
    """Newest first."""
    return list(AppealEvent.objects.filter(item=appeal).order_by("-seq")[:EVENTS_MAX])


def clocks_of(appeal: Appeal) -> list[AppealClock]:
    return list(AppealClock.objects.filter(item=appeal).order_by("started_at", "pk")[:EVENTS_MAX])


def published(*, cursor: str | None = None) -> Page[dict[str, Any]]:
    """What was answered in public, for anybody; nothing of it says who asked."""
    rows = Appeal.objects.filter(published_at__isnull=False).exclude(state=State.VOID)
    return paging.page(rows.values(*PUBLIC_COLUMNS), order=BY_PUBLISHED, cursor=cursor)


def meetings_of(acting: Acting) -> QuerySet[Meeting]:
    """Those held on the person's ground; a department's people, who have none, see those that their unit attended."""
    if acting.is_any(*ADMINISTRATORS):
        return Meeting.objects.none()
    if acting.scope.column == "department_id":
        return Meeting.objects.filter(attendances__unit_id=acting.unit_id)
    return Meeting.objects.filter(acting.scope.as_q())


def meeting_for(acting: Acting, public_id: UUID | str) -> Meeting:
    """Raises MeetingNotFound."""
    try:
        return meetings_of(acting).select_related("holder").get(public_id=public_id)
    except (Meeting.DoesNotExist, ValidationError) as error:
        raise MeetingNotFound from error


def page_of_meetings(acting: Acting, *, cursor: str | None = None) -> Page[dict[str, Any]]:
    """With the number of units and of appeals of each; one statement."""
    rows = meetings_of(acting).annotate(
        unit_count=Count("attendances", distinct=True), appeal_count=Count("appeals", distinct=True)
    )
    columns = ("id", "public_id", "topic", "held_on", "venue", "holder__name", "unit_count", "appeal_count")
    return paging.page(rows.values(*columns), order=BY_DAY, cursor=cursor)


def attendance_of(meeting: Meeting) -> list[dict[str, Any]]:
    rows = Attendance.objects.filter(meeting=meeting).order_by("unit__code")
    return [dict(row) for row in rows.values("unit_kind", name=F("unit__name"))]


def appeals_of(acting: Acting, meeting: Meeting, *, cursor: str | None = None) -> Page[dict[str, Any]]:
    return page_of(visible_to(acting).filter(meeting=meeting), cursor=cursor)
