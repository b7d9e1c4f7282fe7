"""The set form of the verbs against the single verb, a row at a time: filing with a whole history.

make bench NAME=importing                      on PostgreSQL
make bench NAME=importing ARGS="--on sqlite"   on SQLite
"""

import argparse
import itertools
import os
import time
import tracemalloc
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django
from _city import city, on_postgresql
from _measure import ROUNDS, Row, interleaved, report

FASTER = 20.0
# A batch twice as many times over may need hardly more memory than once.
FLAT = 1.2
BATCHES_FEW, BATCHES_MANY = 1, 4
# What is counted byte by byte takes many times as long: fewer rows say as much of memory.
MEMORY_ROWS = 250


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set-rows", type=int, default=1_000)
    parser.add_argument("--single-rows", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    return parser.parse_args()


class Rows:
    """Cases of last year, each filed, dispatched, signed for, answered, reviewed and closed."""

    def __init__(self) -> None:
        from wenming.foundation.people.enums import UnitKind
        from wenming.foundation.people.models import Unit
        from wenming.foundation.places.models import Point
        from wenming.programmes.problems import selectors

        self.points = list(Point.objects.filter(lat__isnull=False).order_by("pk")[:100])
        self.types = list(selectors.types_on_offer().values())
        self.unit = Unit.objects.filter(kind=UnitKind.STREET).order_by("pk")[0]
        self.numbers = itertools.count()

    def take(self, count: int) -> list[Any]:
        from wenming.kernel import clock
        from wenming.kernel.actors import Actor, ActorKind
        from wenming.programmes.problems.enums import Action, Channel, ClosedAs, Lead
        from wenming.programmes.problems.flow import CLOSE, HANDLE, LIMITS, REVIEW
        from wenming.programmes.problems.services import ProblemDraft, Step

        drafts = []
        for _ in range(count):
            number = next(self.numbers)
            found = clock.now() - timedelta(days=30 + number % 300)
            at = [found + timedelta(hours=hours) for hours in (1, 2, 20, 24, 30)]
            sent = {
                "lead_id": self.unit.pk,
                "territory_id": self.unit.pk,
                "lead_side": Lead.TERRITORY.value,
                "dispatched_at": at[0],
            }
            closed = {"closed_at": at[4], "closed_as": ClosedAs.FIXED.value}
            drafts.append(
                ProblemDraft(
                    title=f"历史案件 {number}",
                    channel=Channel.DESK,
                    found_at=found,
                    type=self.types[number % len(self.types)],
                    point=self.points[number % len(self.points)],
                    history=(
                        Step(action=Action.DISPATCH, happened_at=at[0], changes=sent, limits={HANDLE: LIMITS[HANDLE]}),
                        Step(action=Action.SIGN, happened_at=at[1], changes={"signed_at": at[1]}),
                        Step(
                            action=Action.REPORT_BACK,
                            happened_at=at[2],
                            changes={"reported_at": at[2]},
                            limits={REVIEW: LIMITS[REVIEW]},
                            evidence={"note": "已整改"},
                            by=Actor(ActorKind.IMPORT, "unit", self.unit.pk),
                        ),
                        Step(
                            action=Action.PASS_REVIEW,
                            happened_at=at[3],
                            changes={"reviewed_at": at[3]},
                            limits={CLOSE: LIMITS[CLOSE]},
                        ),
                        Step(action=Action.CLOSE, happened_at=at[4], changes=closed),
                    ),
                )
            )
        return drafts


def file_as_set(drafts: Sequence[Any]) -> None:
    from wenming.programmes.problems.services import file_problems

    file_problems(drafts, by=importer())


def file_singly(drafts: Sequence[Any]) -> None:
    """Each verb of each case by itself, as at a desk: six verbs, six commits."""
    from dataclasses import replace

    from wenming.programmes.problems.services import advance_problems, file_problems

    for draft in drafts:
        problem = file_problems([replace(draft, history=())], by=importer())[0]
        for step in draft.history:
            problem = advance_problems([(problem, [step])], by=importer())[0]


def importer() -> Any:
    from wenming.kernel.actors import Actor

    return Actor.importer("bench")


def peak(rows: Rows, count: int, batches: int) -> float:
    """Bytes at the most while so many batches are filed one after the other."""
    tracemalloc.start()
    for _ in range(batches):
        file_as_set(rows.take(count))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(most)


def main() -> None:
    given = options()
    if given.on == "postgresql":
        on_postgresql()
    else:
        os.environ.pop("DATABASE_URL", None)
    with city():
        django.setup()
        from django.db import connection

        rows = Rows()

        def rate_of(file: Any, count: int) -> float:
            drafts = rows.take(count)
            since = time.perf_counter()
            file(drafts)
            return count / (time.perf_counter() - since)

        found = interleaved(
            {
                "set": lambda: rate_of(file_as_set, given.set_rows),
                "single": lambda: rate_of(file_singly, given.single_rows),
            },
            given.rounds,
        )
        few, many = (peak(rows, MEMORY_ROWS, batches) for batches in (BATCHES_FEW, BATCHES_MANY))
        report(
            f"Cases with six steps each on {connection.vendor}",
            [
                Row(
                    f"set form, {given.set_rows:,} cases",
                    f"{found['set']:.0f}/s",
                    found["set"] / found["single"],
                    f"a case at a time ({found['single']:.1f}/s)",
                    FASTER,
                ),
                Row(
                    f"memory at the most, {BATCHES_MANY} × {MEMORY_ROWS} cases",
                    f"{many / 1e6:.1f} MB",
                    many / few,
                    f"{BATCHES_FEW} × {MEMORY_ROWS}",
                    FLAT,
                    is_most=True,
                ),
            ],
        )


if __name__ == "__main__":
    main()
