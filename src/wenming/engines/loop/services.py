"""Saying which days are worked, where the published notice is late or the city decides otherwise."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from wenming.engines.loop import bulk, engine
from wenming.engines.loop.errors import DayMissing, TooManyDays
from wenming.engines.loop.models import DayOverride
from wenming.engines.loop.selectors import OVERRIDES_MAX
from wenming.foundation.audit.services import Entry, record_all
from wenming.foundation.revisions import services as revisions
from wenming.foundation.revisions.errors import RevisionStale
from wenming.foundation.revisions.selectors import currents as current_revisions
from wenming.kernel.actors import Actor
from wenming.kernel.clock import now

CALENDAR: Final = "loop.calendar"
"""The kind of the revisions that keep the overridden days of one year."""


@transaction.atomic
def override_days(*, days: Mapping[date, bool], note: str, by: Actor, expected: Mapping[int, int] | None = None) -> int:
    """Sets days as worked or not and computes the deadlines anew; answers how many deadlines moved.

    `expected` holds, by year, the revision that the person saw (0 for none). Raises TooManyDays where the table would
    hold more than OVERRIDES_MAX, and RevisionStale.
    """
    years = {on.year for on in days}
    _begin(years, by=by, expected=expected or {})
    known = {row.on: row for row in DayOverride.objects.select_for_update().filter(on__in=days)}
    fresh = [on for on in sorted(days) if on not in known]
    if DayOverride.objects.count() + len(fresh) > OVERRIDES_MAX:
        raise TooManyDays(most=OVERRIDES_MAX)
    changed = [on for on in sorted(known) if known[on].is_working != days[on]]
    before = {on: known[on].is_working for on in changed}
    for on in changed:
        known[on].is_working, known[on].note, known[on].recorded_at = days[on], note, now()
    bulk.update([known[on] for on in changed], columns=("is_working", "note", "recorded_at"))
    new = [DayOverride(on=on, is_working=days[on], note=note) for on in fresh]
    bulk.insert(new, identified_by=("on",))
    entries = [
        Entry(
            "loop.override_day",
            "loop.day",
            on.isoformat(),
            {"is_working": before[on]} if on in before else None,
            {"is_working": days[on], "note": note},
        )
        for on in sorted([*changed, *fresh])
    ]
    record_all(entries, by=by)
    _keep(years, note=note, by=by)
    return engine.refresh_all_deadlines() if entries else 0


@transaction.atomic
def clear_day(*, on: date, by: Actor) -> int:
    """Lets the published notice hold again; answers how many deadlines moved. Raises DayMissing."""
    row = DayOverride.objects.select_for_update().filter(on=on).first()
    if row is None:
        raise DayMissing
    _begin({on.year}, by=by, expected={})
    before = {"is_working": row.is_working, "note": row.note}
    row.delete()
    record_all([Entry("loop.clear_day", "loop.day", on.isoformat(), before, None)], by=by)
    _keep({on.year}, note="", by=by)
    return engine.refresh_all_deadlines()


@transaction.atomic
def restore_year(*, year: int, number: int, expected: int, by: Actor) -> int:
    """Makes the days of a year what they were in revision `number`; answers how many deadlines moved.

    Raises RevisionMissing, RevisionStale.
    """
    revision = revisions.restore(kind=CALENDAR, key=str(year), number=number, expected=expected, by=by)
    DayOverride.objects.filter(on__year=year).delete()
    DayOverride.objects.bulk_create(
        DayOverride(on=date.fromisoformat(on), is_working=day["is_working"], note=day["note"])
        for on, day in revision.body.items()
    )
    return engine.refresh_all_deadlines()


def _begin(years: Collection[int], *, by: Actor, expected: Mapping[int, int]) -> None:
    """Keeps what holds as a first revision, so that even the first change can be taken back. Raises RevisionStale."""
    held = current_revisions(CALENDAR, [str(year) for year in years])
    for year, seen in expected.items():
        number = held[str(year)].number if str(year) in held else 0
        if number != seen:
            raise RevisionStale(number=number)
    _keep({year for year in years if str(year) not in held}, note="", by=by)


def _keep(years: Collection[int], *, note: str, by: Actor) -> None:
    if not years:
        return
    bodies: dict[str, dict[str, Any]] = {str(year): {} for year in sorted(years)}
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    for row in DayOverride.objects.filter(on__range=(first, last)):
        if row.on.year in years:
            bodies[str(row.on.year)][row.on.isoformat()] = {"is_working": row.is_working, "note": row.note}
    revisions.save_all(kind=CALENDAR, bodies=bodies, note=note, by=by)
