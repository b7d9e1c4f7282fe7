"""By when a case should be closed (结案期限): what the figures call due.

It is set with the deadline of the handling: a source that names its deadline means the whole case, and everywhere else
the house adds its own limits of review and of closing. An extension moves it, rework does not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wenming.kernel.calendar import LimitUnit, WorkCalendar
from wenming.programmes.problems.flow import CLOSE, REVIEW
from wenming.programmes.problems.models import Problem, ProblemClock
from wenming.programmes.problems.services.limits import Limits


def close_due_after(handle_due_at: datetime, calendar: WorkCalendar, limits: Limits) -> datetime:
    """Where the unit answers at its last instant and the office then takes all the time that it has."""
    return calendar.add(calendar.add(handle_due_at, limits[REVIEW]).at, limits[CLOSE]).at


def due_after_suspension(
    problem: Problem, handling: ProblemClock | None, at: datetime, calendar: WorkCalendar
) -> datetime | None:
    """The deadline of the handling once it runs again from `at`: what was left of it when it was suspended.

    A deadline that had been missed by then stays missed, and one that a paper named stands as it was named.
    """
    due, since, dispatched_at = problem.handle_due_at, problem.suspended_at, problem.dispatched_at
    if due is None or since is None or dispatched_at is None or due < since:
        return due
    if handling is None or handling.limit_value is None:
        return due
    unit = LimitUnit(handling.limit_unit)
    # Counted from the dispatch both times, since the day of a start is not one of the limit's days.
    left = calendar.worked_between(dispatched_at, due, unit) - calendar.worked_between(dispatched_at, since, unit)
    return calendar.add_span(at, left, unit).at


def with_close_due(changes: Mapping[str, Any], calendar: WorkCalendar, limits: Limits) -> Mapping[str, Any]:
    """Changes that set the deadline of the handling set that of the closing too, unless they name it."""
    if "handle_due_at" not in changes or "close_due_at" in changes:
        return changes
    due = changes["handle_due_at"]
    return {**changes, "close_due_at": None if due is None else close_due_after(due, calendar, limits)}
