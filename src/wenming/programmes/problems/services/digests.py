"""One word a working day on deadlines: to each unit what is due and late, to offices what is late among their units.

Not one for each problem: a unit with forty of them would read none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenming.engines.loop import selectors as loop
from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.calendar import Limit, LimitUnit, WorkCalendar
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import DeadlineDigest, Problem

ESCALATED_DAYS_DEFAULT: Final = 3
UNITS_MAX: Final = 5_000
_DAY: Final = timedelta(days=1)
_NEXT_WORKING_DAY: Final = Limit(1, LimitUnit.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of a unit's problems are due by the end of the next working day, late, and long late."""

    unit_id: int
    soon: int
    late: int
    long_late: int


def send_digests() -> int:
    """Tells every unit that has something due or late, once a working day and in working hours; answers how many.

    Five statements at most. What is told is on record with it, so that no worker says it twice.
    """
    now, calendar = clock.now(), loop.work_calendar()
    today = clock.local(now).date()
    if not calendar.is_working(now) or DeadlineDigest.objects.filter(on=today).exists():
        return 0
    with transaction.atomic():
        handlers, offices = standings(now, calendar)
        told = [(each, True) for each in handlers] + [(each, False) for each in offices]
        rows = [
            DeadlineDigest(
                unit_id=each.unit_id,
                on=today,
                is_handler=is_handler,
                soon_count=each.soon,
                late_count=each.late,
                long_late_count=each.long_late,
                told_at=now,
            )
            for each, is_handler in told
        ]
        DeadlineDigest.objects.bulk_create(rows)
        if rows:
            notices.notify_all([_draft(row) for row in rows])
    return len(rows)


def standings(now: datetime, calendar: WorkCalendar) -> tuple[list[Standing], list[Standing]]:
    """Of the units that handle, and of the offices above them; three statements.

    A county office answers for what is late in its county, the city's for what has been late for
    `settings.ESCALATED_WORKING_DAYS`.
    """
    soon = Q(handle_due_at__gte=now, handle_due_at__lte=calendar.add(now, _NEXT_WORKING_DAY).at)
    late, long_late = Q(handle_due_at__lt=now), Q(handle_due_at__lt=_long_ago(now, calendar))
    rows = Problem.objects.filter(soon | late, state__in=[State.DISPATCHED, State.HANDLING], lead__isnull=False)
    counts = {
        "soon": Count("pk", filter=soon),
        "late": Count("pk", filter=late),
        "long_late": Count("pk", filter=long_late),
    }
    by_lead: Any = rows.order_by().values("lead_id").annotate(**counts)[:UNITS_MAX]
    handlers = [Standing(row["lead_id"], row["soon"], row["late"], row["long_late"]) for row in by_lead]
    by_county: Any = rows.filter(late).order_by().values("county_code").annotate(**counts)
    return handlers, _of_offices({row["county_code"]: row for row in by_county})


def _of_offices(by_county: dict[int | None, dict[str, int]]) -> list[Standing]:
    kinds = (UnitKind.OFFICE, UnitKind.COUNTY_OFFICE)
    units = Unit.objects.filter(kind__in=kinds, is_active=True).order_by("pk")
    found = []
    for pk, kind, code in units.values_list("pk", "kind", "region_code")[:UNITS_MAX]:
        if kind == UnitKind.OFFICE:
            long_late = sum(row["long_late"] for row in by_county.values())
            found.append(Standing(pk, 0, long_late, long_late))
        elif code in by_county:
            found.append(Standing(pk, 0, by_county[code]["late"], by_county[code]["long_late"]))
    return [each for each in found if each.late]


def _long_ago(now: datetime, calendar: WorkCalendar) -> datetime:
    """What was due before this has been late for whole working days, today not counted."""
    days = getattr(settings, "ESCALATED_WORKING_DAYS", ESCALATED_DAYS_DEFAULT)
    day = clock.local(now).date()
    while days > 0:
        day -= _DAY
        days -= calendar.is_working_day(day)
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)


def _draft(row: DeadlineDigest) -> NoticeDraft:
    # Stored for others to read later: in the language of the house, not of whoever runs the worker.
    with override("zh-hans"):
        title, body = (_words_for_handler if row.is_handler else _words_for_office)(row)
    url = reverse("problems:inbox") if row.is_handler else f"{reverse('problems:list')}?late=1"
    return NoticeDraft(unit_id=row.unit_id, kind="problems.deadlines", title=title, body=body, url=url)


def _words_for_handler(row: DeadlineDigest) -> tuple[str, str]:
    parts: Sequence[tuple[int, str]] = (
        (row.late_count, _("已超期 {n} 件")),
        (row.soon_count, _("下个工作日以前到期 {n} 件")),
    )
    return _("，").join(words.format(n=n) for n, words in parts if n), _("请先办超期的；来不及的可以申请延期。")


def _words_for_office(row: DeadlineDigest) -> tuple[str, str]:
    title = _("超期没有回复 {n} 件").format(n=row.late_count)
    body = _("其中超期 {days} 个工作日以上 {n} 件。").format(
        days=getattr(settings, "ESCALATED_WORKING_DAYS", ESCALATED_DAYS_DEFAULT), n=row.long_late_count
    )
    return title, body
