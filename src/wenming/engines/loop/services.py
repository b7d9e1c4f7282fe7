"""Saying which days are worked, where the published notice is late or the city decides otherwise."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from wenming.engines.loop import bulk, engine
from wenming.engines.loop.errors import DayMissing, TooManyDays
from wenming.engines.loop.models import DayOverride
from wenming.engines.loop.selectors import OVERRIDES_MAX
from wenming.foundation.audit.services import Entry, record_all
from wenming.kernel.actors import Actor
from wenming.kernel.clock import now


@transaction.atomic
def override_days(*, days: Mapping[date, bool], note: str, by: Actor) -> int:
    """Sets days as worked or not and computes the deadlines anew; answers how many deadlines moved.

    Raises TooManyDays where the table would hold more than OVERRIDES_MAX.
    """
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
    return engine.refresh_all_deadlines() if entries else 0


@transaction.atomic
def clear_day(*, on: date, by: Actor) -> int:
    """Lets the published notice hold again; answers how many deadlines moved. Raises DayMissing."""
    row = DayOverride.objects.select_for_update().filter(on=on).first()
    if row is None:
        raise DayMissing
    before = {"is_working": row.is_working, "note": row.note}
    row.delete()
    record_all([Entry("loop.clear_day", "loop.day", on.isoformat(), before, None)], by=by)
    return engine.refresh_all_deadlines()
