"""Recurrence (反弹): the same fault at the same point soon after it was rectified is a new case, linked to the old one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from wenming.kernel.kept import Kept
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import Problem

WINDOW_DAYS_DEFAULT: Final = 30
WRITE_ROWS: Final = 500

Key = tuple[int, str]
_RECTIFIED: Final = Kept(
    lambda since, points, types, before: Problem.objects.filter(
        Q(closed_at__gte=since) | Q(closed_at__isnull=True, reviewed_at__gte=since),
        point_id__in=points,
        type_code__in=types,
        found_at__lt=before,
        reviewed_at__isnull=False,
        state__in=[State.REVIEWED, State.CLOSED],
    ),
    ("id", "point_id", "type_code", "reviewed_at", "closed_at"),
    (datetime, list[int], list[str], datetime),
)


def window() -> timedelta:
    """How long after its closing, or its review where it is not closed, the setting `RECURRENCE_DAYS` counts."""
    return timedelta(days=getattr(settings, "RECURRENCE_DAYS", WINDOW_DAYS_DEFAULT))


def link_recurrences(problems: Sequence[Problem]) -> None:
    """As `find_recurrences`, and writes what it set: one statement more if any."""
    Problem.objects.bulk_update(find_recurrences(problems), ["recurs"], batch_size=WRITE_ROWS)


def find_recurrences(problems: Sequence[Problem]) -> list[Problem]:
    """Sets `recurs` on those whose fault had been rectified at the same point, and answers these; one read for all."""
    asked = [problem for problem in problems if problem.point_id is not None and problem.type_code]
    if not asked:
        return []
    ends = _ends(asked)
    linked = []
    for problem in asked:
        found = _latest(ends.get(_key(problem), ()), problem)
        if found is not None:
            problem.recurs_id = found
            linked.append(problem)
    return linked


def _key(problem: Problem) -> Key:
    assert problem.point_id is not None
    return problem.point_id, problem.type_code


def _ends(asked: Sequence[Problem]) -> dict[Key, list[tuple[datetime, int]]]:
    """When each earlier problem of these points and types was rectified."""
    first = min(problem.found_at for problem in asked) - window()
    rows = _RECTIFIED.tuples(
        first,
        [*{problem.point_id for problem in asked if problem.point_id is not None}],
        [*{problem.type_code for problem in asked}],
        max(problem.found_at for problem in asked),
    )
    found: dict[Key, list[tuple[datetime, int]]] = defaultdict(list)
    for pk, point, type_code, reviewed_at, closed_at in rows:
        end = closed_at or reviewed_at
        found[point, type_code].append((end, pk))
    return found


def _latest(ends: Sequence[tuple[datetime, int]], problem: Problem) -> int | None:
    since = problem.found_at - window()
    fitting = [(end, pk) for end, pk in ends if since <= end <= problem.found_at and pk != problem.pk]
    return max(fitting)[1] if fitting else None
