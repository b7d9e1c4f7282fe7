"""What a demonstration city holds, as digests that neither the database nor a crash decides: ids are turned into codes.

Runs in a process of its own, on the database of its environment: see `run`.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command

from wenming.demo import city
from wenming.engines.metrics import evaluation, registry
from wenming.engines.metrics.sql import Question
from wenming.foundation.people.models import Unit, User
from wenming.kernel.actors import ActorKind
from wenming.kernel.clock import to_us
from wenming.kernel.periods import Period
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.services.machine import LOOP

YEAR = Period.parse("2024")
PAGE_IDS = 20_000
START = "import sys, django; django.setup(); from tests.demo import digests; digests.main(sys.argv[1:])"


def start(environment: Mapping[str, str], *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", START, *words],
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    told: dict[str, Any] = json.loads(out)
    return told


def main(words: list[str]) -> None:
    """`build SCALE TODAY` or `show`; prints the digests."""
    if words[0] == "build":
        call_command("migrate", verbosity=0, interactive=False)
        plan = city.Plan(words[1], 1, date.fromisoformat(words[2]))
        if not city.check(plan):
            city.build(plan, say=lambda _text: None)
    peak = peak_kib()
    sys.stdout.write(json.dumps({**show(), "peak_kib": peak}))


def peak_kib() -> int:
    """Of this program alone: what `getrusage` answers begins with the memory of whoever started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def show() -> dict[str, Any]:
    codes = dict(Problem.objects.values_list("pk", "code"))
    figures = [metric.key for metric in registry.metrics() if metric.fact == "problems"]
    return {
        "problems": len(codes),
        "events": events(codes),
        "faults": len(LOOP.verify()),
        "figures": {key: figure(key, codes) for key in figures},
    }


def figure(key: str, codes: Mapping[int, str]) -> dict[str, Any]:
    """Numbers whole, by county, by month and by type; the problems behind them and those that its numerator counts."""
    found: dict[str, Any] = {}
    dimensions = set(registry.metric(key).dimensions)
    for by in ((), ("region",), ("ym",), ("type",)):
        if not set(by) <= dimensions:
            continue
        measure = evaluation.measure(evaluation.question(key, period=YEAR, by=by))
        cells = [[str(dict(cell.by)), cell.numerator, cell.denominator] for cell in measure.rows]
        found["/".join(by)] = [measure.numerator, measure.denominator, *sorted(cells)]
    asked = evaluation.question(key, period=YEAR)
    for part in ("all", "numerator"):
        found[part] = sha(codes[item] for item in ids(asked, part))
    return found


def ids(asked: Question, part: str) -> list[int]:
    page = evaluation.evidence_page(asked, part=part, size=PAGE_IDS)
    found = list(page.rows)
    while page.next_cursor:
        page = evaluation.evidence_page(asked, part=part, cursor=page.next_cursor, size=PAGE_IDS)
        found += page.rows
    return found


def events(codes: Mapping[int, str]) -> list[Any]:
    """How many, and a digest over who did what when to which problem, in its order."""
    units = dict(Unit.objects.values_list("pk", "code"))
    names = {str(pk): name for pk, name in User.objects.values_list("pk", "username")}
    columns = ("item_id", "seq", "action", "source", "target", "actor_kind", "actor_id", "reason")
    rows = ProblemEvent.objects.values_list(*columns, "unit_id", "happened_at", "evidence", "clocks")
    lines = []
    for item, *told, unit, at, evidence, clocks in rows.iterator(5_000):
        seq, action, source, target, kind, actor, reason = told
        words = (seq, action, source, target, kind, names[actor] if kind == ActorKind.USER else actor, reason)
        who = [units.get(pk) for pk in (unit, evidence.get("lead"), *evidence.get("helpers", []))]
        lines.append(json.dumps([codes[item], *words, who, to_us(at), evidence.get("note"), clocks]))
    return [len(lines), sha(lines)]


def sha(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
