"""The seeded sample: announced, drawn, walked; a failed visit sends the unit's whole batch back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.notices.models import Notice
from wenming.foundation.people.enums import Role, UnitKind
from wenming.kernel import clock
from wenming.kernel.errors import DomainError, Refused
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, services, site_selectors
from wenming.programmes.problems.enums import Action, ClosedAs, Lead, SiteResult, State
from wenming.programmes.problems.models import Problem, ProblemPhoto, SiteDraw, SiteVisit
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db

MONTH = Period.parse("2026-11")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _november() -> Any:
    with clock.set_to(NOW):
        yield


def _done(cast: Cast, count: int, last: Action = Action.CLOSE) -> list[Problem]:
    return [bring_to(cast, make_problem(cast), last) for _ in range(count)]


def _drawn(cast: Cast, size: int) -> SiteDraw:
    draw = services.announce_draw(cast.office, period=MONTH, county_code=None, size=size)
    services.draw_sample(cast.office, draw, inspector_ids=[cast.inspector.user_id])
    return draw


def _report(visit: SiteVisit, result: SiteResult, **more: Any) -> services.VisitReport:
    note = "还有垃圾" if result == SiteResult.FAILED else ""
    return services.VisitReport(
        **{"visit_id": visit.pk, "result": result, "photos": (make_photo(),), "note": note, **more}
    )


def _record(cast: Cast, visit: SiteVisit, result: SiteResult, **more: Any) -> Problem:
    outcome = services.record_visits(cast.inspector, [_report(visit, result, **more)])[0].result()
    assert outcome.item is not None
    return outcome.item


def test_announce_draw_takes_what_passed_the_review_and_was_not_seen_good() -> None:
    cast = Cast()
    reviewed, closed = _done(cast, 1, Action.PASS_REVIEW)[0], _done(cast, 1)[0]
    _done(cast, 1, Action.REPORT_BACK)
    explained = make_problem(cast)
    services.perform_one(cast.county, ask(explained, Action.CLOSE_UNFIXED, reason="不属实"))
    with clock.set_to(NOW - timedelta(days=40)):
        old = Cast()
        _done(old, 1)
    draw = services.announce_draw(cast.office, period=MONTH, county_code=None, size=9)
    assert site_selectors.frame_of(draw) == [(reviewed.pk, cast.street.pk), (closed.pk, cast.street.pk)]
    assert (draw.size, draw.frame_size) == (2, 2)
    assert draw.visits.count() == 0


def test_announce_draw_without_anything_refuses() -> None:
    cast = Cast()
    with pytest.raises(errors.NothingToDraw):
        services.announce_draw(cast.office, period=MONTH, county_code=None, size=5)
    with pytest.raises(errors.SampleTooLarge):
        services.announce_draw(cast.office, period=MONTH, county_code=None, size=501)
    with pytest.raises(Refused):
        services.announce_draw(cast.county, period=MONTH, county_code=None, size=5)
    narrow = people.make_acting(Role.OFFICE, region_code=people.OTHER_COUNTY)
    for code in (None, people.COUNTY):
        with pytest.raises(Refused):
            services.announce_draw(narrow, period=MONTH, county_code=code, size=5)


def test_redraw_gives_the_visits_again() -> None:
    cast, other = Cast(), Cast()
    _done(cast, 6)
    _done(other, 3)
    draw = _drawn(cast, 4)
    visited = sorted(draw.visits.values_list("problem_id", flat=True))
    assert site_selectors.redraw(draw) == visited
    assert site_selectors.is_as_announced(draw)
    assert set(draw.visits.values_list("unit_id", flat=True)) == {cast.street.pk, other.street.pk}
    assert set(draw.visits.values_list("inspector_id", flat=True)) == {cast.inspector.user_id}
    draw.seed = "another"
    assert not site_selectors.is_as_announced(draw)


def test_is_as_announced_sees_a_visit_put_in_by_hand() -> None:
    cast = Cast()
    _done(cast, 3)
    draw = _drawn(cast, 1)
    left = next(pk for pk, _unit in site_selectors.frame_of(draw) if pk not in site_selectors.redraw(draw))
    SiteVisit.objects.create(draw=draw, problem_id=left, unit=cast.street)
    assert not site_selectors.is_as_announced(draw)


def test_draw_sample_twice_refuses() -> None:
    cast = Cast()
    _done(cast, 2)
    draw = _drawn(cast, 1)
    with pytest.raises(errors.AlreadyDrawn):
        services.draw_sample(cast.office, draw)


def test_draws_are_never_changed() -> None:
    cast = Cast()
    _done(cast, 1)
    draw = _drawn(cast, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteDraw.objects.filter(pk=draw.pk).update(seed="mine")
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteDraw.objects.filter(pk=draw.pk)._raw_delete("default")


def test_record_visits_passes_and_counts() -> None:
    cast = Cast()
    _done(cast, 2)
    draw = _drawn(cast, 1)
    visit = draw.visits.get()
    problem = _record(cast, visit, SiteResult.PASSED)
    visit.refresh_from_db()
    assert (problem.state, problem.site_result, problem.site_checked_at) == (State.CLOSED, SiteResult.PASSED, NOW)
    assert (visit.result, visit.checked_at, visit.checked_unit_id) == ("passed", NOW, cast.inspector.unit_id)
    assert ProblemPhoto.objects.filter(problem=problem, moment="site").count() == 1
    rate = metrics.evaluate("problems.site_pass_rate", period=MONTH)
    assert (rate.numerator, rate.denominator) == (1, 1)
    assert metrics.evaluate("problems.rectification_rate", period=MONTH).denominator == 2
    assert LOOP.verify([problem.pk]) == []


@pytest.mark.parametrize("lacks", [{"photos": ()}, {"note": ""}])
def test_record_visits_without_proof_changes_nothing(lacks: dict[str, Any]) -> None:
    cast = Cast()
    _done(cast, 1)
    visit = _drawn(cast, 1).visits.get()
    with pytest.raises(DomainError) as refused:
        _record(cast, visit, SiteResult.FAILED, **lacks)
    assert refused.value.code in ("loop.evidence_missing", "loop.reason_missing")
    visit.refresh_from_db()
    assert (visit.result, visit.problem.site_result) == ("", "")


def test_record_visits_by_the_hands_that_rectified_refuses() -> None:
    """A company that handled the place cannot visit it, whichever of its people comes; nor does the database take it."""
    cast = Cast()
    company = people.make_unit(kind=UnitKind.COMPANY, region_code=people.CITY)
    liaison = people.make_acting(Role.LIAISON, unit=company)
    inspector = people.make_acting(Role.INSPECTOR, unit=company)
    problem = make_problem(cast, department_id=company.pk)
    services.perform_one(cast.county, ask(problem, Action.DISPATCH, lead_side=Lead.DEPARTMENT))
    services.perform_one(liaison, ask(problem, Action.SIGN))
    services.perform_one(liaison, ask(problem, Action.REPORT_BACK, photos=(make_photo(),), note="好了"))
    services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    visit = _drawn(cast, 1).visits.get()
    with pytest.raises(DomainError) as refused:
        services.record_visits(inspector, [_report(visit, SiteResult.PASSED)])[0].result()
    assert refused.value.code == "loop.same_hands"
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteVisit.objects.filter(pk=visit.pk).update(checked_unit=company)


def test_record_visits_twice_refuses() -> None:
    cast = Cast()
    _done(cast, 1)
    visit = _drawn(cast, 1).visits.get()
    _record(cast, visit, SiteResult.PASSED)
    with pytest.raises(errors.VisitRecorded):
        _record(cast, visit, SiteResult.FAILED)


def test_record_visits_from_another_county_finds_nothing() -> None:
    cast = Cast()
    _done(cast, 1)
    visit = _drawn(cast, 1).visits.get()
    stranger = people.make_acting(Role.INSPECTOR, region_code=people.OTHER_COUNTY)
    with pytest.raises(errors.NotInSample):
        services.record_visits(stranger, [_report(visit, SiteResult.PASSED)])


def test_perform_site_checks_outside_a_sample_refuses() -> None:
    cast = Cast()
    problem = _done(cast, 1)[0]
    for action in (Action.SITE_PASS, Action.SITE_FAIL):
        with pytest.raises(errors.NotInSample):
            services.perform_one(cast.inspector, ask(problem, action, photos=(make_photo(),), reason="x"))
    with pytest.raises(errors.NotInSample):
        services.perform_one(cast.county, ask(problem, Action.SITE_RETURN, reason="x"))


def _failed(cast: Cast, count: int = 4, size: int = 2) -> tuple[SiteDraw, list[Problem]]:
    """A draw of one unit's `count`: the first visit failed, the others passed."""
    problems = _done(cast, count)
    draw = _drawn(cast, size)
    for place, visit in enumerate(draw.visits.order_by("pk")):
        _record(cast, visit, SiteResult.FAILED if place == 0 else SiteResult.PASSED)
    return draw, problems


