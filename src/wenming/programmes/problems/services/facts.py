"""Writes what the figures count, in the transaction of the event that changed it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from wenming.engines.metrics import facts
from wenming.kernel.clock import to_us
from wenming.kernel.periods import year_month
from wenming.programmes.problems.enums import SiteResult
from wenming.programmes.problems.models import Problem, ProblemFact

MINUTE_US: Final = 60_000_000


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def _ym(at: datetime | None) -> int | None:
    return None if at is None else year_month(at)


def handling_minutes(dispatched_us: int | None, reported_us: int | None) -> int | None:
    """Whole minutes; None before the answer, and where a later dispatch made the answer another unit's."""
    if dispatched_us is None or reported_us is None or reported_us < dispatched_us:
        return None
    return (reported_us - dispatched_us) // MINUTE_US


def fact_of(problem: Problem) -> ProblemFact:
    dispatched_us, reported_us = _us(problem.dispatched_at), _us(problem.reported_at)
    is_off_the_clock = (
        problem.suspended_at is not None
        and problem.handle_due_at is not None
        and problem.suspended_at <= problem.handle_due_at
    )
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
        dispatched_us=dispatched_us,
        reported_us=reported_us,
        reviewed_us=_us(problem.reviewed_at),
        closed_us=_us(problem.closed_at),
        site_checked_us=_us(problem.site_checked_at),
        is_site_passed=int(problem.site_result == SiteResult.PASSED),
        is_recurrence=int(problem.recurs_id is not None),
        voided_us=_us(problem.voided_at),
        suspended_us=_us(problem.suspended_at),
        exempted_us=_us(problem.exempted_at),
        is_self_handled=int(problem.self_handled_at is not None),
        due_us=None if is_off_the_clock else _us(problem.handle_due_at),
        close_due_us=None if is_off_the_clock else _us(problem.close_due_at),
        filed_ym=_ym(problem.filed_at),
        close_due_ym=None if is_off_the_clock else _ym(problem.close_due_at),
        handling_minutes=handling_minutes(dispatched_us, reported_us),
        rework_count=problem.rework_count,
        extension_count=problem.extension_count,
        redispatch_count=problem.redispatch_count,
        is_unlocated=int(problem.is_unlocated),
    )


def write_first(problems: Iterable[Problem], *, at: datetime) -> None:
    """The facts of problems that were just filed."""
    facts.add(ProblemFact, [fact_of(problem) for problem in problems], at_us=to_us(at))


def write(problems: Iterable[Problem], *, at: datetime) -> None:
    """The facts of `problems` as they stand, known since `at`."""
    facts.replace(ProblemFact, [fact_of(problem) for problem in problems], at_us=to_us(at))
