"""What the chips of the list offer is asked for when they are opened; how many there are is counted once."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.factories import people
from tests.factories.places import make_city
from tests.factories.problems import Cast, bring_to, make_problem
from tests.factories.standards import make_catalogue
from tests.programmes.problems.desk import as_
from wenming.foundation.people.enums import Role
from wenming.kernel.paging import Count
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.selectors import types_on_offer
from wenming.programmes.problems.views import filtering

pytestmark = pytest.mark.django_db

LIST = "problems:list"


def offered(client: Client, name: str, **query: str) -> list[tuple[str, str]]:
    """What the fragment of one chip links to, in words."""
    answer = client.get(reverse("problems:choices"), {"chip": name, **query}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return re.findall(r'<a href="([^"]*)">([^<]*)', answer.content.decode())


def test_chip_offers_units_and_types_of_what_is_open(client: Client) -> None:
    cast = Cast()
    make_catalogue()
    kind = next(iter(types_on_offer().values()))
    bring_to(cast, make_problem(cast, type=kind), Action.DISPATCH)
    as_(client, cast.county)
    there = reverse(LIST)
    assert offered(client, "unit", state="open") == [
        (f"{there}?state=open&amp;unit={cast.street.pk}", cast.street.name)
    ]
    assert [name for _url, name in offered(client, "type")] == [kind.name]
    stranger = as_(client, people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY))
    assert (offered(stranger, "unit"), offered(stranger, "type")) == ([], [])


def test_chip_offers_counties_to_the_city_and_towns_below(client: Client) -> None:
    make_city()
    cast = Cast()
    as_(client, cast.office)
    counties = dict(offered(client, "county"))
    assert f"{reverse(LIST)}?region={people.COUNTY}" in counties
    towns = dict(offered(client, "town", region=str(people.COUNTY)))
    assert f"{reverse(LIST)}?region={people.TOWN}" in towns
    as_(client, cast.county)
    assert f"{reverse(LIST)}?region={people.TOWN}" in dict(offered(client, "town"))
    assert client.get(reverse("problems:choices"), {"chip": "county"}).status_code == 404


@pytest.mark.parametrize("name", ["", "x", "period"])
def test_chip_that_is_none(client: Client, name: str) -> None:
    assert as_(client, Cast().office).get(reverse("problems:choices"), {"chip": name}).status_code == 404


def test_choices_without_a_script_are_a_page(client: Client) -> None:
    page = as_(client, Cast().office).get(reverse("problems:choices"), {"chip": "unit", "state": "all"})
    assert (page.context["back"], "没有可选的" in page.content.decode()) == (f"{reverse(LIST)}?state=all", True)


def test_list_asks_for_choices_later_and_names_what_is_set(client: Client) -> None:
    make_city()
    cast = Cast()
    make_problem(cast)
    as_(client, cast.office)
    chips = {each.label: each for each in client.get(reverse(LIST), {"state": "all"}).context["chips"]}
    assert chips["牵头单位"].options_url == f"{reverse('problems:choices')}?state=all&chip=unit"
    assert (chips["牵头单位"].choices, chips["发现时间"].options_url) == ((), "")
    query = {"unit": str(cast.street.pk), "region": str(people.TOWN), "type": "E9"}
    chips = {each.label: each for each in client.get(reverse(LIST), query).context["chips"]}
    assert chips["牵头单位"].chosen == cast.street.name
    assert chips["类型"].chosen == "E9"
    assert chips["县区"].chosen
    assert chips["乡镇街道"].chosen != str(people.TOWN)
    assert chips["乡镇街道"].clear_url.count(str(people.COUNTY)) == 1


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "filed"},
        {"state": "closed"},
        {"state": "all"},
        {"late": "1"},
        {"state": "filed", "late": "1"},
        {"q": "积水"},
    ],
)
def test_count_is_how_many_the_list_finds(client: Client, query: dict[str, str]) -> None:
    cast = Cast()
    make_problem(cast, title="积水")
    for last in (Action.DISPATCH, Action.CLOSE):
        bring_to(cast, make_problem(cast), last)
    shown = as_(client, cast.county).get(reverse(LIST), query).context
    assert shown["count"] == Count(len(shown["rows"]), False)


def test_count_of_a_box_is_of_the_box(client: Client) -> None:
    cast = Cast()
    make_problem(cast)
    shown = as_(client, cast.county).get(reverse(LIST), {"state": "open", "bbox": "1,1,2,2"}).context
    assert (shown["count"], shown["tabs"][0].count) == (Count(0, False), 1)


def test_count_stops_at_its_cap(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    cast = Cast()
    for _ in range(2):
        make_problem(cast)
    monkeypatch.setattr(filtering, "COUNT_CAP", 1)
    assert as_(client, cast.county).get(reverse(LIST)).context["count"] == Count(1, True)


@pytest.mark.parametrize("count", [1, 3])
def test_choices_cost_one_statement(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast = Cast()
    for _ in range(count):
        bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.office)
    for name in ("unit", "type", "county"):
        client.get(reverse("problems:choices"), {"chip": name})
        # With three for the session, the person and the grant.
        with django_assert_num_queries(4):
            client.get(reverse("problems:choices"), {"chip": name})
