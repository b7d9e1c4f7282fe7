"""Off the clock (挂账): what is left of the time runs on, a missed deadline stays missed, the figures wait."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, url_of
from wenming.engines.loop import selectors as loop
from wenming.engines.metrics import selectors as metrics
from wenming.kernel import clock
from wenming.kernel.calendar import Limit, LimitUnit, WorkCalendar
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, selectors, services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem, ProblemClock, ReplyLink
from wenming.programmes.problems.selectors import ProblemFilters
from wenming.programmes.problems.services.deadlines import due_after_suspension

pytestmark = pytest.mark.django_db

YEAR = Period.parse("2026")
# A Monday without a holiday near.
MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def suspend(cast: Cast, problem: Problem, at: datetime) -> Problem:
    return services.perform_one(cast.county, ask(problem, Action.SUSPEND, reason="等管线改造"), at=at)


def resume(cast: Cast, problem: Problem, at: datetime) -> Problem:
    return services.perform_one(cast.county, ask(problem, Action.RESUME), at=at)


def handling(cast: Cast) -> Problem:
    with clock.set_to(MONDAY):
        return bring_to(cast, make_problem(cast), Action.SIGN)


def due_rate() -> tuple[int, int]:
    rate = metrics.evaluate("problems.on_time_rate", period=YEAR)
    assert rate.denominator is not None
    return rate.numerator, rate.denominator


def test_resume_goes_on_with_what_was_left() -> None:
    cast = Cast()
    problem = handling(cast)
    due = problem.handle_due_at
    assert due is not None
    with clock.set_to(MONDAY + 40 * DAY):
        stopped = suspend(cast, problem, MONDAY + DAY)
        assert (stopped.due_at, stopped.handle_due_at) == (None, due)
        problem = resume(cast, stopped, MONDAY + 28 * DAY)
        # Three working days from Monday; Tuesday had not closed, so Tuesday, Wednesday and Thursday were left.
        assert problem.handle_due_at == due + 28 * DAY
        assert problem.due_at == problem.handle_due_at
        assert problem.close_due_at is not None
        assert problem.close_due_at > problem.handle_due_at


def test_resume_leaves_a_missed_deadline_missed() -> None:
    cast = Cast()
    problem = handling(cast)
    with clock.set_to(MONDAY + 40 * DAY):
        problem = suspend(cast, problem, MONDAY + 10 * DAY)
        assert due_rate() == (0, 1)
        problem = resume(cast, problem, MONDAY + 20 * DAY)
    assert problem.handle_due_at is not None
    assert problem.handle_due_at < MONDAY + 10 * DAY
    assert ProblemClock.objects.get(item=problem, stage="handle").is_breached


def test_suspend_takes_the_problem_out_of_what_is_due() -> None:
    cast = Cast()
    problem = handling(cast)
    with clock.set_to(MONDAY + 40 * DAY):
        assert due_rate() == (0, 1)
        problem = suspend(cast, problem, MONDAY + DAY)
        assert due_rate() == (0, 0)
        assert metrics.evaluate("problems.suspended", period=YEAR).numerator == 1
        problem = resume(cast, problem, MONDAY + 2 * DAY)
        assert metrics.evaluate("problems.suspended", period=YEAR).numerator == 0
        assert due_rate() == (0, 1)


def test_suspend_ends_the_link_and_resume_makes_one() -> None:
    cast = Cast()
    problem = suspend(cast, handling(cast), MONDAY + DAY)
    assert not ReplyLink.objects.filter(problem=problem, revoked_at__isnull=True).exists()
    resume(cast, problem, MONDAY + 2 * DAY)
    assert ReplyLink.objects.filter(problem=problem, revoked_at__isnull=True).count() == 1


def test_suspend_waits_for_the_answer_to_a_request() -> None:
    cast = Cast()
    problem = handling(cast)
    asked = ask(problem, Action.ASK_EXTENSION, reason="等配件", extension_value=2)
    services.perform_one(cast.liaison, asked, at=MONDAY + DAY)
    with pytest.raises(errors.RequestPending):
        suspend(cast, problem, MONDAY + DAY)


def test_suspended_problem_is_open_and_shows_its_age(client: Client) -> None:
    cast = Cast()
    problem = handling(cast)
    with clock.set_to(MONDAY + 13 * DAY):
        suspend(cast, problem, MONDAY + DAY)
        as_(client, cast.county)
        page = client.get("/problems/", {"state": State.SUSPENDED}).content.decode()
        assert "已挂 12 天" in page
        assert "已有 12 天" in client.get(url_of(problem)).content.decode()
        assert selectors.find_problems(cast.county, ProblemFilters(state="open")).count() == 1


def test_suspended_page_still_says_what_was_missed(client: Client) -> None:
    cast = Cast()
    problem = handling(cast)
    with clock.set_to(MONDAY + 13 * DAY):
        suspend(cast, problem, MONDAY + 10 * DAY)
        page = as_(client, cast.county).get(url_of(problem))
    late = [line for line in page.context["events"] if line.tone == "late"]
    assert [line.at for line in late] == [problem.handle_due_at]


UNITS = st.sampled_from(LimitUnit)


@given(
    unit=UNITS,
    value=st.integers(1, 20),
    run=st.integers(0, 60 * 24 * 20),
    pause=st.integers(1, 60 * 24 * 40),
    start=st.integers(0, 60 * 24 * 60),
)
def test_due_after_suspension_is_the_engines_own(unit: LimitUnit, value: int, run: int, pause: int, start: int) -> None:
    """The case's deadline and the clock of its first round agree, whenever it is suspended."""
    calendar = WorkCalendar()
    minute = timedelta(minutes=1)
    dispatched = MONDAY + start * minute
    suspended, resumed = dispatched + run * minute, dispatched + (run + pause) * minute
    limit = Limit(value, unit)
    due = calendar.add(dispatched, limit).at
    used = calendar.worked_between(dispatched, suspended, unit)
    handling = ProblemClock(stage="handle", round=1, limit_value=value, limit_unit=unit.value)
    problem = Problem(dispatched_at=dispatched, suspended_at=suspended, handle_due_at=due)
    told = due_after_suspension(problem, handling, resumed, calendar)
    if suspended > due:
        assert told == due
    else:
        assert told == calendar.add_span(resumed, limit.span - used, unit).at


def test_work_calendar_of_the_house_is_the_default_here() -> None:
    """The property above stands for the installation only while no day is overridden."""
    limit = Limit(3, LimitUnit.WORKING_DAY)
    assert loop.work_calendar().add(MONDAY, limit) == WorkCalendar().add(MONDAY, limit)
