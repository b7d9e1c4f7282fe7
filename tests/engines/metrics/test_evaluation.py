import hashlib
from fractions import Fraction

import pytest

from tests.factories.metrics import COUNTY, OTHER_COUNTY, at, make_count, make_metric, make_toy, write_toys
from wenming.engines.metrics import evaluation, selectors
from wenming.engines.metrics.errors import BadFilter, OutOfScope, UnknownDimension, UnknownFigure
from wenming.kernel import clock
from wenming.kernel.paging import BadCursor
from wenming.kernel.periods import Period
from wenming.kernel.regions import RegionLevel
from wenming.kernel.scopes import Scope

pytestmark = pytest.mark.usefixtures("toys")
YEAR = Period.parse("2024")


def sha(*ids: int) -> str:
    return hashlib.sha256("\n".join(map(str, sorted(ids))).encode()).hexdigest()


def test_evaluate_a_ratio_gives_exact_numbers_and_evidence() -> None:
    make_metric()
    ids = write_toys(make_toy(done="2024-03-06"), make_toy(done="2024-03-07"), make_toy(), make_toy(state="void"))
    found = selectors.evaluate("toys.done_rate", period=YEAR)
    assert (found.numerator, found.denominator, found.exact) == (2, 3, Fraction(2, 3))
    assert (found.value, found.display) == ("0.666666666667", "66.67%")
    assert (found.evidence_count, found.evidence_sha256) == (3, sha(*ids[:3]))
    assert (found.evidence.numerator_count, found.evidence.numerator_sha256) == (2, sha(*ids[:2]))
    assert (found.key, found.version, found.source) == ("toys.done_rate", 1, "computed")


def test_evaluate_an_empty_ratio_has_no_value() -> None:
    make_metric()
    found = selectors.evaluate("toys.done_rate", period=YEAR)
    assert (found.numerator, found.denominator, found.value, found.display) == (0, 0, None, "—")
    assert (found.evidence_count, found.evidence_sha256) == (0, hashlib.sha256(b"").hexdigest())


def test_evaluate_a_count_and_a_sum_and_a_distinct_count() -> None:
    make_count()
    make_count(key="toys.open", numerator="state = 'open'")
    words = {"numerator": "价钱", "numerator_en": "price"}
    make_count(key="toys.yuan", kind="sum", value="value_fen", scale=100, unit="元", decimals=2, definition=words)
    make_count(key="toys.makers", kind="distinct", value="maker_id")
    write_toys(
        make_toy(value_fen=1050, maker_id=1),
        make_toy(value_fen=None, maker_id=1, state="void"),
        make_toy(value_fen=3, maker_id=2),
        make_toy(value_fen=4, maker_id=None),
    )
    found = {key: selectors.evaluate(f"toys.{key}", period=YEAR) for key in ("found", "open", "yuan", "makers")}
    assert {key: (each.numerator, each.denominator, each.value, each.display) for key, each in found.items()} == {
        "found": (4, None, "4", "4"),
        "open": (3, None, "3", "3"),
        "yuan": (1057, None, "10.57", "10.57"),
        "makers": (2, None, "2", "2"),
    }


def test_evaluate_counts_within_the_half_open_period() -> None:
    make_count()
    moments = ("2023-12-31 23:59:59.999999", "2024-01-01", "2024-12-31 23:59:59.999999", "2025-01-01", None)
    ids = write_toys(*(make_toy(found=moment) for moment in moments))
    assert selectors.evaluate("toys.found", period=YEAR).evidence_sha256 == sha(*ids[1:3])


def test_evaluate_by_dimensions_adds_up() -> None:
    make_metric()
    write_toys(
        make_toy(done="2024-03-06"),
        make_toy(found="2024-05-01"),
        make_toy(county_code=OTHER_COUNTY, done="2024-03-07"),
        make_toy(county_code=None),
    )
    found = selectors.evaluate("toys.done_rate", period=YEAR, by=("region", "ym"))
    assert [(dict(c.by), c.numerator, c.denominator, c.value) for c in found.rows] == [
        ({"region": COUNTY, "ym": 202403}, 1, 1, "1"),
        ({"region": COUNTY, "ym": 202405}, 0, 1, "0"),
        ({"region": OTHER_COUNTY, "ym": 202403}, 1, 1, "1"),
        ({"region": None, "ym": 202403}, 0, 1, "0"),
    ]
    assert (found.numerator, found.denominator) == (2, 4)


