"""In which region a position lies: by hand, against a slow model, and on real outlines."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, shape

from tests.factories.people import COUNTY, OTHER_COUNTY, TOWN
from tests.factories.places import MIDDLE, SECOND_TOWN, SQUARES, VILLAGE, make_city, make_regions
from wenming.foundation.places import datum, selectors, services
from wenming.foundation.places.columns import RegionColumns
from wenming.foundation.places.enums import PlaceFault
from wenming.foundation.places.locating import Locator
from wenming.foundation.places.models import Boundary, Point, Region
from wenming.kernel.actors import SYSTEM
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.scopes import Scope

Ring = Sequence[tuple[float, float]]


@pytest.mark.django_db
def test_locate_answers_with_the_deepest_region() -> None:
    make_city()
    assert [selectors.locate(*MIDDLE[code]) for code in (TOWN, SECOND_TOWN, OTHER_COUNTY)] == [
        TOWN,
        SECOND_TOWN,
        OTHER_COUNTY,
    ]
    assert selectors.locate(29.0, 118.5) is None
    assert selectors.locate(None, 118.5) is None


@pytest.mark.django_db
def test_locate_on_an_edge_always_answers_the_same() -> None:
    make_city()
    assert selectors.locate(30.5, 118.5) == TOWN  # between two towns: the smaller code
    assert selectors.locate(30.2, 119.0) == TOWN  # between a town and a county: the deeper one
    assert selectors.locate(31.0, 119.5) == OTHER_COUNTY  # on the rim of the city
    assert selectors.locate(30.5, 119.0) == TOWN  # where three meet


@pytest.mark.django_db
def test_locate_many_costs_one_query(django_assert_num_queries: object) -> None:
    make_city()
    selectors.locate(30.2, 118.5)
    for number in (1, 300):
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert selectors.locate_many([(30.2, 118.5)] * number) == [TOWN] * number
    with django_assert_num_queries(1):  # type: ignore[operator]
        locator = selectors.locator()
        assert [locator.locate(30.2, 118.5) for _n in range(3)] == [TOWN] * 3


@pytest.mark.django_db
def test_locate_without_boundaries() -> None:
    assert selectors.locate(30.2, 118.5) is None
    assert selectors.is_plausible(30.2, 118.5)
    assert selectors.place_fault(30.2, 1180.5) is PlaceFault.OUT_OF_RANGE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lat", "lon", "fault"),
    [
        (30.2, 118.5, None),
        (31.01, 118.5, None),
        (0.0, 0.0, PlaceFault.EMPTY),
        (None, 118.5, PlaceFault.EMPTY),
        (118.5, 30.2, PlaceFault.SWAPPED),
        (39.9, 116.4, PlaceFault.OUTSIDE),
        (91.0, 118.5, PlaceFault.OUT_OF_RANGE),
        (math.nan, 118.5, PlaceFault.OUT_OF_RANGE),
        (math.inf, 118.5, PlaceFault.OUT_OF_RANGE),
    ],
)
def test_place_fault(lat: float | None, lon: float | None, fault: PlaceFault | None) -> None:
    make_city()
    assert selectors.place_fault(lat, lon) is fault
    assert selectors.is_plausible(lat, lon) is (fault is None)


def is_in_ring(ring: Ring, x: float, y: float) -> bool:
    """Ray casting, the slow model: how often a ray to the east crosses the ring."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


@st.composite
def star(draw: st.DrawFn) -> Polygon:
    """A ring around a middle, with a reach for each of its corners: any shape without crossings."""
    x, y = draw(st.integers(-8, 8)), draw(st.integers(-8, 8))
    reaches = draw(st.lists(st.integers(1, 8), min_size=3, max_size=9))
    step = 2 * math.pi / len(reaches)
    return Polygon([(x + r * math.cos(n * step), y + r * math.sin(n * step)) for n, r in enumerate(reaches)])


