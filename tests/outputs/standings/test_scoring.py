"""From rates to points: exact, bounded, and never better for a worse rate."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.outputs.standings.definitions import BROUGHT, Definition, Indicator, body_of, check, definitions_in
from wenming.outputs.standings.enums import Along, Level
from wenming.outputs.standings.errors import IndicatorTwice, MarksAlike, NoIndicator
from wenming.outputs.standings.scoring import NONE, Counts, places, score, share_of

RATE = "problems.rectification_rate"
REWORK = "problems.rework_rate"
marks = st.fractions(min_value=0, max_value=1, max_denominator=100)
counts = st.integers(0, 40).flatmap(lambda whole: st.builds(Counts, st.integers(0, whole), st.just(whole)))
indicators = st.builds(Indicator, st.just(RATE), st.integers(1, 100), marks, marks).filter(lambda i: i.full != i.nought)


def definition(*each: Indicator, least: int = 10) -> Definition:
    return Definition("x", "试", Level.UNIT, Along.UNIT, least, each)


def more(weight: int = 60) -> Indicator:
    return Indicator(RATE, weight, Fraction(98, 100), Fraction(70, 100))


def fewer(weight: int = 40) -> Indicator:
    return Indicator(REWORK, weight, Fraction(0), Fraction(20, 100))


def test_score_is_the_weighted_share_of_a_hundred() -> None:
    found = score(definition(more(), fewer()), [Counts(84, 100), Counts(5, 100)])
    # Half of the way from 70 % to 98 %, and three quarters of the way from 20 % to none.
    assert found.points == 60 * Fraction(1, 2) + 40 * Fraction(3, 4)
    assert (found.weighed, found.is_small) == (Fraction(1), False)


def test_score_spreads_what_could_not_be_counted_over_the_rest() -> None:
    found = score(definition(more(), fewer()), [Counts(84, 100), NONE])
    assert (found.points, found.weighed) == (Fraction(50), Fraction(60, 100))


def test_score_of_nothing_is_none_and_small() -> None:
    found = score(definition(more(), fewer()), [NONE, NONE])
    assert (found.points, found.weighed, found.is_small) == (None, Fraction(0), True)


@given(indicators, marks, marks)
def test_share_is_bounded_and_follows_the_direction(indicator: Indicator, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    shares = share_of(indicator, low), share_of(indicator, high)
    assert all(0 <= share <= 1 for share in shares)
    assert shares[0] <= shares[1] if indicator.full > indicator.nought else shares[0] >= shares[1]
    assert share_of(indicator, indicator.full) == Fraction(1)
    assert share_of(indicator, indicator.nought) == Fraction(0)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=12))
def test_places_leave_out_the_small_and_order_the_rest_by_points(rows: list[tuple[Counts, Counts]]) -> None:
    asked = definition(more(), fewer())
    scores = {number: score(asked, row) for number, row in enumerate(rows)}
    found = places(scores, list(scores))
    for number, place in found.items():
        mine = scores[number]
        assert (place is None) == (mine.is_small or mine.points is None)
        if place is not None:
            ahead = [s for n, s in scores.items() if found[n] is not None and (s.points or 0) > (mine.points or 0)]
            assert place == len(ahead) + 1


def test_what_the_software_brings_holds_together_and_survives_being_kept() -> None:
    for each in BROUGHT:
        check(each)
    assert definitions_in(body_of(BROUGHT)) == list(BROUGHT)


def test_check_refuses_what_could_not_tell_anybody_apart() -> None:
    with pytest.raises(NoIndicator):
        check(definition())
    with pytest.raises(IndicatorTwice):
        check(definition(more(), more()))
    with pytest.raises(MarksAlike):
        check(definition(replace(more(), nought=Fraction(98, 100))))