def test_evaluate_a_distinct_count_by_dimension_keeps_its_own_total() -> None:
    make_count(key="toys.makers", kind="distinct", value="maker_id")
    write_toys(make_toy(maker_id=1), make_toy(maker_id=1, county_code=OTHER_COUNTY), make_toy(maker_id=2))
    found = selectors.evaluate("toys.makers", period=YEAR, by=("region",))
    assert found.numerator == 2
    assert [(c.by["region"], c.numerator) for c in found.rows] == [(COUNTY, 2), (OTHER_COUNTY, 1)]


def test_evaluate_a_distinct_count_by_text_dimension() -> None:
    make_count(key="toys.makers", kind="distinct", value="maker_id", dimensions=["state"])
    write_toys(make_toy(maker_id=1), make_toy(maker_id=1, state="done"))
    found = selectors.evaluate("toys.makers", period=YEAR, by=("state",))
    assert [(c.by["state"], c.numerator) for c in found.rows] == [("done", 1), ("open", 1)]


def test_evaluate_as_of_answers_what_was_known_then() -> None:
    make_metric()
    [toy] = write_toys(make_toy(), recorded="2024-04-01")
    write_toys(make_toy(toy_id=toy, done="2024-03-20"), recorded="2024-05-01")
    rates = {
        day: selectors.evaluate("toys.done_rate", period=YEAR, as_of=at(day)).value
        for day in ("2024-03-31", "2024-04-01", "2024-04-30", "2024-05-01")
    }
    assert rates == {"2024-03-31": None, "2024-04-01": "0", "2024-04-30": "0", "2024-05-01": "1"}
    assert selectors.evaluate("toys.done_rate", period=YEAR).value == "1"


def test_evaluate_with_cutoff_turns_later_instants_into_null() -> None:
    make_metric()
    write_toys(make_toy(done="2024-04-01"), make_toy(done="2024-03-31"), make_toy(found="2024-04-01"))
    found = selectors.evaluate("toys.done_rate", period=YEAR, cutoff=at("2024-04-01"))
    assert (found.numerator, found.denominator) == (1, 2)


def test_evaluate_with_cutoff_leaves_deadlines() -> None:
    make_metric(numerator="done_at <= due_at", denominator="due_at is not null")
    write_toys(
        make_toy(done="2024-03-20", due="2024-05-01"),
        make_toy(done="2024-04-20", due="2024-05-01"),
        make_toy(done="2024-03-20", due="2024-03-10"),
    )
    found = selectors.evaluate("toys.done_rate", period=YEAR, cutoff=at("2024-04-01"))
    assert (found.numerator, found.denominator) == (1, 3)


def test_evaluate_within_a_scope_and_a_filter() -> None:
    make_count()
    write_toys(make_toy(), make_toy(state="done"), make_toy(county_code=OTHER_COUNTY))
    county = Scope.region(COUNTY, RegionLevel.COUNTY)
    assert selectors.evaluate("toys.found", period=YEAR, scope=county).numerator == 2
    assert selectors.evaluate("toys.found", period=YEAR, scope=county, where={"state": "done"}).numerator == 1
    assert selectors.evaluate("toys.found", period=YEAR, where={"region": OTHER_COUNTY}).numerator == 1
    assert selectors.evaluate("toys.found", period=YEAR, where={"done_at": None}).numerator == 3
    assert selectors.evaluate("toys.found", period=YEAR, scope=Scope.nothing()).numerator == 0
    assert selectors.evaluate("toys.found", period=YEAR, scope=Scope.everything()).numerator == 3


def test_evaluate_when_the_fact_cannot_be_scoped() -> None:
    make_count()
    with pytest.raises(OutOfScope):
        selectors.evaluate("toys.found", period=YEAR, scope=Scope("department_id", 1))


