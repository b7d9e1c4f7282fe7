"""Figures asked together are what each is alone, and what a plain count of the rows says."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.metrics.drawn import FOUND_US, MOMENTS, Node, before, nodes, rows
from tests.factories.metrics import (
    COUNTY,
    OTHER_COUNTY,
    TOYS,
    ToyFact,
    at,
    make_count,
    make_metric,
    make_toy,
    write_toys,
)
from wenming.engines.metrics import evaluation, facts, selectors, sql, together
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import BadFilter, OutOfScope, TooManyCells
from wenming.engines.metrics.sql import Question
from wenming.kernel.clock import from_us
from wenming.kernel.periods import Period
from wenming.kernel.regions import RegionLevel
from wenming.kernel.scopes import Scope

pytestmark = pytest.mark.usefixtures("toys")
YEAR = Period.parse("2024")
KINDS = ("count", "ratio", "sum", "distinct", "percentile")
_keys = count(1)
counties = st.sampled_from([COUNTY, OTHER_COUNTY, None])
tables = st.lists(
    st.tuples(rows, counties, st.none() | st.integers(-5, 50), st.sampled_from([0, 1, 2])), min_size=1, max_size=12
)


def drawn_metric(kind: str, time: str, first: Node, second: Node) -> Metric:
    key = f"toys.drawn_{next(_keys)}"
    if kind == "ratio":
        return make_metric(key=key, time=time, numerator=first.text, denominator=second.text, dimensions=["region"])
    more: dict[str, Any] = {"dimensions": ["region"]}
    if kind != "count":
        more["value"] = "value_fen"
    if kind == "percentile":
        more["percentile"] = 90
    return make_count(key=key, kind=kind, time=time, numerator=first.text, **more)


figures = st.lists(
    st.tuples(
        st.builds(drawn_metric, st.sampled_from(KINDS), st.sampled_from(["found_us", "done_us"]), nodes(), nodes()),
        st.none() | st.sampled_from(MOMENTS),
    ),
    min_size=1,
    max_size=7,
)


def write(table: list[Any]) -> None:
    """Each row at the first instant, and what became of every other one since."""
    ToyFact.objects.all().delete()
    made = [
        [ToyFact(toy_id=n, found_ym=202403, county_code=county, value_fen=value, **row)]
        for n, (row, county, value, _times) in enumerate(table, 1)
    ]
    facts.replace(ToyFact, [toy for [toy] in made], FOUND_US)
    changed = [(n, row) for n, (row, _county, _value, times) in enumerate(table, 1) if times]
    later = [ToyFact(toy_id=n, found_ym=202403, county_code=COUNTY, **{**row, "done_us": None}) for n, row in changed]
    facts.replace(ToyFact, later, FOUND_US + 10)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn=figures, table=tables, by=st.sampled_from([(), ("region",)]), as_of=st.sampled_from([None, 0, 10]))
def test_measures_are_what_each_is_alone(
    drawn: list[tuple[Metric, int | None]], table: list[Any], by: tuple[str, ...], as_of: int | None
) -> None:
    write(table)
    known = None if as_of is None else from_us(FOUND_US + as_of)
    asked = [
        evaluation.question(
            metric.key, period=YEAR, by=by, as_of=known, cutoff=None if cutoff is None else from_us(cutoff)
        )
        for metric, cutoff in drawn
    ]
    found = evaluation.measures(asked)
    alone = [evaluation.measure(question) for question in asked]
    assert [replace(one, as_of=at("2024-01-01")) for one in found] == [
        replace(one, as_of=at("2024-01-01")) for one in alone
    ]
    proven = [evaluation.evidence(question) for question in asked]
    rests = [(one, question, proof) for one, question, proof in zip(found, asked, proven, strict=True)]
    for one, question, proof in rests:
        if question.metric.kind == "ratio":
            assert (one.numerator, one.denominator) == (proof.numerator_count, proof.count)
        elif question.metric.kind == "count":
            assert one.numerator == proof.count


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    predicates=st.lists(st.tuples(nodes(), nodes()), min_size=1, max_size=6),
    table=st.lists(rows, min_size=1, max_size=12),
    cutoff_us=st.none() | st.sampled_from(MOMENTS),
)
def test_measures_agree_with_a_plain_count(
    predicates: list[tuple[Node, Node]], table: list[dict[str, Any]], cutoff_us: int | None
) -> None:
    ToyFact.objects.all().delete()
    facts.replace(ToyFact, [ToyFact(toy_id=n, found_ym=202403, **row) for n, row in enumerate(table, 1)], FOUND_US)
    metrics = [drawn_metric("ratio", "found_us", counted, whole) for counted, whole in predicates]
    cutoff = None if cutoff_us is None else from_us(cutoff_us)
    asked = [evaluation.question(metric.key, period=YEAR, cutoff=cutoff) for metric in metrics]
    seen = [before(row, cutoff_us) for row in table if cutoff_us is None or row["found_us"] < cutoff_us]
    expected = []
    for counted, whole in predicates:
        population = [row for row in seen if whole.holds(row) is True]
        expected.append((sum(counted.holds(row) is True for row in population), len(population)))
    assert [(one.numerator, one.denominator) for one in evaluation.measures(asked)] == expected


@pytest.mark.parametrize("number", [1, 3])
def test_measures_take_one_statement_for_what_adds_up(number: int, django_assert_num_queries: Any) -> None:
    keys = [make_count(key=f"toys.open_{n}", numerator=f"maker_id = {n}").key for n in range(number)]
    keys += [make_metric(key=f"toys.rate_{n}", time="done_at", dimensions=None).key for n in range(number)]
    with django_assert_num_queries(1):
        assert list(selectors.measures(keys, period=YEAR)) == keys


def test_measures_take_one_statement_for_percentiles_of_the_same_rows(django_assert_num_queries: Any) -> None:
    more: dict[str, Any] = {"kind": "percentile", "value": "value_fen"}
    keys = [make_count(key=f"toys.p{percent}", percentile=percent, **more).key for percent in (50, 90)]
    write_toys(*(make_toy(value_fen=value) for value in range(1, 21)))
    with django_assert_num_queries(1):
        found = selectors.measures(keys, period=YEAR)
    assert [found[key].numerator for key in keys] == [10, 18]


def test_measures_of_more_tests_than_bits_take_another_statement(django_assert_num_queries: Any) -> None:
    keys = [make_count(key=f"toys.maker_{n}", numerator=f"maker_id = {n}").key for n in range(together.BITS + 2)]
    write_toys(*(make_toy(maker_id=n) for n in range(together.BITS + 2)))
    with django_assert_num_queries(2):
        found = selectors.measures(keys, period=YEAR)
    assert {measure.numerator for measure in found.values()} == {1}


def test_a_text_is_composed_once_for_all_values() -> None:
    make_count()
    write_toys(make_toy(), make_toy(found="2023-03-05"), make_toy(county_code=OTHER_COUNTY))
    counted = {}
    together.compose.cache_clear()
    for year in ("2023", "2024"):
        for county in (COUNTY, OTHER_COUNTY):
            scope = Scope.region(county, RegionLevel.COUNTY)
            counted[year, county] = selectors.measure("toys.found", period=Period.parse(year), scope=scope).numerator
    assert counted == {("2023", COUNTY): 1, ("2023", OTHER_COUNTY): 0, ("2024", COUNTY): 1, ("2024", OTHER_COUNTY): 1}
    assert together.compose.cache_info().misses == 1


def test_measures_by_dimension_leave_out_the_cells_of_others() -> None:
    keys = [make_count().key, make_count(key="toys.open", numerator="state = 'open'").key]
    write_toys(make_toy(), make_toy(county_code=OTHER_COUNTY, state="done"))
    found = selectors.measures(keys, period=YEAR, by=("region",))
    assert [[(cell.by["region"], cell.numerator) for cell in found[key].rows] for key in keys] == [
        [(COUNTY, 1), (OTHER_COUNTY, 1)],
        [(COUNTY, 1)],
    ]


def test_measures_over_the_limit_together_are_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [make_count(key=f"toys.{state}", numerator=f"state = '{state}'").key for state in ("open", "done")]
    write_toys(make_toy(), make_toy(county_code=OTHER_COUNTY, state="done"))
    monkeypatch.setattr(sql, "CELLS_MAX", 1)
    found = selectors.measures(keys, period=YEAR, by=("region",))
    assert [found[key].numerator for key in keys] == [1, 1]
    monkeypatch.setattr(sql, "CELLS_MAX", 0)
    with pytest.raises(TooManyCells):
        selectors.measures(keys, period=YEAR, by=("region",))


def test_measures_refuse_a_filter_that_does_not_fit_though_the_text_is_known() -> None:
    metric = make_count()
    good = Question(metric, TOYS, YEAR, where=(("maker_id", 1),))
    assert evaluation.measure(good).numerator == 0
    with pytest.raises(BadFilter):
        evaluation.measure(replace(good, where=(("maker_id", "1"),)))
    with pytest.raises(OutOfScope):
        evaluation.measure(replace(good, scope=Scope("department_id", 1)))


def test_a_figure_is_told_by_the_statement_that_asks_it_alone() -> None:
    make_count()
    asked = evaluation.question("toys.found", period=YEAR)
    make_metric()
    other = evaluation.question("toys.done_rate", period=YEAR)
    one, _two = evaluation.measures([asked, other])
    assert evaluation.statement_sha256(one.asked) == evaluation.statement_sha256(asked)
    assert evaluation.statement_sha256(asked) != evaluation.statement_sha256(other)
