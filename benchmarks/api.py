"""The HTTP API on PostgreSQL with two server processes, against `pgbench` on the same server in the same run.

make bench NAME=api                                35,000 problems, some three minutes
make bench NAME=api ARGS="--rounds 9 --seconds 4"  longer, steadier
"""

import argparse
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import django
from _api import BASE, Makers, Program, Queue, key
from _city import city, grow, on_postgresql
from _measure import ROUNDS, PgBench, Row, interleaved, report
from _server import CALLERS, Answer, Caller, rate, served
from _statements import cost_of

OFFICE, COUNTY = "cjk01", "cxwmb01"
LIST = "/problems?state=all&size=100&period=2024"
PAIRS = 60
# docs/performance.md: what was promised, as a share of what pgbench does on the same server.
FILE, TRANSITION, LIST_ROWS = 0.15, 0.12, 0.011
DISPATCHED = {"note": "请尽快处理"}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--problems", type=int, default=35_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--stock", type=int, default=600, help="problems made ready for each round of a transition")
    return parser.parse_args()


def dispatch(program: Program, caller: Caller, problem: Any) -> Answer:
    return program.post(caller, f"/problems/{problem}/dispatch", DISPATCHED, key=key())


def report_back(program: Program, caller: Caller, answerable: tuple[Any, str]) -> Answer:
    problem, photo = answerable
    body = {"note": "已补齐地砖并清理积水", "photos": [photo]}
    return program.post(caller, f"/problems/{problem}/report_back", body, key=key())


def two_at_once(program: Program, port: int, problems: list[Any]) -> Counter[int]:
    """Two programs dispatch the same problem at the same moment: how often each status was the answer."""
    seen: Counter[int] = Counter()
    for problem in problems:
        start = threading.Barrier(2)

        def one(problem: Any = problem, start: threading.Barrier = start) -> None:
            caller = Caller(port)
            caller.get("/-/ready")
            start.wait()
            body = {**DISPATCHED, "version": 1}
            seen[program.post(caller, f"/problems/{problem}/dispatch", body, key=key()).status] += 1

        pair = [threading.Thread(target=one) for _ in range(2)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
    return seen


def statements(makers: Makers, county: Program) -> None:
    """Prints what each request asks of the database."""
    from django.test import Client

    office, unit = makers.office, makers.unit

    def ask(program: Program, method: str, path: str, body: Any = None) -> Callable[[], None]:
        def call() -> None:
            headers = {"Authorization": program.headers()["Authorization"], "Idempotency-Key": key()}
            client = Client(SERVER_NAME="127.0.0.1", headers=headers)
            answer = client.generic(method, BASE + path, "" if body is None else body, "application/json")
            if answer.status_code >= 300:
                raise SystemExit(answer.content.decode())

        return call

    import json

    filed, answerable = makers.filed(2), makers.answerable(2)
    body = makers.bodies()
    asked = {
        "file": [ask(office, "POST", "/problems", json.dumps(next(body))) for _ in range(2)],
        "dispatch": [ask(office, "POST", f"/problems/{each}/dispatch", "{}") for each in filed],
        "report back": [
            ask(unit, "POST", f"/problems/{each}/report_back", json.dumps({"note": "已处理", "photos": [photo]}))
            for each, photo in answerable
        ],
        "list": [ask(county, "GET", LIST)] * 2,
    }
    print("\nStatements")
    for program in (office, unit, county):
        # The keys take turns: each takes its share of the quota before anything is counted.
        for _ in program.tokens:
            ask(program, "GET", LIST)()
    for work, (warm, measured) in asked.items():
        warm()
        cost, said = cost_of(measured)
        print(f"{work:<14}{cost}")
        for text in said if os.environ.get("BENCH_STATEMENTS") else ():
            print("   ", text[:400])


def main() -> None:
    given = options()
    on_postgresql()
    with city() as built:
        django.setup()
        unit_name = next(each["username"] for each in built["accounts"] if each["role"] == "liaison")
        office, county, unit = Program(OFFICE), Program(COUNTY), Program(unit_name)
        makers = Makers(office, unit)
        grow(given.problems)
        bench = PgBench(os.environ["DATABASE_URL"], clients=CALLERS)
        queue, bodies, lock = Queue(), makers.bodies(), threading.Lock()
        statements(makers, county)
        with served() as port:
            callers = [Caller(port) for _ in range(CALLERS)]

            def file(caller: Caller) -> Answer:
                with lock:
                    body = next(bodies)
                return office.post(caller, "/problems", body, key=key())

            def with_stock(make: Callable[[int], list[Any]], call: Callable[[Caller], Answer]) -> float:
                queue.fill(make(given.stock))
                return rate(callers, call, given.seconds)

            found = interleaved(
                {
                    "tpcb": lambda: bench.tpcb(int(given.seconds)),
                    "select": lambda: bench.select(int(given.seconds)),
                    "file": lambda: rate(callers, file, given.seconds),
                    "dispatch": lambda: with_stock(makers.filed, lambda c: dispatch(office, c, queue.take())),
                    "report": lambda: with_stock(makers.answerable, lambda c: report_back(unit, c, queue.take())),
                    "list": lambda: rate(callers, lambda c: county.get(c, LIST), given.seconds),
                },
                given.rounds,
            )
            seen = two_at_once(office, port, makers.filed(PAIRS))
        print(f"pgbench: {found['tpcb']:.0f} TPC-B-like, {found['select']:.0f} -S", file=sys.stderr)
        tpcb, select = found["tpcb"], found["select"]
        report(
            f"HTTP API, {given.problems:,} problems, {CALLERS} callers, two server processes",
            [
                Row("file a problem", f"{found['file']:.1f}/s", found["file"] / tpcb, "TPC-B-like", FILE),
                Row("dispatch", f"{found['dispatch']:.1f}/s", found["dispatch"] / tpcb, "TPC-B-like", TRANSITION),
                Row("report back", f"{found['report']:.1f}/s", found["report"] / tpcb, "TPC-B-like", TRANSITION),
                Row(
                    "list of 100, a county's, a year", f"{found['list']:.1f}/s", found["list"] / select, "-S", LIST_ROWS
                ),
            ],
        )
        said = ", ".join(f"{status}: {times}" for status, times in sorted(seen.items()))
        verdict = "OK" if set(seen) == {200, 409} and seen[200] == PAIRS else "SHORT"
        print(f"{verdict:<6}two dispatches of one problem at once, {PAIRS} times: {said}")


if __name__ == "__main__":
    main()