@given(
    outlines=st.lists(star(), min_size=1, max_size=6),
    positions=st.lists(st.tuples(st.floats(-17, 17), st.floats(-17, 17)), min_size=1, max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_locate_agrees_with_ray_casting(outlines: list[Polygon], positions: list[tuple[float, float]]) -> None:
    codes = [COUNTY, TOWN, SECOND_TOWN, VILLAGE, OTHER_COUNTY, VILLAGE + 1][: len(outlines)]
    locator = Locator(2023, codes, outlines)
    # A model in floating point cannot say on which side of an edge a position is that lies on it.
    clear = [
        (lat, lon)
        for lat, lon in positions
        if all(outline.exterior.distance(shape({"type": "Point", "coordinates": [lon, lat]})) > 1e-9 for outline in outlines)
    ]  # fmt: skip
    expected = []
    for lat, lon in clear:
        holding = [
            code
            for code, outline in zip(codes, outlines, strict=True)
            if is_in_ring(list(outline.exterior.coords)[:-1], lon, lat)
        ]
        expected.append(min(holding, key=lambda code: (-level_of(code), code), default=None))
    assert locator.locate_many(clear) == expected
    assert [locator.locate(lat, lon) for lat, lon in clear] == expected


region_codes = st.builds(
    lambda level, rest: cut(34 * 10**10 + rest, level),
    st.sampled_from([RegionLevel.CITY, RegionLevel.COUNTY, RegionLevel.TOWN, RegionLevel.VILLAGE]),
    st.integers(10**8, 10**10 - 1),
)


@given(code=st.none() | region_codes)
def test_set_region_fills_the_columns_of_what_holds_it(code: int | None) -> None:
    row: RegionColumns = Point()
    row.set_region(code, edition=2023)
    assert row.region_code == code
    assert row.region_edition == (None if code is None else 2023)
    levels = [RegionLevel.CITY, RegionLevel.COUNTY, RegionLevel.TOWN, RegionLevel.VILLAGE]
    columns = [row.city_code, row.county_code, row.town_code, row.village_code]
    for level, column in zip(levels, columns, strict=True):
        assert column == (cut(code, level) if code is not None and level <= level_of(code) else None)


PLACES = (None, *SQUARES, VILLAGE, TOWN + 2, cut(COUNTY, RegionLevel.CITY), 349902001000)


@pytest.mark.django_db
def test_scope_filter_and_predicate_agree_on_every_pair() -> None:
    make_regions()
    rows = []
    for number, code in enumerate(PLACES):
        row = Point(code=str(number), name="路口")
        row.set_region(code)
        rows.append(row)
    points = Point.objects.bulk_create(rows)
    scopes = [Scope.everything(), Scope.nothing(), Scope("department_id", 1)]
    scopes += [Scope.region(code, level_of(code)) for code in PLACES if code is not None]
    for scope in scopes:
        filtered = set(Point.objects.filter(scope.as_q()).values_list("pk", flat=True))
        assert filtered == {point.pk for point in points if scope.covers(point)}


@given(lat=st.floats(18, 53), lon=st.floats(74, 134))
def test_gcj02_and_back(lat: float, lon: float) -> None:
    there = datum.wgs84_to_gcj02(lat, lon)
    assert 1e-5 < math.dist(there, (lat, lon)) < 0.02
    back = datum.gcj02_to_wgs84(*there)
    assert math.dist(back, (lat, lon)) < 1e-7


def test_gcj02_at_a_known_position() -> None:
    lat, lon = datum.wgs84_to_gcj02(39.908823, 116.397470)
    assert (lat, lon) == pytest.approx((39.910227, 116.403714), abs=2e-5)


def test_gcj02_outside_of_china_is_no_offset() -> None:
    assert datum.gcj02_to_wgs84(48.85, 2.35) == (48.85, 2.35)


@pytest.mark.shared_data
@pytest.mark.django_db
def test_real_regions_come_in_whole(shared: Path) -> None:
    table = (shared / "data/regions/xuancheng_341800_12digit.csv").read_text(encoding="utf-8")
    report = services.import_regions(services.region_rows(table), edition=2023, by=SYSTEM)
    assert report.rejected == []
    counts = {level: Region.objects.filter(level=level).count() for level in RegionLevel}
    # Seven counties and one development zone of the statistics.
    assert counts == {1: 0, 2: 1, 3: 8, 4: 107, 5: 866}
    assert Region.objects.get(code=341802001000).full_name.startswith("宣城市宣州区")


@pytest.mark.shared_data
@pytest.mark.django_db
def test_real_outlines_hold_what_lies_in_them(shared: Path) -> None:
    folder = shared / "data/regions"
    table = (folder / "xuancheng_341800_12digit.csv").read_text(encoding="utf-8")
    services.import_regions(services.region_rows(table), edition=2023, by=SYSTEM)
    outlines = (folder / "xuancheng_fastgeocn_simplified_wgs84.geojson").read_bytes()
    assert services.import_boundaries(outlines, by=SYSTEM).rejected == []
    # The seats of four counties, read off a public map.
    seats = {(30.946, 118.758): 341802, (31.126, 119.179): 341821, (30.694, 118.419): 341823, (30.627, 118.982): 341881}
    located = selectors.locate_many(list(seats))
    assert located == [code * 10**6 for code in seats.values()]
    for boundary in Boundary.objects.all():
        inside = shape(boundary.geometry).representative_point()
        assert selectors.locate(inside.y, inside.x) == boundary.code
    assert selectors.locate(31.23, 121.47) is None
