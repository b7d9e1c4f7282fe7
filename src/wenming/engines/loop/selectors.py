"""The working calendar of this installation."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from typing import Final

from django.conf import settings

from wenming.engines.loop.models import DayOverride
from wenming.kernel.calendar import DEFAULT_WINDOWS, Window, WorkCalendar
from wenming.kernel.kept import Kept

OVERRIDES_MAX: Final = 5_000
_OVERRIDES: Final = Kept(lambda: DayOverride.objects.order_by("-on")[:OVERRIDES_MAX], ("on", "is_working"))


def work_calendar() -> WorkCalendar:
    """One statement; the day tables are shared between calls until a day is overridden."""
    return _calendar(_windows(), tuple((on, is_working) for on, is_working in _OVERRIDES.tuples()))


def calendar_with(days: Mapping[date, bool]) -> WorkCalendar:
    """The working calendar as it would be with `days` overridden too."""
    held = work_calendar()
    return WorkCalendar(windows=held.windows, overrides={**held.overrides, **days})


def overrides_of(year: int) -> list[DayOverride]:
    """At most one a day, in order."""
    return list(DayOverride.objects.filter(on__year=year).order_by("on"))


def _windows() -> tuple[Window, ...]:
    """The setting `WORK_WINDOWS`, pairs of wall-clock times as "HH:MM"."""
    given: Sequence[tuple[str, str]] | None = getattr(settings, "WORK_WINDOWS", None)
    if not given:
        return DEFAULT_WINDOWS
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in given)


@lru_cache(maxsize=4)
def _calendar(windows: tuple[Window, ...], overrides: tuple[tuple[date, bool], ...]) -> WorkCalendar:
    return WorkCalendar(windows=windows, overrides=dict(overrides))
