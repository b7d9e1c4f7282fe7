"""How an appeal comes in, once, and only where its reader stands."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import people, places
from tests.factories.appeals import Cast, draft, make_appeal, make_meeting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Source
from wenming.programmes.appeals.errors import (
    NobodyAttended,
    NothingWritten,
    OutOfReach,
    PlaceMissing,
    RaisedInFuture,
    TextMissing,
    TextTooLong,
)
from wenming.programmes.appeals.models import Appeal, Attendance, AttendanceFact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"text": " "}, TextMissing),
        ({"text": "长" * 501}, TextTooLong),
        ({"region_code": None}, PlaceMissing),
        ({"raised_at": clock.now() + timedelta(days=400)}, RaisedInFuture),
    ],
)
def test_raise_refuses_what_lacks_something(wrong: dict[str, Any], error: type[Exception]) -> None:
    cast = Cast()
    with pytest.raises(error):
        services.raise_appeals(cast.county, [draft(cast), draft(cast, **wrong)])
    assert Appeal.objects.count() == 0


def test_raise_nothing_is_refused() -> None:
    with pytest.raises(NothingWritten):
        services.raise_appeals(Cast().county, [])


def test_raise_twice_by_one_origin_is_one_appeal() -> None:
    cast = Cast()
    same = draft(cast, origin_kind="desk", origin_key="1:a")
    first = services.raise_appeal(cast.county, same)
    assert services.raise_appeal(cast.county, same) == first
    assert Appeal.objects.count() == 1


def test_raise_beyond_the_scope_is_refused_but_to_a_department() -> None:
    cast = Cast()
    elsewhere = draft(cast, region_code=people.OTHER_TOWN)
    for acting in (cast.county, cast.liaison):
        with pytest.raises(OutOfReach):
            services.raise_appeal(acting, elsewhere)
    assert services.raise_appeal(cast.official, elsewhere).town_code == people.OTHER_TOWN
    with pytest.raises(Refused):
        services.raise_appeal(people.make_acting(Role.LEADER), elsewhere)


def test_raise_costs_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    cast = Cast()
    make_appeal(cast)
    with django_assert_num_queries(8):
        services.raise_appeals(cast.county, [draft(cast)])
    with django_assert_num_queries(8):
        services.raise_appeals(cast.county, [draft(cast) for _each in range(40)])


def test_appeal_of_a_meeting_names_it_and_no_other_does() -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street)
    appeal = make_appeal(cast, source=Source.MEETING, meeting=meeting)
    for wrong in ({"meeting": None}, {"source": Source.VISIT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(**wrong)


def test_meeting_keeps_who_attended_and_counts_each_once() -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street, cast.community, cast.street)
    assert meeting.county_code == people.COUNTY
    kinds = Attendance.objects.filter(meeting=meeting).order_by("unit_kind").values_list("unit_kind", flat=True)
    assert list(kinds) == ["community", "street"]
    with pytest.raises(NobodyAttended):
        make_meeting(cast.county)
    with pytest.raises(Refused):
        make_meeting(cast.liaison, cast.street)


def test_meeting_sent_twice_is_one() -> None:
    cast = Cast()
    first = make_meeting(cast.county, cast.street, origin_key="1:a")
    assert make_meeting(cast.county, cast.street, origin_key="1:a") == first


def test_meeting_still_to_come_is_refused() -> None:
    cast = Cast()
    with pytest.raises(RaisedInFuture):
        make_meeting(cast.county, cast.street, held_on=clock.local(clock.now()).date() + timedelta(days=2))


def test_correct_attendance_takes_away_and_adds() -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street, cast.community)
    services.correct_attendance(cast.county, meeting, [cast.street, cast.bureau])
    held = set(Attendance.objects.filter(meeting=meeting).values_list("unit_id", flat=True))
    assert held == {cast.street.pk, cast.bureau.pk}
    current = AttendanceFact.objects.filter(valid_to_us=2**63 - 1).values_list("unit_id", flat=True)
    assert sorted(current) == sorted(held)
    other = Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    with pytest.raises(Refused):
        services.correct_attendance(other.county, meeting, [cast.street])


def test_place_of_an_appeal_is_the_community() -> None:
    places.make_regions()
    appeal = make_appeal(Cast())
    assert (appeal.county_code, appeal.town_code, appeal.village_code) == (people.COUNTY, people.TOWN, places.VILLAGE)
