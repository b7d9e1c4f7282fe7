"""Reading at scale over HTTP: list, next-links, status filter, map, report by type; against `pgbench -S` on the same server.

make bench NAME=pages                      35,000 problems on PostgreSQL
"""

import argparse
import os
import re
import sys
from html import unescape

import django
from _city import city, grow, on_postgresql
from _measure import ROUNDS, PgBench, Row, interleaved, report
from _server import CALLERS, Answer, Caller, rate, served

PROBLEMS = 35_000
SECONDS = 3.0
PASSWORD = "wenming-demo-2024"  # noqa: S105 - of every demonstration
NEXT_LINKS = 300
# What the nearest Python peer answers in a second, over what `pgbench -S` did on its server.
GOALS = {"page": 0.0033, "next": 0.0055, "status": 0.0078, "report": 0.009, "map": 0.009}


def next_page(caller: Caller, path: str) -> str:
    """The address behind 下一页, or the list's first page again after the last one."""
    body = caller.get(path).body.decode()
    found = re.search(r'href="([^"]*)" rel="next"', body)
    if found is None:
        raise SystemExit("the list ends before the page that is measured")
    return "/problems/" + unescape(found[1])


def far_page(caller: Caller) -> str:
    path = "/problems/?state=all"
    for _ in range(NEXT_LINKS):
        path = next_page(caller, path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    on_postgresql()
    with city():
        django.setup()
        grow(PROBLEMS)
        bench = PgBench(os.environ["DATABASE_URL"], clients=CALLERS)
        with served() as port:
            callers = [Caller(port) for _ in range(CALLERS)]
            for caller in callers:
                caller.sign_in("cjk01", PASSWORD)
            far = far_page(callers[0])
            print(far, file=sys.stderr)
            paths = {
                "page": ("list page, 50 rows", "/problems/?state=all"),
                "next": (f"page behind {NEXT_LINKS} next-links", far),
                "status": ("list page by status", "/problems/?state=handling"),
                "report": ("figure by type", "/figures/problems.rectification_rate/?period=2024&by=type"),
                "map": ("map clusters", "/problems/map.json?state=all&zoom=10&bbox=117,29,120,32"),
            }

            def ask(path: str) -> float:
                def call(caller: Caller) -> Answer:
                    return caller.get(path)

                return rate(callers, call, SECONDS)

            found = interleaved(
                {"pgbench": bench.select, **{key: (lambda path=path: ask(path)) for key, (_, path) in paths.items()}},
                given.rounds,
            )
        base = found["pgbench"]
        report(
            f"Reading {PROBLEMS:,} problems, {CALLERS} callers, two server processes",
            [
                Row(work, f"{found[key]:.1f}/s", found[key] / base, "pgbench -S", GOALS[key])
                for key, (work, _) in paths.items()
            ],
        )


if __name__ == "__main__":
    main()
