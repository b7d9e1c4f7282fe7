"""Nearest rank: the value of a row that is there, the same on every database."""

from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.metrics import COUNTY, OTHER_COUNTY, make_count, make_toy, write_toys
from wenming.engines.metrics import definitions, evaluation, registry, selectors
from wenming.engines.metrics.definitions import Metric
from wenming.kernel.periods import Period

pytestmark = pytest.mark.usefixtures("toys")
YEAR = Period.parse("2024")


def make_percentile(percentile: int = 90, **changes: Any) -> Metric:
    key = changes.pop("key", "toys.p")
    return make_count(key=key, kind="percentile", percentile=percentile, value="value_fen", scale=100, **changes)


def nearest_rank(values: list[int], percentile: int) -> int:
    """The definition, in words: the smallest value that at least so many hundredths do not exceed."""
    return next(v for v in sorted(values) if 100 * sum(w <= v for w in values) >= percentile * len(values))


class UndoError(Exception):
    """Ends an example: the next begins with an empty table."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(st.sampled_from([COUNTY, OTHER_COUNTY]), st.integers(-5, 50)), min_size=1, max_size=40),
    percentile=st.sampled_from([1, 33, 50, 90, 99, 100]),
)
def test_percentile_is_the_nearest_rank_whole_and_by_county(values: list[tuple[int, int]], percentile: int) -> None:
    make_percentile(percentile, key=f"toys.p{percentile}")
    try:
        with transaction.atomic():
            ids = write_toys(*(make_toy(county_code=county, value_fen=value) for county, value in values))
            found = selectors.evaluate(f"toys.p{percentile}", period=YEAR, by=("region",))
            expected = nearest_rank([value for _county, value in values], percentile)
            assert (found.numerator, found.denominator, found.exact) == (expected, None, Fraction(expected, 100))
            for county in {county for county, _value in values}:
                cell = next(cell for cell in found.rows if cell.by["region"] == county)
                assert cell.numerator == nearest_rank([v for c, v in values if c == county], percentile)
            asked = evaluation.question(f"toys.p{percentile}", period=YEAR)
            [row] = evaluation.evidence_page(asked, part="numerator").rows
            assert values[ids.index(row)][1] == expected
            assert (found.evidence_count, found.evidence.numerator_count) == (len(values), 1)
            raise UndoError
    except UndoError:
        pass


def test_percentile_leaves_out_rows_without_a_value_and_those_that_do_not_count() -> None:
    make_percentile(50, numerator="state = 'done'")
    write_toys(
        make_toy(state="done", value_fen=300),
        make_toy(state="done", value_fen=None),
        make_toy(state="open", value_fen=1),
    )
    found = selectors.evaluate("toys.p", period=YEAR)
    assert (found.value, found.evidence_count) == ("3", 1)


def test_percentile_of_nothing_has_no_value() -> None:
    make_percentile()
    found = selectors.evaluate("toys.p", period=YEAR, by=("region",))
    assert (found.value, found.display, found.rows, found.evidence_count) == (None, "—", (), 0)


def test_percentile_is_part_of_what_is_published() -> None:
    ninth = make_percentile(90)
    assert ninth.digest() != make_percentile(50, key="toys.other").digest()
    given_key = {**registry.metric("toys.p").__dict__, "percentile": 50}
    assert definitions.Metric(**given_key).digest() != ninth.digest()


def test_percentile_rest_of_the_evidence_is_all_but_one() -> None:
    make_percentile(50)
    write_toys(*(make_toy(value_fen=value) for value in (5, 5, 7)))
    asked = evaluation.question("toys.p", period=YEAR)
    assert [len(evaluation.evidence_page(asked, part=part).rows) for part in ("all", "numerator", "rest")] == [3, 1, 2]
