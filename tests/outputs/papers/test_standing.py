"""The numbers of a paper are those of the screen, and of one another."""

from fractions import Fraction
from typing import Any

import pytest

from tests.factories.papers import make_circular
from tests.factories.people import make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.outputs.papers import selectors
from wenming.outputs.papers.composing.standing import (
    FOUND,
    RATE,
    RECURRENCE,
    REWORK,
    Counts,
    standing,
    tables,
)
from wenming.outputs.papers.models import PaperSettings
from wenming.outputs.papers.words import moved, rate
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.selectors import ProblemFilters


def month() -> Period:
    return Period.parse(f"{clock.local(clock.now()):%Y-%m}")


def make_city() -> list[Cast]:
    """Three units with different numbers, and one problem that nobody was given."""
    casts = [Cast(), Cast(), Cast()]
    for number, cast in enumerate(casts, start=1):
        for turn in range(number):
            last = Action.PASS_REVIEW if turn else Action.SIGN
            bring_to(cast, make_problem(cast), last)
    make_problem(casts[0])
    return casts


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "shown"),
    [(1, 8, 1, "12.5%"), (1, 16, 1, "6.3%"), (2, 3, 2, "66.67%"), (0, 0, 2, "—"), (5, 5, 0, "100%")],
)
def test_rate_rounds_half_up(numerator: int, denominator: int, decimals: int, shown: str) -> None:
    assert rate(numerator, denominator, decimals) == shown


def test_moved_says_up_down_or_nothing() -> None:
    assert [moved(2, 4), moved(4, 2), moved(3, 3), moved(None, 3)] == ["升2位", "降2位", "持平", "—"]


@pytest.mark.django_db
def test_standing_equals_the_figures_and_the_list_for_each_unit() -> None:
    casts = make_city()
    office, at = make_acting(Role.OFFICE), clock.now()
    found = standing(month(), at=at)
    for cast in casts:
        unit = cast.street.pk
        counts = found.by_unit[unit]
        for key, number in (
            (FOUND, counts.found),
            (RATE, counts.rectified),
            (REWORK, counts.rework),
            (RECURRENCE, counts.recurred),
        ):
            where = metrics.measure(key, period=month(), as_of=at, where={"unit": unit})
            assert where.numerator == number, key
        listed = problems.find_problems(office, ProblemFilters(period=month().label, unit=str(unit)))
        assert listed.count() == counts.found
        late = problems.find_problems(office, ProblemFilters(period=month().label, unit=str(unit), late="1"))
        assert late.count() == counts.late
    assert found.total.found == metrics.measure(FOUND, period=month(), as_of=at).numerator == 7


@pytest.mark.django_db
def test_standing_of_units_adds_up_to_the_whole() -> None:
    make_city()
    with clock.set_to(clock.now()):
        found = standing(month(), at=clock.now())
    for name in ("found", "rectified", "late", "rework", "recurred"):
        assert sum(getattr(each, name) for each in found.by_unit.values()) == getattr(found.total, name)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_standing_asks_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    for _each in range(number):
        cast = Cast()
        bring_to(cast, make_problem(cast), Action.SIGN)
    with django_assert_num_queries(6):
        standing(month(), at=clock.now())


@pytest.mark.django_db
def test_tables_rank_nobody_with_few_problems() -> None:
    make_city()
    now = standing(month(), at=clock.now())
    few = tables(now, now, PaperSettings(ranked_from=10))
    assert {row["ordinal"] for table in few for row in table["rows"]} == {"—"}
    made = tables(now, now, PaperSettings(ranked_from=2))
    assert [row["ordinal"] for row in made[0]["rows"]] == ["1", "2", "—"]
    assert (made[0]["ranked"], made[0]["unranked"]) == (2, 1)


@pytest.mark.django_db
def test_manifest_says_where_each_number_comes_from() -> None:
    casts = make_city()
    paper = make_circular(make_acting(Role.OFFICE), month().label)
    whole = next(row for row in paper.figures if row["key"] == FOUND and row["unit"] == "")
    again = metrics.evaluate(FOUND, period=month(), as_of=paper.as_of)
    assert (whole["numerator"], whole["evidence_sha256"]) == (again.numerator, again.evidence_sha256)
    units = {row["unit"]: row["numerator"] for row in paper.figures if row["key"] == FOUND and row["unit"] != ""}
    assert units[casts[2].street.pk] == 3
    printed = {row["unit"]: row["found"] for group in paper.content["groups"] for row in group["rows"]}
    assert {cast.street.name: printed[cast.street.name] for cast in casts} == {
        cast.street.name: number for number, cast in enumerate(casts, start=1)
    }
    headings = [each["heading"] for each in paper.content["units"]]
    assert any(heading.endswith(f"{casts[2].street.name}（3个）") for heading in headings)
    assert paper.content["total"]["found"] == 7


def test_counts_of_nothing_have_no_share() -> None:
    assert (Counts().share, Counts(found=4, rectified=1).share) == (None, Fraction(1, 4))


@pytest.mark.django_db
def test_settings_are_there_before_anybody_set_them() -> None:
    assert selectors.settings().ranked_from == 10
