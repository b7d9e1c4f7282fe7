"""By when a case should be closed, and the figures that count by it."""

from datetime import datetime, timedelta

import pytest

from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from wenming.engines.metrics import selectors as metrics
from wenming.kernel import clock
from wenming.kernel.clock import SHANGHAI
from wenming.kernel.periods import Period
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem, ProblemFact

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2024-03")
TUESDAY = datetime(2024, 3, 5, 9, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int = 18, month: int = 3) -> datetime:
    return datetime(2024, month, day, hour, 0, tzinfo=SHANGHAI)


def made(cast: Cast, last: Action, *, found: datetime = TUESDAY) -> Problem:
    with clock.set_to(found):
        return bring_to(cast, make_problem(cast, found_at=found), last, at=found)


def pair(key: str, **more: object) -> tuple[int, int | None]:
    found = metrics.evaluate(f"problems.{key}", period=MARCH, **more)  # type: ignore[arg-type]  # keywords of evaluate
    return found.numerator, found.denominator


def test_dispatch_sets_when_the_case_should_be_closed() -> None:
    problem = made(Cast(), Action.DISPATCH)
    # Three working days to handle it (Friday), one to review (Monday), two to close (Wednesday).
    assert problem.handle_due_at == at(8)
    assert problem.close_due_at == at(13)


def test_extension_moves_the_closing_deadline_and_rework_does_not() -> None:
    cast = Cast()
    problem = made(cast, Action.SIGN)
    with clock.set_to(TUESDAY + timedelta(hours=1)):
        services.perform_one(cast.liaison, ask(problem, Action.ASK_EXTENSION, reason="等配件", extension_value=2))
        problem = services.perform_one(cast.county, ask(problem, Action.GRANT_EXTENSION, extension_value=2))
    assert problem.close_due_at == at(15)
    other = made(cast, Action.REPORT_BACK)
    with clock.set_to(at(6)):
        other = services.perform_one(cast.county, ask(other, Action.RETURN, reason="看不清"))
    assert other.close_due_at == at(13)


def test_handback_takes_the_closing_deadline_away_and_counts_the_wrong_dispatch() -> None:
    cast = Cast()
    problem = made(cast, Action.DISPATCH)
    services.perform_one(cast.liaison, ask(problem, Action.ASK_HANDBACK, reason="不归我管"))
    problem = services.perform_one(cast.county, ask(problem, Action.GRANT_HANDBACK))
    assert (problem.close_due_at, problem.redispatch_count) == (None, 1)
    made(cast, Action.DISPATCH)
    assert pair("dispatch_accuracy") == (1, 2)
    assert pair("due") == (1, None)


def test_redispatch_counts_the_wrong_dispatch() -> None:
    cast = Cast()
    problem = made(cast, Action.DISPATCH)
    problem = services.perform_one(cast.county, ask(problem, Action.REDISPATCH, reason="换单位"))
    assert problem.redispatch_count == 1
    assert pair("dispatch_accuracy") == (0, 1)


def test_closing_rates_count_what_was_due_in_the_period() -> None:
    cast = Cast()
    made(cast, Action.CLOSE)
    late = made(cast, Action.PASS_REVIEW)
    with clock.set_to(at(14)):
        services.perform_one(cast.county, ask(late, Action.CLOSE))
    made(cast, Action.SIGN)
    made(cast, Action.CLOSE, found=at(29, 9))
    assert pair("filed") == (4, None)
    assert pair("due") == (3, None)
    assert pair("due_closed") == (2, None)
    assert pair("closed_on_time") == (1, None)
    assert pair("closing_rate") == (2, 3)
    assert pair("on_time_closing_rate") == (1, 3)


def test_closing_rate_with_a_cutoff_counts_what_was_due_and_closed_by_then() -> None:
    cast = Cast()
    late = made(cast, Action.PASS_REVIEW)
    with clock.set_to(at(14)):
        services.perform_one(cast.county, ask(late, Action.CLOSE))
    assert pair("closing_rate", cutoff=at(12)) == (0, 0)
    assert pair("closing_rate", cutoff=at(14)) == (0, 1)
    assert pair("closing_rate", cutoff=at(15)) == (1, 1)


def test_closed_at_the_deadline_is_on_time() -> None:
    cast = Cast()
    problem = made(cast, Action.PASS_REVIEW)
    with clock.set_to(at(13)):
        problem = services.perform_one(cast.county, ask(problem, Action.CLOSE))
    assert problem.closed_at == problem.close_due_at
    assert pair("on_time_closing_rate") == (1, 1)


def test_handling_time_is_from_dispatch_to_the_answer() -> None:
    cast = Cast()
    for minutes in (30, 90, 1_440):
        problem = made(cast, Action.SIGN)
        with clock.set_to(TUESDAY + timedelta(minutes=minutes)):
            bring_to_answer(cast, problem)
    made(cast, Action.SIGN)
    assert metrics.evaluate("problems.handling_p50", period=MARCH).display == "1.5"
    assert metrics.evaluate("problems.handling_p90", period=MARCH).display == "24.0"


def bring_to_answer(cast: Cast, problem: Problem) -> None:
    services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(make_photo(),), note="已清理。"))


def test_handling_time_is_unknown_where_a_later_dispatch_went_elsewhere() -> None:
    cast = Cast()
    problem = made(cast, Action.REPORT_BACK)
    with clock.set_to(at(6)):
        problem = services.perform_one(cast.county, ask(problem, Action.RETURN, reason="看不清"))
        problem = services.perform_one(cast.county, ask(problem, Action.REDISPATCH, reason="换单位"))
    fact = ProblemFact.objects.filter(problem_id=problem.pk).latest("valid_from_us")
    assert fact.handling_minutes is None
