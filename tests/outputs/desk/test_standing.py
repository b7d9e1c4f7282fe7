"""How the month stands, where things are late, who answers for the points, and what the installation lacks."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.people import make_acting
from tests.factories.places import make_city, make_point, make_regions
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.desk.casts import NOW, due, page
from wenming.foundation.people.enums import Role
from wenming.foundation.places.models import Boundary
from wenming.kernel.regions import RegionLevel
from wenming.outputs.desk import figures, selectors
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db

# Figures -------------------------------------------------------------------


def test_figures_say_what_they_divide_and_lead_to_their_rows(client: Client) -> None:
    cast = Cast()
    for _n in range(3):
        make_problem(cast)
    bring_to(cast, make_problem(cast), Action.PASS_REVIEW)
    html = page(client, cast.office)
    shown = re.findall(r'class="fig__value" href="([^"]+)">([^<]+)<', html)
    assert shown == [
        ("/figures/problems.rectification_rate/?period=2026-11", "25.00"),
        ("/figures/problems.on_time_rate/?period=2026-11", "100.00"),
        ("/figures/problems.reported_rate/?period=2026-11", "25.00"),
        ("/figures/problems.site_pass_rate/?period=2026-11", "—"),
        ("/figures/problems.found/?period=2026-11", "4"),
    ]
    assert re.findall(r'class="fig__ratio">([^<]*)<', html) == ["1 / 4 件", "1 / 1 件", "1 / 4 件", "0 / 0 件", ""]
    assert html.count("截至今天 10:00") >= 4
    assert "目标 90%，还没有达到" in html


def test_figures_of_a_county_count_its_own(client: Client) -> None:
    here, there = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    make_problem(here)
    make_problem(there)
    make_problem(there)
    counts = [
        re.findall(r'problems\.found/\?period=2026-11">(\d+)<', page(Client(), each))
        for each in (here.county, there.county, here.office)
    ]
    assert counts == [["1"], ["2"], ["3"]]


def test_figures_are_of_the_month_in_shanghai() -> None:
    assert figures.month_of(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)).label == "2026-11"
    assert figures.month_of(datetime(2026, 11, 30, 16, tzinfo=UTC)).label == "2026-12"


# Where ---------------------------------------------------------------------


def test_where_late_compares_places_within_their_kind(client: Client) -> None:
    make_regions()
    cast = Cast()
    for _n in range(2):
        due(make_problem(cast), NOW - timedelta(days=1))
    found = selectors.where_late(cast.office, now=NOW)
    assert found is not None
    assert [(kind, [(each.name, each.count) for each in late]) for kind, late in found.kinds] == [
        ("district", [("澄溪区", 2), ("柳浦县", 0)])
    ]
    assert (found.total, found.most, found.unplaced, found.quiet) == (2, 2, 0, 0)
    html = page(client, cast.office)
    assert f'href="{reverse("problems:list")}?late=1&amp;region={people.COUNTY}"' in html


def test_where_late_of_a_county_is_by_town() -> None:
    make_regions()
    cast, foreign = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    due(make_problem(cast), NOW - timedelta(days=1))
    due(make_problem(foreign), NOW - timedelta(days=1))
    found = selectors.where_late(cast.county, now=NOW)
    assert found is not None
    assert found.total == 1
    assert [[each.name for each in late] for _kind, late in found.kinds] == [["文昌街道", "鼓楼街道"]]


def test_where_late_counts_what_lies_nowhere() -> None:
    make_regions()
    cast = Cast()
    due(make_problem(cast, region_code=None), NOW - timedelta(days=1))
    found = selectors.where_late(cast.office, now=NOW)
    assert found is not None
    assert (found.total, found.unplaced, found.most) == (1, 1, 0)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR])
def test_where_late_is_not_for_who_answers_for_himself(role: Role) -> None:
    assert selectors.where_late(make_acting(role), now=NOW) is None


@pytest.mark.parametrize(
    ("code", "level", "kind"),
    [
        (349902000000, RegionLevel.COUNTY, "district"),
        (349920000000, RegionLevel.COUNTY, "district"),
        (349921000000, RegionLevel.COUNTY, "county"),
        (349981000000, RegionLevel.COUNTY, "county"),
        (349902001000, RegionLevel.TOWN, "street"),
        (349902099000, RegionLevel.TOWN, "street"),
        (349902100000, RegionLevel.TOWN, "town"),
        (349902200000, RegionLevel.TOWN, "town"),
    ],
)
def test_kind_of_a_place_by_its_code(code: int, level: RegionLevel, kind: str) -> None:
    assert selectors.kind_of(code, level) == kind


# Gaps and lacks ------------------------------------------------------------


def test_gaps_lead_to_the_matrix(client: Client) -> None:
    make_standards.make_standard()
    make_point(type_key="主次干道")
    html = page(client, make_acting(Role.OFFICE))
    assert f'href="{reverse("standards:matrix")}?gaps=1">1 个点位没有属地单位</a>' in html
    assert "共 1 个点位" in html


def test_gaps_are_not_for_a_liaison(client: Client) -> None:
    make_standards.make_standard()
    make_point(type_key="主次干道")
    assert "点位没有属地单位" not in page(client, make_acting(Role.LIAISON))


def test_lacks_of_an_empty_installation(client: Client) -> None:
    found = selectors.lacks(now=NOW)
    assert (found.has_no_regions, found.counties_without_boundary, found.has_no_standard) == (True, 0, True)
    html = page(client, make_acting(Role.ADMINISTRATOR))
    assert "还没有导入行政区划" in html
    assert "还没有导入行政区划" not in page(client, make_acting(Role.OFFICE))


def test_lacks_count_counties_without_boundary() -> None:
    make_regions()
    assert selectors.lacks(now=NOW).counties_without_boundary == 2
    make_city()
    assert selectors.lacks(now=NOW).counties_without_boundary == 0
    Boundary.objects.filter(code=people.COUNTY).delete()
    assert selectors.lacks(now=NOW).counties_without_boundary == 1


@pytest.mark.parametrize(
    ("at", "year"),
    [(datetime(2026, 10, 31, tzinfo=UTC), None), (NOW, 2027), (datetime(2027, 3, 1, tzinfo=UTC), 2027)],
)
def test_lacks_name_the_year_without_a_calendar(at: datetime, year: int | None) -> None:
    assert selectors.lacks(now=at).no_calendar_for == year
