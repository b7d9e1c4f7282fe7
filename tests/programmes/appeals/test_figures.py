"""What the yearly report says of appeals, computed from what happened."""

from datetime import UTC, datetime

import pytest

from tests.factories import people
from tests.factories.appeals import Cast, ask, bring_to, make_appeal, make_meeting
from wenming.engines.metrics import registry, selectors
from wenming.foundation.people.enums import Role, UnitKind
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action
from wenming.programmes.appeals.metrics import appeals_for, attendance_for

pytestmark = pytest.mark.django_db

YEAR = Period.parse("2024")


def of(key: str, period: Period = YEAR) -> tuple[int | None, int | None]:
    found = selectors.evaluate(key, period=period)
    return found.numerator, found.denominator


def test_solved_counts_what_another_confirmed_in_the_period() -> None:
    cast = Cast()
    with clock.set_to(datetime(2023, 12, 20, 1, tzinfo=UTC)):
        early = make_appeal(cast)
    with clock.set_to(datetime(2024, 6, 3, 1, tzinfo=UTC)):
        bring_to(cast, early, Action.CLOSE)
        bring_to(cast, make_appeal(cast), Action.SAY_SOLVED)
        bring_to(cast, make_appeal(cast), Action.ANSWER)
        services.perform_one(cast.county, ask(make_appeal(cast), Action.VOID, reason="重复"))
    with clock.set_to(datetime(2025, 1, 6, 1, tzinfo=UTC)):
        assert of("appeals.raised") == (2, None)
        assert of("appeals.solved") == (2, None)
        # Of the two that were raised in the year one is solved.
        assert of("appeals.solved_rate") == (1, 2)
        assert of("appeals.solved_rate", Period.parse("2023")) == (1, 1)
        assert of("appeals.open") == (2, None)


def test_solved_falls_when_the_resident_takes_it_back() -> None:
    cast = Cast()
    with clock.set_to(datetime(2024, 6, 3, 1, tzinfo=UTC)):
        appeal = bring_to(cast, make_appeal(cast), Action.SAY_SOLVED)
    with clock.set_to(datetime(2024, 6, 4, 1, tzinfo=UTC)):
        assert of("appeals.solved") == (1, None)
        services.perform_one(cast.neighbour, ask(appeal, Action.SAY_UNSOLVED, reason="又坏了"))
    with clock.set_to(datetime(2024, 6, 5, 1, tzinfo=UTC)):
        assert of("appeals.solved") == (0, None)


def test_attendance_counts_streets_and_communities_once_and_apart() -> None:
    cast = Cast()
    second = people.make_unit(kind=UnitKind.STREET, region_code=people.TOWN + 1000)
    with clock.set_to(datetime(2024, 3, 1, 1, tzinfo=UTC)):
        make_meeting(cast.office, cast.street, second, cast.community, cast.bureau)
        make_meeting(cast.office, cast.street)
    with clock.set_to(datetime(2025, 3, 1, 1, tzinfo=UTC)):
        make_meeting(cast.office, cast.community)
        names = ("meetings", "meeting_streets", "meeting_communities", "meeting_units")
        assert [of(f"appeals.{name}")[0] for name in names] == [2, 2, 1, 4]


def test_report_takes_its_figures_from_here() -> None:
    for key in ("appeals.solved", "appeals.meeting_streets", "appeals.meeting_communities"):
        assert registry.has_metric(key)


def test_rows_behind_a_figure_are_those_that_the_reader_may_see() -> None:
    cast, other = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    appeal = make_appeal(cast)
    meeting = make_meeting(cast.county, cast.street)
    sheet = [row.pk for row in meeting.attendances.all()]
    assert [row["code"] for row in appeals_for(cast.office, [appeal.pk])] == [appeal.code]
    assert [row["unit"] for row in attendance_for(cast.county, sheet)] == [cast.street.name]
    assert appeals_for(other.county, [appeal.pk]) == attendance_for(other.county, sheet) == []
    assert appeals_for(people.make_acting(Role.ADMINISTRATOR), [appeal.pk]) == []