def test_return_batch_sends_back_all_that_was_not_seen_good() -> None:
    cast = Cast()
    draw, problems = _failed(cast)
    other = Cast()
    elsewhere = _done(other, 1)[0]
    before = metrics.evaluate("problems.rectified", period=MONTH).numerator
    row = services.return_batch(cast.office, draw, cast.street.pk, reason="路口仍有垃圾", seen_count=3)
    assert row.problem_count == 3
    fresh = [Problem.objects.get(pk=problem.pk) for problem in problems]
    passed = [problem for problem in fresh if problem.site_result == SiteResult.PASSED]
    back = [problem for problem in fresh if problem.site_result != SiteResult.PASSED]
    assert [problem.state for problem in passed] == [State.CLOSED]
    assert {(p.state, p.reviewed_at, p.closed_at, p.closed_as, p.rework_count) for p in back} == {
        (State.HANDLING, None, None, "", 1)
    }
    assert {event.reason for p in back for event in p.events.filter(action="site_return")} == {"路口仍有垃圾"}
    assert all(p.links.filter(revoked_at__isnull=True, unit=cast.street).count() == 1 for p in back)
    elsewhere.refresh_from_db()
    assert elsewhere.state == State.CLOSED
    assert metrics.evaluate("problems.rectified", period=MONTH).numerator == before - 3
    assert Notice.objects.filter(kind="problems.return_batch").count() == 1
    assert LOOP.verify([p.pk for p in back]) == []


