"""An appeal against lateness: the breach stays on record, the figure leaves it out, nobody answers for himself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.programmes.problems.desk import as_, url_of
from wenming.engines.loop.errors import ReasonMissing
from wenming.engines.metrics import selectors as metrics
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, selectors, services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem, ProblemClock

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def answered(cast: Cast, *, after: timedelta) -> Problem:
    with clock.set_to(MONDAY):
        problem = bring_to(cast, make_problem(cast), Action.SIGN)
    told = ask(problem, Action.REPORT_BACK, photos=(make_photo(),), note="已清理")
    with clock.set_to(MONDAY + after):
        return services.perform_one(cast.liaison, told)


def appeal(cast: Cast, problem: Problem) -> Problem:
    return services.perform_one(cast.liaison, ask(problem, Action.ASK_EXEMPTION, reason="供水抢修，街道不能开挖"))


def rate() -> tuple[int, int | None]:
    value = metrics.evaluate("problems.on_time_rate", period=Period.parse("2026"))
    return value.numerator, value.denominator


def test_grant_exemption_keeps_the_breach_and_leaves_the_figure() -> None:
    cast = Cast()
    problem = answered(cast, after=10 * DAY)
    with clock.set_to(MONDAY + 11 * DAY):
        assert rate() == (0, 1)
        appeal(cast, problem)
        assert rate() == (0, 1)
        problem = services.perform_one(cast.county, ask(problem, Action.GRANT_EXEMPTION, reason="情况属实"))
        assert rate() == (0, 0)
        assert metrics.evaluate("problems.exempted", period=Period.parse("2026")).numerator == 1
    assert ProblemClock.objects.get(item=problem, stage="handle").is_breached
    assert (problem.exemption_asked_at, problem.exempted_at) == (None, MONDAY + 11 * DAY)


def test_refuse_exemption_lets_the_unit_ask_again() -> None:
    cast = Cast()
    problem = answered(cast, after=10 * DAY)
    with clock.set_to(MONDAY + 11 * DAY):
        appeal(cast, problem)
        with pytest.raises(errors.ExemptionAsked):
            appeal(cast, problem)
        services.perform_one(cast.county, ask(problem, Action.REFUSE_EXEMPTION, reason="没有抢修记录"))
        assert appeal(cast, problem).exemption_asked_at is not None
        assert rate() == (0, 1)


def test_ask_exemption_of_what_was_in_time() -> None:
    cast = Cast()
    problem = answered(cast, after=DAY)
    with clock.set_to(MONDAY + 30 * DAY), pytest.raises(errors.NotLate):
        appeal(cast, problem)


def test_ask_exemption_is_the_units_alone() -> None:
    cast = Cast()
    problem = answered(cast, after=10 * DAY)
    with clock.set_to(MONDAY + 11 * DAY):
        with pytest.raises(errors.NotYourProblem):
            services.perform_one(cast.county, ask(problem, Action.ASK_EXEMPTION, reason="代街道申请"))
        appeal(cast, problem)
        with pytest.raises(errors.NotYourProblem):
            services.perform_one(cast.liaison, ask(problem, Action.GRANT_EXEMPTION, reason="自己同意"))
        with pytest.raises(ReasonMissing):
            services.perform_one(cast.county, ask(problem, Action.GRANT_EXEMPTION))
        with pytest.raises(errors.NoExemptionAsked):
            services.perform_one(cast.county, ask(make_late(cast), Action.GRANT_EXEMPTION, reason="没有人申请"))


def make_late(cast: Cast) -> Problem:
    return answered(cast, after=9 * DAY)


def test_redispatch_forgets_the_appeal_of_the_unit_before() -> None:
    cast = Cast()
    with clock.set_to(MONDAY):
        problem = bring_to(cast, make_problem(cast), Action.SIGN)
    with clock.set_to(MONDAY + 10 * DAY):
        appeal(cast, problem)
        problem = services.perform_one(cast.county, ask(problem, Action.REDISPATCH, reason="改由主管单位办"))
    assert problem.exemption_asked_at is None


def test_appeal_waits_in_the_inbox_of_the_office_and_on_the_page(client: Client) -> None:
    cast = Cast()
    problem = answered(cast, after=10 * DAY)
    with clock.set_to(MONDAY + 11 * DAY):
        appeal(cast, problem)
        services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
        services.perform_one(cast.county, ask(problem, Action.CLOSE))
        assert problem.pk in selectors.inbox(cast.county).values_list("pk", flat=True)
        as_(client, cast.county)
        offered = {act.action for act in client.get(url_of(problem)).context["acts"].every}
        assert offered == {Action.GRANT_EXEMPTION, Action.REFUSE_EXEMPTION}
        found = client.get("/problems/", {"state": "all", "request": "exemption"})
        assert problem.code in found.content.decode()
