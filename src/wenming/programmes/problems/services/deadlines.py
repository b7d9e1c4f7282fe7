"""By when a case should be closed (结案期限): what the figures call due.

It is set with the deadline of the handling: a source that names its deadline means the whole case, and everywhere else
the house adds its own limits of review and of closing. An extension moves it, rework does not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wenming.kernel.calendar import WorkCalendar
from wenming.programmes.problems.flow import CLOSE, LIMITS, REVIEW


def close_due_after(handle_due_at: datetime, calendar: WorkCalendar) -> datetime:
    """Where the unit answers at its last instant and the office then takes all the time that it has."""
    return calendar.add(calendar.add(handle_due_at, LIMITS[REVIEW]).at, LIMITS[CLOSE]).at


def with_close_due(changes: Mapping[str, Any], calendar: WorkCalendar) -> Mapping[str, Any]:
    """Changes that set the deadline of the handling set that of the closing too, unless they name it."""
    if "handle_due_at" not in changes or "close_due_at" in changes:
        return changes
    due = changes["handle_due_at"]
    return {**changes, "close_due_at": None if due is None else close_due_after(due, calendar)}
