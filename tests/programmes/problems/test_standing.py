"""What is carried over from one period to the next, and that nothing is lost on the way."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.problems import Cast, bring_to, make_problem
from wenming.engines.metrics import facts
from wenming.engines.metrics import selectors as metrics
from wenming.kernel import clock
from wenming.kernel.clock import SHANGHAI, to_us
from wenming.kernel.periods import Period
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import ProblemFact

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = Period.parse("2024-02"), Period.parse("2024-03")
START = datetime(2024, 1, 1, tzinfo=SHANGHAI)
LATER = st.none() | st.integers(min_value=0, max_value=90)


class UndoError(Exception):
    """Ends an example: the next begins with an empty table."""


def number(key: str, period: Period) -> int:
    return metrics.evaluate(f"problems.{key}", period=period, cutoff=period.end).numerator


def fact(pk: int, found: int, closed: int | None, voided: int | None) -> ProblemFact:
    """`found` are days of the year, the others days after that."""

    def us(days: int | None) -> int | None:
        return None if days is None else to_us(START + timedelta(days=found + days))

    return ProblemFact(
        problem_id=pk,
        state="filed",
        channel="manual",
        type_code="T",
        closed_as="",
        found_ym=202401,
        found_us=us(0),
        closed_us=us(closed),
        voided_us=us(voided),
        rework_count=0,
        extension_count=0,
        is_unlocated=0,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 100), LATER, LATER), max_size=25))
def test_open_before_and_entered_is_what_left_and_open_after(rows: list[tuple[int, int | None, int | None]]) -> None:
    try:
        with transaction.atomic():
            facts.replace(ProblemFact, [fact(pk, *row) for pk, row in enumerate(rows, start=1)], to_us(START))
            came = number("open", FEBRUARY) + number("entered", MARCH)
            left = number("closed_within", MARCH) + number("voided_within", MARCH)
            assert came == left + number("open", MARCH)
            raise UndoError
    except UndoError:
        pass


def test_open_is_what_stood_at_the_end_whatever_happened_since() -> None:
    cast = Cast()
    found = datetime(2024, 2, 20, 9, tzinfo=SHANGHAI)
    with clock.set_to(found):
        problem = make_problem(cast, found_at=found)
    with clock.set_to(datetime(2024, 3, 6, 9, tzinfo=SHANGHAI)):
        bring_to(cast, problem, Action.CLOSE)
        asked = metrics.evaluate("problems.open", period=FEBRUARY)
        # The end of a period that is not over is no cut-off in the future.
        assert [metrics.evaluate("problems.open", period=one).numerator for one in (FEBRUARY, MARCH)] == [1, 0]
    assert (asked.evidence_count, asked.cutoff) == (1, FEBRUARY.end)
    assert metrics.evaluate("problems.open", period=FEBRUARY, cutoff=found).numerator == 0
    assert number("closed_within", MARCH) == 1
