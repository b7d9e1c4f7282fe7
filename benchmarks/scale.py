"""The same questions of many more problems: each is timed at both sizes in turn, in the same run.

make bench NAME=scale                                   35,000 and 1,000,000 problems on PostgreSQL
make bench NAME=scale ARGS="--on sqlite"                the same on SQLite
make bench NAME=scale ARGS="--rows 10000000"            ten million: half an hour and some 20 GB of disk
make bench NAME=scale ARGS="--explain"                  and how the database answers at the larger size
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from _city import city, grow, on_postgresql
from _measure import ROUNDS, Row, interleaved, report

SMALL = 35_000
MOST = 1.5
NEXT_LINKS = 300
REPEATS = 7


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--explain", action="store_true")
    return parser.parse_args()


def copy_database() -> str:
    """The name of a copy of the database as it stands."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        copied = str(Path(name).with_name("small.sqlite3"))
        shutil.copy(name, copied)
        return copied
    connection.close()
    parts = urlsplit(os.environ["DATABASE_URL"])
    where = ["-h", parts.hostname or "", "-p", str(parts.port or 5432), "-U", parts.username or ""]
    subprocess.run(
        ["createdb", "--maintenance-db=template1", *where, "-T", name, "small"],
        env={**os.environ, "PGPASSWORD": parts.password or ""},
        check=True,
    )
    return "small"