def test_returned_problems_can_be_rectified_reviewed_and_drawn_again() -> None:
    cast = Cast()
    draw, problems = _failed(cast, count=2, size=1)
    services.return_batch(cast.office, draw, cast.street.pk, reason="仍有垃圾", seen_count=2)
    again = problems[0]
    services.perform_one(cast.liaison, ask(again, Action.REPORT_BACK, photos=(make_photo(),), note="这次好了"))
    services.perform_one(cast.county, ask(again, Action.PASS_REVIEW))
    services.perform_one(cast.county, ask(again, Action.CLOSE))
    again.refresh_from_db()
    assert (again.state, again.closed_as) == (State.CLOSED, ClosedAs.FIXED)
    second = services.announce_draw(cast.office, period=MONTH, county_code=None, size=5)
    assert [pk for pk, _unit in site_selectors.frame_of(second)] == [again.pk]


def test_return_batch_refuses_what_was_not_confirmed() -> None:
    cast = Cast()
    draw, _problems = _failed(cast)
    with pytest.raises(Refused):
        services.return_batch(cast.county, draw, cast.street.pk, reason="x", seen_count=3)
    with pytest.raises(errors.BatchChanged):
        services.return_batch(cast.office, draw, cast.street.pk, reason="x", seen_count=4)
    with pytest.raises(errors.NothingFailed):
        services.return_batch(cast.office, draw, cast.bureau.pk, reason="x", seen_count=0)
    with pytest.raises(DomainError) as refused:
        services.return_batch(cast.office, draw, cast.street.pk, reason=" ", seen_count=3)
    assert refused.value.code == "loop.reason_missing"
    assert set(Problem.objects.values_list("state", flat=True)) == {State.CLOSED}
    services.return_batch(cast.office, draw, cast.street.pk, reason="x", seen_count=3)
    with pytest.raises(errors.BatchReturned):
        services.return_batch(cast.office, draw, cast.street.pk, reason="x", seen_count=3)


def test_return_batch_of_many_costs_as_many_statements_as_of_few() -> None:
    counts = []
    for count in (3, 9):
        cast = Cast()
        draw, _problems = _failed(cast, count=count, size=2)
        with CaptureQueriesContext(connection) as asked:
            services.return_batch(cast.office, draw, cast.street.pk, reason="x", seen_count=count - 1)
        counts.append(len(asked))
        Problem.objects.update(reviewed_at=None)
    assert counts[0] == counts[1]


def test_record_visits_many_cost_as_many_statements_as_few() -> None:
    counts = []
    for count in (2, 6):
        cast = Cast()
        _done(cast, count)
        draw = _drawn(cast, count)
        reports = [_report(visit, SiteResult.PASSED) for visit in draw.visits.all()]
        with CaptureQueriesContext(connection) as asked:
            services.record_visits(cast.inspector, reports)
        counts.append(len(asked))
    assert counts[0] == counts[1]
