"""The way of a problem from the street to the closed file."""

from datetime import timedelta

import pytest

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from wenming.engines.loop.errors import ChangedMeanwhile, EvidenceMissing, NotPossibleNow, SameHands
from wenming.engines.metrics import selectors as metrics
from wenming.kernel import clock, periods
from wenming.kernel.periods import Period
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Lead, State
from wenming.programmes.problems.errors import NotYourProblem, ProblemNotFound
from wenming.programmes.problems.models import Problem, ProblemFact
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db


def this_month() -> Period:
    ym = periods.year_month(clock.now())
    return Period.parse(f"{ym // 100}-{ym % 100:02}")


def test_perform_along_the_whole_way() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.CLOSE)
    assert problem.state == State.CLOSED
    actions = list(problem.events.order_by("seq").values_list("action", flat=True))
    assert actions == ["file", "dispatch", "sign", "report_back", "pass_review", "close"]
    assert LOOP.verify() == []


def test_perform_review_by_the_unit_that_rectified() -> None:
    """Also a person of the county office cannot pass what he himself reported back."""
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    with pytest.raises(NotYourProblem):
        services.perform_one(cast.liaison, ask(problem, Action.PASS_REVIEW))


def test_perform_review_by_same_unit_is_same_hands() -> None:
    cast = Cast()
    problem = make_problem(cast, territory_id=cast.county_office.pk)
    problem = services.perform_one(cast.county, ask(problem, Action.DISPATCH, lead_side=Lead.TERRITORY))
    link = services.reply_link(cast.county, problem)
    problem = services.answer_by_link(
        services.open_link(services.links.token_of(link)), photos=(make_photo(),), note="好"
    )
    with pytest.raises(SameHands):
        services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    assert services.perform_one(cast.office, ask(problem, Action.PASS_REVIEW)).state == State.REVIEWED


def test_perform_report_back_without_photo() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    with pytest.raises(EvidenceMissing):
        services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, note="做好了"))


def test_perform_with_an_old_version() -> None:
    cast = Cast()
    problem = make_problem(cast)
    seen = problem.version
    services.perform_one(cast.county, ask(problem, Action.DISPATCH))
    with pytest.raises(ChangedMeanwhile) as caught:
        services.perform_one(cast.office, ask(problem, Action.DISPATCH, expected_version=seen))
    assert caught.value.status == 409


def test_perform_for_another_county() -> None:
    cast, other = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    problem = make_problem(cast)
    with pytest.raises(ProblemNotFound):
        services.perform_one(other.county, ask(problem, Action.DISPATCH))


def test_perform_jump_forward() -> None:
    cast = Cast()
    problem = make_problem(cast)
    with pytest.raises(NotPossibleNow):
        services.perform_one(cast.county, ask(problem, Action.CLOSE))


def test_return_counts_and_buys_no_time() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    due = problem.handle_due_at
    problem = services.perform_one(cast.county, ask(problem, Action.RETURN, reason="照片看不清"))
    assert (problem.state, problem.rework_count) == (State.HANDLING, 1)
    assert problem.handle_due_at == due


def test_grant_extension_moves_the_deadline() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    before = problem.handle_due_at
    services.perform_one(cast.liaison, ask(problem, Action.ASK_EXTENSION, reason="等配件", extension_value=2))
    problem = services.perform_one(cast.county, ask(problem, Action.GRANT_EXTENSION, extension_value=2))
    assert before is not None
    assert problem.handle_due_at is not None
    assert problem.handle_due_at > before
    assert problem.due_at == problem.handle_due_at
    assert problem.extension_count == 1


def test_grant_handback_returns_to_dispatching() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    services.perform_one(cast.liaison, ask(problem, Action.ASK_HANDBACK, reason="不归我管"))
    problem = services.perform_one(cast.county, ask(problem, Action.GRANT_HANDBACK))
    assert (problem.state, problem.lead_id, problem.pending_request) == (State.FILED, None, "")
    assert problem.links.filter(revoked_at__isnull=True).count() == 0


def test_perform_many_costs_as_many_statements_as_few(django_assert_max_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast = Cast()
    costs = []
    for number in (1, 40):
        problems = [make_problem(cast) for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            outcomes = services.perform(cast.county, [ask(p, Action.DISPATCH) for p in problems])
        assert all(outcome.is_done for outcome in outcomes)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_figures_follow_the_events() -> None:
    cast = Cast()
    now = clock.now()
    first = make_problem(cast, found_at=now)
    second = make_problem(cast, found_at=now)
    void = make_problem(cast, found_at=now)
    bring_to(cast, first, Action.PASS_REVIEW)
    services.perform_one(cast.county, ask(void, Action.VOID, reason="登记错了"))
    rate = metrics.evaluate("problems.rectification_rate", period=this_month())
    assert (rate.numerator, rate.denominator, rate.display) == (1, 2, "50.00%")
    assert ProblemFact.objects.filter(problem_id=second.pk).count() == 1


def test_figures_as_of_before_the_event() -> None:
    cast = Cast()
    at = clock.now() - timedelta(hours=2)
    with clock.set_to(at):
        problem = make_problem(cast, found_at=at)
    bring_to(cast, problem, Action.PASS_REVIEW)
    period = this_month()
    before = metrics.evaluate("problems.rectification_rate", period=period, as_of=at + timedelta(minutes=1))
    assert (before.numerator, before.denominator) == (0, 1)


def test_file_problems_numbers_a_day_without_gaps() -> None:
    cast = Cast()
    made = [make_problem(cast) for _ in range(3)]
    turns = [int(p.code.rsplit("-", 1)[1]) for p in made]
    assert turns == [turns[0], turns[0] + 1, turns[0] + 2]
    assert Problem.objects.count() == 3