def at(name: str) -> None:
    """From here on every question goes to the database of this name."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def timed(name: str, ask: Callable[[], Any]) -> Callable[[], float]:
    """The least of some repetitions: what else runs on the machine only ever adds."""

    def run() -> float:
        at(name)
        ask()
        spent = []
        for _ in range(REPEATS):
            since = time.perf_counter()
            ask()
            spent.append(time.perf_counter() - since)
        return min(spent)

    return run


def questions() -> dict[str, tuple[str, float | None, Callable[[], Any]]]:
    """By key: what it is, how much longer it may take at the larger size, and how to ask it."""
    from django.test import Client

    from wenming.engines.metrics import selectors as metrics
    from wenming.foundation.people.acting import Acting, acting_under
    from wenming.foundation.people.enums import Role
    from wenming.foundation.people.models import Grant
    from wenming.kernel.periods import Period
    from wenming.programmes.problems import selectors
    from wenming.programmes.problems.models import Problem
    from wenming.programmes.problems.selectors import BY_DUE, BY_FOUND, ProblemFilters

    def under(role: Role) -> Acting:
        grant = Grant.objects.filter(role=role, revoked_at__isnull=True).select_related("user", "unit")
        return acting_under(grant.order_by("pk")[0])

    office, county = under(Role.OFFICE), under(Role.COUNTY)
    some = Problem.objects.filter(lead__isnull=False, department__isnull=False, point__isnull=False).order_by("pk")[0]

    def page(acting: Acting, order: tuple[str, ...] = BY_FOUND, **filters: str) -> Callable[[], Any]:
        chosen = ProblemFilters(**filters)
        return lambda: selectors.page_of(selectors.find_problems(acting, chosen), order=order)

    def far_cursor() -> str:
        """Behind so many next-links, followed at the smaller size: the row is there at both."""
        cursor = None
        for _ in range(NEXT_LINKS):
            cursor = selectors.page_of(selectors.visible_to(office), cursor=cursor).next_cursor
        return str(cursor)

    far = far_cursor()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Grant.objects.select_related("user").get(pk=county.grant_id).user)
    around = f"{some.lon - 0.05},{some.lat - 0.05},{some.lon + 0.05},{some.lat + 0.05}"
    month = Period.parse("2024-11")
    return {
        "county": ("filter: a county's", MOST, page(county)),
        "town": ("filter: a town", MOST, page(office, region=str(some.town_code))),
        "point": ("filter: a point", MOST, page(office, point=str(some.point.code))),
        "lead": ("filter: open ones of a unit", MOST, page(office, BY_DUE, state="open", unit=str(some.lead_id))),
        "month": ("filter: a period", MOST, page(office, period="2024-06")),
        "next": (
            f"page behind {NEXT_LINKS} next-links",
            MOST,
            lambda: selectors.page_of(selectors.visible_to(office), cursor=far),
        ),
        "status": ("filter: by status, open", MOST, page(office, BY_DUE, state="handling")),
        "closed": ("filter: by status, closed", MOST, page(office, state="closed")),
        "type": ("filter: a type", None, page(office, type=str(some.type_code))),
        "report": (
            "a month's figure by type",
            None,
            lambda: metrics.measure("problems.rectification_rate", period=month, by=("type",)),
        ),
        "map": (
            "map of the open ones, a county's",
            MOST,
            lambda: client.get(f"/problems/map.json?state=open&zoom=12&bbox={around}").content,
        ),
    }


def verbs() -> dict[str, tuple[str, float | None, Callable[[], Any]]]:
    """As `questions`: a filing, and a dispatch of one problem that waits for it, each undone."""
    from django.db import transaction

    from wenming.foundation.people.acting import acting_under
    from wenming.foundation.people.enums import Role
    from wenming.foundation.people.models import Grant
    from wenming.kernel import clock
    from wenming.programmes.problems.enums import Action, Channel, Lead, State
    from wenming.programmes.problems.models import Problem
    from wenming.programmes.problems.services import Ask, ProblemDraft, file_problem, perform_one

    grant = Grant.objects.filter(role=Role.OFFICE, revoked_at__isnull=True).select_related("user", "unit")
    office = acting_under(grant.order_by("pk")[0])
    like = Problem.objects.filter(type__isnull=False, lead__isnull=False, is_unlocated=False).order_by("pk")[0]
    waiting = Problem.objects.filter(state=State.FILED).order_by("pk")[0]
    ask = Ask(problem=waiting.public_id, action=Action.DISPATCH, territory_id=like.lead_id, lead_side=Lead.TERRITORY)

    def file() -> None:
        draft = ProblemDraft(
            title=like.title,
            channel=Channel.DESK,
            found_at=clock.now(),
            type=like.type,
            lat=like.lat,
            lon=like.lon,
        )
        with transaction.atomic():
            file_problem(office, draft)
            transaction.set_rollback(True)

    def dispatch() -> None:
        with transaction.atomic():
            perform_one(office, ask)
            transaction.set_rollback(True)

    return {"file": ("file a problem", MOST, file), "dispatch": ("dispatch", MOST, dispatch)}


def explain(ask: Callable[[], Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    slowest = max(asked.captured_queries, key=lambda each: float(each["time"]))
    head = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {slowest['sql']}".replace("%", "%%"))
        for row in cursor.fetchall():
            print("      ", row[-1])


def main() -> None:
    given = options()
    if given.on == "postgresql":
        on_postgresql()
    else:
        os.environ.pop("DATABASE_URL", None)
    with city():
        django.setup()
        from django.db import connection

        grow(given.small)
        asked = {**verbs(), **questions()}
        large = str(connection.settings_dict["NAME"])
        small = copy_database()
        since = time.monotonic()
        grow(given.rows)
        print(f"grown to {given.rows:,} in {time.monotonic() - since:.0f} s", file=sys.stderr)
        found = interleaved(
            {
                (size, key): timed(name, ask)
                for key, (_work, _most, ask) in asked.items()
                for size, name in (("small", small), ("large", large))
            },
            given.rounds,
        )
        report(
            f"{given.rows:,} problems on {connection.vendor}, against {given.small:,}",
            [
                Row(
                    work,
                    f"{found['large', key] * 1000:.2f} ms",
                    found["large", key] / found["small", key],
                    "the smaller",
                    most,
                    is_most=True,
                )
                for key, (work, most, _ask) in asked.items()
            ],
        )
        for work, _most, ask in questions().values() if given.explain else ():
            print(f"\n{work}")
            explain(ask)


if __name__ == "__main__":
    main()
