"""How units stand: the numbers are those of the figures, places are among all, and each sees what is theirs to see."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import OTHER_COUNTY, OTHER_TOWN, make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.foundation.people.services.groups import save_group
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.kernel.periods import Period
from wenming.outputs.standings import selectors, services
from wenming.outputs.standings.definitions import Definition, definition_of, house_definitions
from wenming.outputs.standings.enums import Level
from wenming.outputs.standings.errors import EvaluationNotFound
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db


def month() -> Period:
    return Period.parse(f"{clock.local(clock.now()):%Y-%m}")


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def of_units(least: int = 1) -> Definition:
    return replace(definition_of(house_definitions(), "unit"), least=least)


@pytest.fixture
def casts() -> list[Cast]:
    """Two streets: the second has put nothing right."""
    made = [Cast(), Cast(county=OTHER_COUNTY, town=OTHER_TOWN)]
    bring_to(made[0], make_problem(made[0]), Action.PASS_REVIEW)
    bring_to(made[1], make_problem(made[1]), Action.SIGN)
    return made


def standing(acting: Acting, definition: Definition | None = None) -> list[selectors.Group]:
    return selectors.standing(definition or of_units(), month(), at=clock.now(), acting=acting)


def test_standing_gives_the_numbers_of_the_figures(casts: list[Cast]) -> None:
    rows = {row.id: row for group in standing(make_acting(Role.OFFICE)) for row in group.rows}
    for cast in casts:
        for indicator, counts in zip(of_units().indicators, rows[cast.street.pk].score.counts, strict=True):
            found = metrics.measure(indicator.figure, period=month(), where={"unit": cast.street.pk})
            assert (counts.numerator, counts.denominator) == (found.numerator, found.denominator)


def test_standing_puts_in_order_within_the_offices_groups(casts: list[Cast]) -> None:
    office = make_acting(Role.OFFICE)
    first, second = (cast.street for cast in casts)
    (group,) = standing(office)
    assert [(row.id, row.place) for row in group.rows] == [(first.pk, 1), (second.pk, 2)]
    save_group(name="老城区", units=[second.code], by=office)
    assert {group.name: [row.place for row in group.rows] for group in standing(office)} == {
        "老城区": [1],
        "其他单位": [1],
    }


def test_standing_gives_no_place_to_whoever_rests_on_few(casts: list[Cast]) -> None:
    (group,) = standing(make_acting(Role.OFFICE), of_units(least=2))
    assert [row.place for row in group.rows] == [None, None]
    assert (group.size, group.ranked) == (2, 0)


def test_standing_shows_a_liaison_his_unit_with_its_place_among_all(casts: list[Cast]) -> None:
    (group,) = standing(casts[1].liaison)
    assert [(row.id, row.place) for row in group.rows] == [(casts[1].street.pk, 2)]
    assert group.size == 2
    assert standing(casts[1].liaison, definition_of(house_definitions(), "area")) == []


def test_standing_shows_a_county_its_own(casts: list[Cast]) -> None:
    (group,) = standing(casts[1].county)
    assert [row.id for row in group.rows] == [casts[1].street.pk]
    (areas,) = standing(casts[1].county, definition_of(house_definitions(), "area"))
    assert ([row.id for row in areas.rows], areas.size) == ([OTHER_COUNTY], 2)


@pytest.mark.parametrize("number", [1, 3])
def test_standing_asks_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    for _each in range(number):
        cast = Cast()
        bring_to(cast, make_problem(cast), Action.SIGN)
    definition, office = of_units(), make_acting(Role.OFFICE)
    with django_assert_num_queries(2 + 3):
        standing(office, definition)


def test_save_definition_keeps_what_held_before_and_restores_it() -> None:
    office = make_acting(Role.OFFICE)
    before = house_definitions()
    services.save_definition(replace(before[2], name="责任单位"), note="会议", expected=0, by=office)
    assert [each.name for each in house_definitions()][2] == "责任单位"
    with pytest.raises(RevisionStale):
        services.save_definition(before[2], note="晚了", expected=0, by=office)
    services.restore_definitions(1, expected=2, by=office)
    assert house_definitions() == before


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.LEADER, Role.ADMINISTRATOR])
def test_save_definition_by_another_role(role: Role) -> None:
    with pytest.raises(Refused):
        services.save_definition(of_units(), note="", expected=0, by=make_acting(role))


def test_definition_of_when_it_is_not_there() -> None:
    with pytest.raises(EvaluationNotFound):
        definition_of(house_definitions(), "nothing")


def test_table_shows_counts_beside_rates_and_marks_the_small(casts: list[Cast]) -> None:
    answer = enter(make_acting(Role.OFFICE)).get(reverse("standings:table"), {"of": "unit"})
    text = answer.content.decode()
    assert casts[0].street.name in text
    assert "件数少" in text
    assert "1 / 1" in text


def test_table_of_a_month_without_anything() -> None:
    answer = enter(make_acting(Role.OFFICE)).get(reverse("standings:table"), {"period": "2019-01"})
    assert "还没有可以评的" in answer.content.decode()


def test_workbook_says_what_the_screen_says(casts: list[Cast]) -> None:
    answer = enter(make_acting(Role.OFFICE)).get(reverse("standings:workbook"), {"of": "unit"})
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert str(rows[0][0]).startswith("责任单位评价")
    names = {row[1]: row for row in rows[2:]}
    assert names[casts[0].street.name][5:8] == (1, 1, 1)
    assert names[casts[1].street.name][5:8] == (0, 0, 1)


def fields(form: Any) -> dict[str, Any]:
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_edit_tries_on_the_month_before_and_saves() -> None:
    client, url = enter(make_acting(Role.OFFICE)), reverse("standings:edit", args=["unit"])
    given = fields(client.get(url).context["form"]) | {"note": "第 3 次会议", "problems.rework_rate:weight": 25}
    tried = client.post(url, given)
    assert "试算" in tried.content.decode()
    assert definition_of(house_definitions(), "unit").indicators[2].weight == 15
    assert client.post(url, given | {"save": "1"}).status_code == 302
    saved = definition_of(house_definitions(), "unit")
    assert {each.figure: each.weight for each in saved.indicators}["problems.rework_rate"] == 25


def test_edit_when_a_weighed_rate_has_no_marks() -> None:
    client, url = enter(make_acting(Role.OFFICE)), reverse("standings:edit", args=["unit"])
    given = fields(client.get(url).context["form"]) | {"note": "x", "problems.rework_rate:full": ""}
    answer = client.post(url, given)
    assert (answer.status_code, "两条线都要写" in answer.content.decode()) == (400, True)


def test_new_evaluation_sent_twice_is_one() -> None:
    client, url = enter(make_acting(Role.OFFICE)), reverse("standings:new", args=["town"])
    page = client.get(url)
    given = fields(page.context["form"]) | {
        "key": page.context["held"].key,
        "name": "乡镇按期",
        "level": Level.AREA,
        "is_active": "on",
        "note": "会议",
        "problems.on_time_rate:weight": 100,
        "problems.on_time_rate:nought": 50,
        "problems.on_time_rate:full": "97.5",
        "save": "1",
    }
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 409
    assert [each.name for each in house_definitions()].count("乡镇按期") == 1


def test_definitions_page_says_what_each_version_changed() -> None:
    office = make_acting(Role.OFFICE)
    services.save_definition(replace(of_units(), name="责任单位"), note="第 3 次会议", expected=0, by=office)
    page = enter(office).get(reverse("standings:definitions"))
    assert [row["changed"] for row in page.context["kept"]] == [["责任单位"], []]
    assert "第 3 次会议" in page.content.decode()
