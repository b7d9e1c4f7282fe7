"""The table of divisions and the outlines: what comes in, what is sent back, and that repeating is harmless."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.factories.people import CITY, COUNTY, OTHER_COUNTY, TOWN
from tests.factories.places import (
    EDITION,
    SQUARES,
    VILLAGE,
    collection,
    feature,
    make_city,
    make_regions,
    region_rows,
    square,
)
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.places import selectors, services
from wenming.foundation.places.enums import RowResult
from wenming.foundation.places.errors import (
    BoundariesNotRead,
    BoundariesTooLarge,
    RegionTableNotRead,
    UnknownRegion,
)
from wenming.foundation.places.models import Boundary, BoundarySet, Region
from wenming.foundation.places.services import RegionRow
from wenming.foundation.places.services import boundaries as boundary_service
from wenming.kernel.actors import SYSTEM
from wenming.kernel.regions import RegionLevel

pytestmark = pytest.mark.django_db
GOOD = region_rows()


def results(rows: list[RegionRow], edition: int = EDITION) -> list[RowResult]:
    return [row.result for row in services.import_regions(rows, edition=edition, by=SYSTEM).rows]


def test_import_regions_makes_names_that_tell_where() -> None:
    assert results(GOOD) == [RowResult.CREATED] * 7
    village = selectors.region(VILLAGE)
    assert (village.name, village.full_name) == ("学士社区", "和安市澄溪区文昌街道学士社区")
    assert (village.level, village.parent_code, village.edition) == (RegionLevel.VILLAGE, TOWN, EDITION)


def test_import_regions_in_any_order() -> None:
    assert results(list(reversed(GOOD))) == [RowResult.CREATED] * 7
    assert selectors.region(VILLAGE).full_name == "和安市澄溪区文昌街道学士社区"


def test_import_regions_again_changes_nothing() -> None:
    make_regions()
    before = list(Region.objects.values())
    assert results(GOOD) == [RowResult.UNCHANGED] * 7
    assert list(Region.objects.values()) == before
    assert AuditRecord.objects.filter(action="places.import_regions").count() == 1


def test_import_regions_renames_what_lies_below_too() -> None:
    make_regions()
    renamed = [replace(row, name="澄湖区") if row.code == str(COUNTY) else row for row in GOOD]
    unchanged = {0, 2, 5}
    assert results(renamed) == [RowResult.UNCHANGED if n in unchanged else RowResult.UPDATED for n in range(7)]
    assert selectors.region(VILLAGE).full_name == "和安市澄湖区文昌街道学士社区"


def test_import_regions_of_a_newer_edition_makes_it_current() -> None:
    make_regions()
    newer = [replace(row, name="新" + row.name) for row in GOOD]
    assert results(newer, EDITION + 1) == [RowResult.CREATED] * 7
    assert (selectors.current_edition(), selectors.region(TOWN).name) == (EDITION + 1, "新文昌街道")
    assert Region.objects.filter(edition=EDITION, is_current=True).count() == 0
    assert results(GOOD, EDITION - 1) == [RowResult.CREATED] * 7
    assert selectors.current_edition() == EDITION + 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (RegionRow("349901", "澄溪区", "县"), "12 位"),
        (RegionRow("03499010000a", "澄溪区", "县"), "12 位"),
        (RegionRow("０４９９０１００００００", "澄溪区", "县"), "12 位"),
        (RegionRow("049901000000", "澄溪区", "县"), "12 位"),
        (RegionRow("349901000000", "澄溪区", "郡"), "郡"),
        (RegionRow("349901000000", "澄溪区", "乡级"), "乡级"),
        (RegionRow("349901000000", "", "县"), "名称"),
        (RegionRow("349901000000", "长" * 101, "县"), "名称"),
        (RegionRow("349901000000", "澄溪区", "县", "349800000000"), "349900000000"),
        (RegionRow("349903001000", "孤镇", "乡级", "349903000000"), "没有上级"),
    ],
)
def test_import_regions_sends_back_a_bad_row_and_takes_the_rest(row: RegionRow, reason: str) -> None:
    report = services.import_regions([*GOOD[:1], *GOOD[2:3], row], edition=EDITION, by=SYSTEM)
    assert [each.result for each in report.rows] == [RowResult.CREATED, RowResult.CREATED, RowResult.REJECTED]
    assert reason in report.rejected[0].reason
    assert Region.objects.count() == 2


def test_import_regions_rejects_a_double_and_what_hangs_below_a_rejected_row() -> None:
    broken = [replace(row, level="郡") if row.code == str(COUNTY) else row for row in GOOD]
    report = services.import_regions([*broken, GOOD[0]], edition=EDITION, by=SYSTEM)
    assert [row.number for row in report.rejected] == [2, 4, 5, 7, 8]
    assert "第 1 行" in report.rejected[-1].reason


def test_region_rows_reads_the_table() -> None:
    text = "\ufeffcode,name,level,parent\r\n349900000000,和安市,市,340000000000\r\n349901000000,澄溪区\r\n"
    assert services.region_rows(text) == [
        RegionRow("349900000000", "和安市", "市", "340000000000"),
        RegionRow("349901000000", "澄溪区", "", ""),
    ]
    for wrong in ("", "编码,名称\n1,2\n"):
        with pytest.raises(RegionTableNotRead):
            services.region_rows(wrong)


def test_region_tree_and_children() -> None:
    make_regions()
    (city,) = selectors.region_tree(RegionLevel.TOWN)
    assert [(county.code, len(county.children)) for county in city.children] == [(COUNTY, 2), (OTHER_COUNTY, 1)]
    assert [region.code for region in selectors.children(None)] == [CITY]
    assert [region.name for region in selectors.children(COUNTY)] == ["文昌街道", "鼓楼街道"]
    with pytest.raises(UnknownRegion):
        selectors.region(349999000000)


def test_region_tree_costs_one_query(django_assert_num_queries: Any) -> None:
    make_regions()
    with django_assert_num_queries(1):
        selectors.region_tree(RegionLevel.VILLAGE)


def import_one(geometry: Any, code: Any = str(COUNTY), **names: Any) -> services.RowReport:
    one = {"type": "Feature", "properties": {"code": code, **names}, "geometry": geometry}
    (row,) = services.import_boundaries(collection(one), by=SYSTEM).rows
    return row


def test_import_boundaries_again_changes_nothing() -> None:
    make_city()
    before, revision = list(Boundary.objects.values()), BoundarySet.objects.get().revision
    features = [feature(str(code), square(*sides)) for code, sides in SQUARES.items()]
    report = services.import_boundaries(collection(*features), by=SYSTEM)
    assert [row.result for row in report.rows] == [RowResult.UNCHANGED] * 4
    assert list(Boundary.objects.values()) == before
    assert BoundarySet.objects.get().revision == revision


def test_import_boundaries_replaces_one_and_keeps_the_others() -> None:
    make_city()
    assert import_one(square(117, 30, 119, 31)).result == RowResult.UPDATED
    assert Boundary.objects.count() == 4
    assert Boundary.objects.get(code=COUNTY).min_lon == 117
    assert selectors.locate(30.2, 117.5) == COUNTY


@pytest.mark.parametrize(
    "properties",
    [
        {"adcode": 349901},
        {"adcode": "349901"},
        {"gb": "156349901"},
        {"code": "349901000000"},
        {"name": "澄溪区"},
        {"NAME": "澄溪区", "code": ""},
    ],
)
def test_import_boundaries_knows_the_names_that_publishers_use(properties: dict[str, Any]) -> None:
    make_regions()
    one = {"type": "Feature", "properties": properties, "geometry": square(118, 30, 119, 31)}
    (row,) = services.import_boundaries(collection(one), by=SYSTEM).rows
    assert (row.result, row.code) == (RowResult.CREATED, str(COUNTY))


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {},
        [],
        "Polygon",
        {"type": "Point", "coordinates": [118, 30]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[118, 30], [119, 30]]]},
        {"type": "Polygon", "coordinates": [[[118, 30], [119, 30], [118.5, 30], [118, 30]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[1e400, 30], [119, 30], [119, 31], [1e400, 30]]]},
        {"type": "Polygon", "coordinates": [[[500, 30], [501, 30], [501, 31], [500, 30]]]},
        {"type": "MultiPolygon", "coordinates": [[[[None, None]]]]},
        {"type": "Polygon", "coordinates": {"a": 1}},
    ],
)
def test_import_boundaries_rejects_what_is_no_area(geometry: Any) -> None:
    make_regions()
    assert import_one(geometry).result == RowResult.REJECTED
    assert Boundary.objects.count() == 0


def test_import_boundaries_mends_a_bow_tie() -> None:
    make_regions()
    tie = {"type": "Polygon", "coordinates": [[[118, 30], [119, 31], [119, 30], [118, 31], [118, 30]]]}
    assert import_one(tie).result == RowResult.CREATED
    assert (selectors.locate(30.5, 118.1), selectors.locate(30.1, 118.5)) == (COUNTY, None)


def test_import_boundaries_rejects_the_unknown_and_the_double() -> None:
    make_regions()
    one = feature(str(COUNTY), square(118, 30, 119, 31))
    report = services.import_boundaries(
        collection(one, one, feature("349977", square(1, 1, 2, 2)), {"type": "Feature"}, one | {"properties": None}),
        by=SYSTEM,
    )
    assert [row.result for row in report.rows] == [RowResult.CREATED, *[RowResult.REJECTED] * 4]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"type": "FeatureCollection"}', b'{"type": "Feature", "features": []}', b"[" * 100_000]
)
def test_import_boundaries_when_the_file_is_something_else(data: bytes) -> None:
    make_regions()
    with pytest.raises(BoundariesNotRead):
        services.import_boundaries(data, by=SYSTEM)


def test_import_boundaries_when_there_is_too_much() -> None:
    make_regions()
    many = b'{"type": "FeatureCollection", "features": [' + b"0," * boundary_service.BOUNDARIES_MAX + b"0]}"
    for data in (many, b" " * (boundary_service.BOUNDARY_BYTES_MAX + 1)):
        with pytest.raises(BoundariesTooLarge):
            services.import_boundaries(data, by=SYSTEM)


def test_import_boundaries_before_the_regions() -> None:
    with pytest.raises(UnknownRegion):
        services.import_boundaries(collection(), by=SYSTEM)


def test_what_is_kept_of_a_boundary_is_plain_geojson() -> None:
    make_regions()
    import_one(square(118.123456789, 30, 119, 31))
    kept = Boundary.objects.get()
    assert json.loads(json.dumps(kept.geometry)) == kept.geometry
    assert kept.min_lon == 118.1234568
