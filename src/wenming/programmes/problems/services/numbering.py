"""The printed number of a problem: the day on which it was found and its turn on that day."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from wenming.kernel import clock
from wenming.programmes.problems.models import ProblemNumber

_DAYS_A_STATEMENT = 300


def take_numbers(found: Sequence[datetime]) -> list[str]:
    """One number for each time, in order, such as `2026-11-21-0417`; one statement for each 300 different days.

    Belongs into the transaction that files the problems, so that a refused batch gives its numbers back.
    """
    days = [_day(at) for at in found]
    wanted = Counter(days)
    last: dict[int, int] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _DAYS_A_STATEMENT):
        last.update(_advance({day: wanted[day] for day in ordered[start : start + _DAYS_A_STATEMENT]}))
    turn = {day: last[day] - wanted[day] for day in wanted}
    numbers = []
    for day in days:
        turn[day] += 1
        numbers.append(f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}-{turn[day]:04}")
    return numbers


def _day(at: datetime) -> int:
    local = clock.local(at)
    return local.year * 10000 + local.month * 100 + local.day


def _advance(wanted: dict[int, int]) -> dict[int, int]:
    table = connection.ops.quote_name(ProblemNumber._meta.db_table)  # noqa: SLF001 - Django's documented way to a table's name
    rows = ", ".join(["(%s, %s)"] * len(wanted))
    sql = (
        f"INSERT INTO {table} (day, last) VALUES {rows} "  # noqa: S608 - a table's name and placeholders
        f"ON CONFLICT (day) DO UPDATE SET last = {table}.last + excluded.last RETURNING day, last"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [number for pair in wanted.items() for number in pair])
        return dict(cursor.fetchall())
