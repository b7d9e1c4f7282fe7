"""A figure that moved says why, row by row, from the history of its rows."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.outputs.reports.casts import NOW, YEAR, make_year
from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.comparing import Cause, Effect, Reason
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.outputs.reports import pages, services
from wenming.outputs.reports.services import Checked
from wenming.programmes.problems import services as problems
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db


def told(reasons: list[Reason]) -> list[tuple[Effect, Cause, str, int, tuple[str, ...]]]:
    return [(one.effect, one.cause, one.column, one.count, one.codes) for one in reasons]


def void(cast: Cast, problem: Problem) -> None:
    problems.perform_one(cast.county, ask(problem, Action.VOID, reason="重复登记"))


def check(path: Path) -> Checked:
    return services.verify_report(path=path)


def test_verify_names_what_was_filed_and_what_was_reviewed_since(tmp_path: Path) -> None:
    out = tmp_path / "r.docx"
    with clock.set_to(NOW):
        cast, rows = make_year(found=3, reviewed=1)
        services.build_report(period=YEAR, out=out, by=SYSTEM)
    with clock.set_to(NOW + timedelta(days=1)):
        late = make_problem(cast, found_at=clock.now() - timedelta(hours=2))
        bring_to(cast, rows[1], Action.PASS_REVIEW)
        checked = check(out)
    by_key = {one.key: list(checked.reasons_of(one.anchor)) for one in checked.verification.moved}
    assert told(by_key["problems.found"]) == [(Effect.ENTERED, Cause.RECORDED, "", 1, (late.code,))]
    assert told(by_key["problems.rectification_rate"]) == [
        (Effect.COUNTED, Cause.HAPPENED, "reviewed_us", 1, (rows[1].code,)),
        (Effect.ENTERED, Cause.RECORDED, "", 1, (late.code,)),
    ]
    assert [pages.reason_words(one) for one in by_key["problems.rectification_rate"]] == [
        f"1 件新达到：导出后审核通过（{rows[1].code}）",
        f"1 件新计入：导出后才登记（{late.code}）",
    ]


def test_verify_names_what_was_voided_since(tmp_path: Path) -> None:
    out = tmp_path / "r.docx"
    with clock.set_to(NOW):
        cast, rows = make_year(found=3, reviewed=0)
        services.build_report(period=YEAR, out=out, by=SYSTEM)
    with clock.set_to(NOW + timedelta(days=1)):
        void(cast, rows[2])
        checked = check(out)
    moved = [one for one in checked.verification.moved if one.key == "problems.found"]
    assert [one.period for one in moved] == ["2024", "2024-12"]
    for one in moved:
        reasons = checked.reasons_of(one.anchor)
        assert told(list(reasons)) == [(Effect.LEFT, Cause.HAPPENED, "voided_us", 1, (rows[2].code,))]


def test_verify_says_nothing_of_rows_when_nothing_moved(tmp_path: Path) -> None:
    out = tmp_path / "r.docx"
    with clock.set_to(NOW):
        make_year()
        services.build_report(period=YEAR, out=out, by=SYSTEM)
        assert check(out).reasons == {}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["file", "review", "void"]), min_size=1, max_size=5))
def test_reasons_add_up_to_the_difference(steps: list[str]) -> None:
    key = "problems.rectification_rate"
    with clock.set_to(NOW):
        cast, rows = make_year(found=3, reviewed=1)
        before = metrics.measure(key, period=YEAR, as_of=NOW)
    with clock.set_to(NOW + timedelta(days=1)):
        left = list(rows[1:])
        for step in steps:
            if step == "file":
                left.append(make_problem(cast, found_at=clock.now() - timedelta(hours=2)))
            elif left and step == "review":
                bring_to(cast, left.pop(), Action.PASS_REVIEW)
            elif left:
                void(cast, left.pop())
        after = metrics.measure(key, period=YEAR)
        reasons = metrics.reasons(key, period=YEAR, known_at=NOW)
        records = metrics.records(key, period=YEAR)
    entered = sum(one.count for one in reasons if one.effect is Effect.ENTERED)
    left_out = sum(one.count for one in reasons if one.effect is Effect.LEFT)
    assert (before.denominator or 0) + entered - left_out == after.denominator == len(records)
    assert sum(one.is_counted for one in records.values()) == after.numerator
