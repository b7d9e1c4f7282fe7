"""Writes what the figures count, in the transaction of the event that changed it."""

from collections.abc import Iterable
from datetime import datetime

from wenming.engines.metrics import facts
from wenming.kernel.clock import to_us
from wenming.programmes.problems.models import Problem, ProblemFact


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def fact_of(problem: Problem) -> ProblemFact:
    return ProblemFact(
        problem_id=problem.pk,
        state=problem.state,
        channel=problem.channel,
        type_code=problem.type_code,
        closed_as=problem.closed_as,
        county_code=problem.county_code,
        town_code=problem.town_code,
        village_code=problem.village_code,
        territory_id=problem.territory_id,
        department_id=problem.department_id,
        lead_id=problem.lead_id,
        point_id=problem.point_id,
        found_ym=problem.found_ym,
        found_us=to_us(problem.found_at),
        filed_us=_us(problem.filed_at),
        dispatched_us=_us(problem.dispatched_at),
        reported_us=_us(problem.reported_at),
        reviewed_us=_us(problem.reviewed_at),
        closed_us=_us(problem.closed_at),
        voided_us=_us(problem.voided_at),
        due_us=_us(problem.handle_due_at),
        rework_count=problem.rework_count,
        extension_count=problem.extension_count,
        is_unlocated=int(problem.is_unlocated),
    )


def write(problems: Iterable[Problem], *, at: datetime) -> None:
    """The facts of `problems` as they stand, known since `at`."""
    facts.replace(ProblemFact, [fact_of(problem) for problem in problems], at_us=to_us(at))
