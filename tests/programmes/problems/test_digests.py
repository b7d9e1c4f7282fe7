"""One word a working day: each unit hears of its own deadlines, offices of what is late below them, nobody twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.foundation.notices.models import Notice
from wenming.kernel import clock
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import DeadlineDigest

pytestmark = pytest.mark.django_db

# A Monday, ten in the morning in Shanghai; three working days end on Thursday at six.
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    with clock.set_to(MONDAY):
        made = Cast()
        bring_to(made, make_problem(made), Action.SIGN)
        bring_to(made, make_problem(made), Action.DISPATCH)
    return made


def send(at: datetime) -> int:
    with clock.set_to(at):
        return services.send_digests()


def told(unit_id: int) -> list[str]:
    rows = Notice.objects.filter(unit_id=unit_id, kind="problems.deadlines").order_by("pk")
    return list(rows.values_list("title", flat=True))


def test_send_digests_before_and_after_the_deadline(cast: Cast) -> None:
    assert send(MONDAY) == 0
    assert send(MONDAY + 2 * DAY) == 1
    assert told(cast.street.pk) == ["下个工作日以前到期 2 件"]
    assert told(cast.county_office.pk) == []
    # The street and its county office; the city's office hears of it after three whole working days.
    assert send(MONDAY + 4 * DAY) == 2
    assert told(cast.street.pk)[1:] == ["已超期 2 件"]
    assert told(cast.county_office.pk) == ["超期没有回复 2 件"]


def test_send_digests_escalates_after_whole_working_days(cast: Cast) -> None:
    city = cast.office.unit_id
    assert city is not None
    # Due on Thursday the 12th: Friday, Monday and Tuesday are over on Wednesday.
    assert send(MONDAY + 8 * DAY) == 2
    assert told(city) == []
    assert send(MONDAY + 9 * DAY) == 3
    assert told(city) == ["超期没有回复 2 件"]
    row = DeadlineDigest.objects.get(unit_id=city)
    assert (row.late_count, row.long_late_count, row.is_handler) == (2, 2, False)


@pytest.mark.parametrize(
    "at",
    [MONDAY + 4 * DAY + timedelta(hours=12), MONDAY + 4 * DAY - timedelta(hours=5), MONDAY + 5 * DAY],
    ids=["night", "early", "Saturday"],
)
def test_send_digests_leaves_people_alone_out_of_hours(cast: Cast, at: datetime) -> None:
    assert send(at) == 0


def test_send_digests_once_a_day(cast: Cast) -> None:
    assert send(MONDAY + 2 * DAY) == 1
    assert send(MONDAY + 2 * DAY + timedelta(minutes=1)) == 0
    assert send(MONDAY + 3 * DAY) == 1
    assert len(told(cast.street.pk)) == 2


def test_send_digests_says_nothing_of_what_is_answered_or_suspended(cast: Cast) -> None:
    with clock.set_to(MONDAY):
        other = Cast(county=people.OTHER_COUNTY, town=people.OTHER_COUNTY + 1_000)
        problem = bring_to(other, make_problem(other), Action.REPORT_BACK)
        assert problem.lead_id == other.street.pk
        held = bring_to(other, make_problem(other), Action.SIGN)
        services.perform_one(other.county, ask(held, Action.SUSPEND, reason="等管线改造"))
    assert send(MONDAY + 4 * DAY) == 2
    assert told(other.street.pk) == []


def test_send_digests_costs_the_same_for_many(cast: Cast) -> None:
    def cost(at: datetime) -> int:
        with clock.set_to(at), CaptureQueriesContext(connection) as queries:
            services.send_digests()
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    few = cost(MONDAY + 4 * DAY)
    with clock.set_to(MONDAY):
        for _number in range(3):
            more = Cast(county=people.OTHER_COUNTY, town=people.OTHER_COUNTY + 1_000)
            bring_to(more, make_problem(more), Action.SIGN)
    assert cost(MONDAY + 7 * DAY) == few == 8
