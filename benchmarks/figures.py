"""Every figure of a year that is computed from problems, against the same figures by Django's ORM as a careful hand would write them.

make bench NAME=figures                       a whole year of cases on PostgreSQL (they take minutes to be taken in)
make bench NAME=figures ARGS="--on sqlite"    the same on SQLite
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django
from _city import city, on_postgresql
from _measure import ROUNDS, Row, interleaved, report

YEAR = "2024"
AS_FAST = 1.0
SECONDS_MOST = 2.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", choices=("small", "year"), default="year")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    return parser.parse_args()


def by_orm() -> dict[str, Any]:
    """One statement for each column of time, with a filter for each number, one for what stands, and two for each percentile."""
    from django.db.models import Count, F, Q

    from wenming.kernel.periods import Period
    from wenming.programmes.problems.enums import SiteResult
    from wenming.programmes.problems.models import Problem

    period = Period.parse(YEAR)
    held = Q(voided_at=None)
    sent = held & Q(dispatched_at__isnull=False)
    found = {
        "problems.found": held,
        "problems.rectification_rate": held & Q(reviewed_at__isnull=False),
        "problems.rectified": held & Q(reviewed_at__isnull=False),
        "problems.reported_rate": held & Q(reported_at__isnull=False),
        "problems.closed": held & Q(closed_at__isnull=False),
        "problems.rework_rate": sent & Q(rework_count__gt=0),
        "problems.extension_rate": sent & Q(extension_count__gt=0),
        "problems.unlocated": held & Q(is_unlocated=True),
        "problems.site_pass_rate": held & Q(site_checked_at__isnull=False, site_result=SiteResult.PASSED),
        "problems.site_checked": held & Q(site_checked_at__isnull=False),
        "problems.recurrence_rate": held & Q(recurs__isnull=False),
        "problems.entered": Q(),
        "problems.suspended": held & Q(suspended_at__isnull=False, closed_at=None),
        "problems.exempted": held & Q(exempted_at__isnull=False),
        "problems.self_handled": held & Q(self_handled_at__isnull=False),
        "problems.dispatch_accuracy": held
        & Q(redispatch_count=0)
        & (Q(dispatched_at__isnull=False) | Q(redispatch_count__gt=0)),
        # The other parts of the rates.
        "of dispatched": sent,
        "of dispatched or taken back": held & (Q(dispatched_at__isnull=False) | Q(redispatch_count__gt=0)),
        "of visited": held & Q(site_checked_at__isnull=False),
        "on time": held & Q(handle_due_at__isnull=False, reported_at__lte=F("handle_due_at")),
        "of those with a deadline": held & Q(handle_due_at__isnull=False),
    }
    due = {
        "problems.due": held,
        "problems.due_closed": held & Q(closed_at__isnull=False),
        "problems.closed_on_time": held & Q(closed_at__lte=F("close_due_at")),
        "problems.closing_rate": held & Q(closed_at__isnull=False),
        "problems.on_time_closing_rate": held & Q(closed_at__lte=F("close_due_at")),
    }
    others = {
        "filed_at": {"problems.filed": held},
        "closed_at": {"problems.closed_within": held | Q(voided_at__gte=F("closed_at"))},
        "voided_at": {"problems.voided_within": Q(closed_at=None) | Q(closed_at__gt=F("voided_at"))},
    }
    answers: dict[str, Any] = {}
    for column, wanted in {"found_at": found, "close_due_at": due, **others}.items():
        rows = Problem.objects.filter(**{f"{column}__gte": period.start, f"{column}__lt": period.end})
        counts = {f"n{number}": Count("pk", filter=q) for number, q in enumerate(wanted.values())}
        answers |= dict(zip(wanted, rows.aggregate(**counts).values(), strict=True))
    # What stands is found in the period or before, and neither closed nor voided by its end.
    later = {name: Q(**{name: None}) | Q(**{f"{name}__gte": period.end}) for name in ("closed_at", "voided_at")}
    standing = Problem.objects.filter(later["closed_at"], later["voided_at"], found_at__lt=period.end)
    answers["problems.open"] = standing.count()
    handled = Problem.objects.filter(
        held,
        found_at__gte=period.start,
        found_at__lt=period.end,
        reported_at__gte=F("dispatched_at"),
    ).order_by(F("reported_at") - F("dispatched_at"))
    count = handled.count()
    for percent in (50, 90):
        spans = handled.values_list(F("reported_at") - F("dispatched_at"), flat=True)
        place = max(0, -(-count * percent // 100) - 1)
        answers[f"problems.handling_p{percent}"] = spans[place] if count else None
    return answers


def keys() -> list[str]:
    from wenming.engines.metrics import registry

    return [metric.key for metric in registry.metrics() if metric.fact == "problems"]


def live() -> dict[str, Any]:
    from wenming.engines.metrics import selectors
    from wenming.kernel.periods import Period

    return {each.key: each for each in selectors.figures(period=Period.parse(YEAR), keys=keys())}


def alone() -> dict[str, Any]:
    """The same figures, each asked by itself."""
    from wenming.engines.metrics import selectors
    from wenming.kernel.periods import Period

    return {key: selectors.measure(key, period=Period.parse(YEAR)) for key in keys()}


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Numerators that are not the same by both ways; percentiles and what only one of them has are left out."""
    both = [key for key in theirs if key in ours and not key.startswith("problems.handling")]
    return [f"{key}: {ours[key].numerator} / {theirs[key]}" for key in both if ours[key].numerator != theirs[key]]


def timed(ask: Callable[[], Any]) -> float:
    since = time.perf_counter()
    ask()
    return time.perf_counter() - since


def main() -> None:
    given = options()
    if given.on == "postgresql":
        on_postgresql()
    else:
        os.environ.pop("DATABASE_URL", None)
    with city(given.scale) as built:
        django.setup()
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        wrong = [*differences(live(), by_orm()), *differences(alone(), by_orm())]
        if wrong:
            raise SystemExit("\n".join(wrong))
        contestants = {"live": live, "orm": by_orm, "alone": alone}
        statements = {}
        for name, ask in contestants.items():
            with CaptureQueriesContext(connection) as asked:
                ask()
            statements[name] = len(asked)
        found = interleaved({name: partial(timed, ask) for name, ask in contestants.items()}, given.rounds)
        report(
            f"All {len(keys())} figures of {YEAR} over {built['counts']['problems']:,} problems on {connection.vendor}; the same numbers both ways",
            [
                Row(
                    f"live, {statements['live']} statements",
                    f"{found['live'] * 1000:.0f} ms",
                    found["orm"] / found["live"],
                    f"the ORM, {statements['orm']} statements",
                    AS_FAST,
                ),
                Row(
                    f"each alone, {statements['alone']} statements",
                    f"{found['alone'] * 1000:.0f} ms",
                    found["orm"] / found["alone"],
                    "the ORM",
                ),
                Row("seconds", f"{found['live']:.2f} s", found["live"], "1 s", SECONDS_MOST, is_most=True),
            ],
        )


if __name__ == "__main__":
    main()