def test_evaluate_when_the_key_is_unknown() -> None:
    with pytest.raises(UnknownFigure, match=r"toys\.nothing"):
        selectors.evaluate("toys.nothing", period=YEAR)


@pytest.mark.parametrize("dimension", ["state", "valid_to_us", "town", "x; drop table"])
def test_evaluate_by_what_the_definition_does_not_offer(dimension: str) -> None:
    make_metric()
    with pytest.raises(UnknownDimension):
        selectors.evaluate("toys.done_rate", period=YEAR, by=(dimension,))


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", 1), ("maker_id", "1"), ("maker_id", True), ("nothing", 1), ("state", "空"), ("maker_id", 2**63)],
)
def test_evaluate_with_a_filter_that_does_not_fit(column: str, value: object) -> None:
    make_count()
    with pytest.raises(BadFilter):
        selectors.evaluate("toys.found", period=YEAR, where={column: value})  # type: ignore[dict-item]


def test_evaluate_hides_cells_under_the_limit() -> None:
    make_metric(cell_min=2)
    write_toys(make_toy(), make_toy(done="2024-03-06"), make_toy(county_code=OTHER_COUNTY))
    found = selectors.evaluate("toys.done_rate", period=YEAR, by=("region",))
    assert [(c.numerator, c.denominator, c.value, c.display, c.is_hidden) for c in found.rows] == [
        (1, 2, "0.5", "50.00%", False),
        (None, None, None, "—", True),
    ]


@pytest.mark.parametrize("by", [(), ("region",), ("region", "ym")])
@pytest.mark.parametrize("number", [1, 3])
def test_evaluate_takes_two_statements(by: tuple[str, ...], number: int, django_assert_num_queries: object) -> None:
    make_metric()
    write_toys(*(make_toy() for _n in range(number)))
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.evaluate("toys.done_rate", period=YEAR, by=by)


def test_measure_takes_one_statement(django_assert_num_queries: object) -> None:
    make_metric()
    with django_assert_num_queries(1):  # type: ignore[operator]
        selectors.measure("toys.done_rate", period=YEAR)


def test_evaluate_says_as_of_when() -> None:
    make_count()
    with clock.set_to(at("2024-06-01 08:00")):
        assert selectors.evaluate("toys.found", period=YEAR).as_of == at("2024-06-01 08:00")


def test_evidence_page_walks_forth_and_back() -> None:
    make_metric()
    ids = write_toys(*(make_toy(done="2024-03-06" if n % 2 else None) for n in range(7)))
    asked = evaluation.question("toys.done_rate", period=YEAR)
    first = evaluation.evidence_page(asked, size=3)
    second = evaluation.evidence_page(asked, size=3, cursor=first.next_cursor)
    third = evaluation.evidence_page(asked, size=3, cursor=second.next_cursor)
    assert [*first.rows, *second.rows, *third.rows] == ids
    assert (first.previous_cursor, third.next_cursor) == (None, None)
    assert evaluation.evidence_page(asked, size=3, cursor=third.previous_cursor) == second
    back = evaluation.evidence_page(asked, size=3, cursor=second.previous_cursor)
    assert (back.rows, back.next_cursor, back.previous_cursor) == (ids[:3], first.next_cursor, None)
    assert evaluation.evidence_page(asked, part="numerator").rows == ids[1::2]
    assert evaluation.evidence_page(asked, part="rest").rows == ids[0::2]


@pytest.mark.parametrize("cursor", ["x1", "n", "n1;", "n-1", "n٣", "n" + "9" * 30])
def test_evidence_page_with_a_cursor_of_somebody_else(cursor: str) -> None:
    make_metric()
    with pytest.raises(BadCursor):
        evaluation.evidence_page(evaluation.question("toys.done_rate", period=YEAR), cursor=cursor)


def test_evaluate_reads_the_version_that_is_asked_for() -> None:
    make_count()
    make_count(version=2, numerator="state = 'done'")
    write_toys(make_toy(), make_toy(state="done"))
    assert selectors.evaluate("toys.found", period=YEAR).numerator == 1
    assert evaluation.evaluate(evaluation.question("toys.found", period=YEAR, version=1)).numerator == 2
