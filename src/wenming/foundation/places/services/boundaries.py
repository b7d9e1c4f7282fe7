"""Taking in the outlines of regions."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from wenming.foundation.audit import services as audit
from wenming.foundation.places.enums import RowResult
from wenming.foundation.places.errors import BoundariesNotRead, BoundariesTooLarge, UnknownRegion
from wenming.foundation.places.models import Boundary, BoundarySet, Region
from wenming.foundation.places.services.report import ImportReport, RowReport
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.ids import uuid7

WRITE_ROWS: Final = 500
BOUNDARY_BYTES_MAX: Final = 40 * 1024 * 1024
BOUNDARIES_MAX: Final = 5_000
VERTICES_MAX: Final = 2_000_000
# Seven decimals are a centimetre.
DECIMALS: Final = 7

# Names that publishers of outlines give to the code of a region; the first that is there counts.
CODE_NAMES: Final = ("code", "adcode", "region_code", "gb", "id", "代码", "区划代码")
NAME_NAMES: Final = ("name", "NAME", "fullname", "名称")
# National geographic data write the country's number before the six digits of a county.
COUNTRY_PREFIX: Final = "156"


def import_boundaries(data: bytes, *, by: Actor, edition: int | None = None, source: str = "") -> ImportReport:
    """The outlines of a GeoJSON FeatureCollection (Polygon, MultiPolygon, WGS-84), by 12-digit or six-digit code.

    Without an edition, those of the current regions. A region that had an outline in this edition gets the new one; others keep theirs. Raises BoundariesNotRead,
    BoundariesTooLarge.
    """
    features = _features(data)
    edition = edition if edition is not None else _current_edition()
    report = ImportReport(edition)
    with transaction.atomic():
        regions = dict(Region.objects.filter(edition=edition).values_list("code", "name"))
        by_name = _unique_names(regions)
        there = {boundary.code: boundary for boundary in Boundary.objects.filter(edition=edition)}
        made: dict[int, Boundary] = {}
        for number, feature in enumerate(features, start=1):
            result = _outline(feature, regions, by_name, made)
            if isinstance(result, str):
                report.rows.append(RowReport(number, _text(feature, CODE_NAMES), RowResult.REJECTED, result))
                continue
            result.edition, result.source = edition, source[:200]
            made[result.code] = result
            report.rows.append(RowReport(number, str(result.code), _compared(result, there.get(result.code))))
        changed = [b for b, row in _with_rows(made, report) if row.result is not RowResult.UNCHANGED]
        if changed:
            Boundary.objects.filter(edition=edition, code__in=[b.code for b in changed]).delete()
            Boundary.objects.bulk_create(changed, batch_size=WRITE_ROWS)
            BoundarySet.objects.update_or_create(
                edition=edition, defaults={"revision": uuid7(), "imported_at": clock.now()}
            )
            after = {"codes": [boundary.code for boundary in changed], "source": source[:200]}
            audit.record(by=by, action="places.import_boundaries", kind="boundaries", key=edition, after=after)
    return report


def _current_edition() -> int:
    edition = Region.objects.filter(is_current=True).values_list("edition", flat=True).first()
    if edition is None:
        raise UnknownRegion(_("还没有区划表。请先导入区划，再导入边界。"))
    return edition


def _features(data: bytes) -> list[Any]:
    too_large = BoundariesTooLarge(
        megabytes=BOUNDARY_BYTES_MAX // 1024 // 1024, features=BOUNDARIES_MAX, vertices=VERTICES_MAX
    )
    if len(data) > BOUNDARY_BYTES_MAX:
        raise too_large
    try:
        document = json.loads(data)
        features = document["features"]
        if document["type"] != "FeatureCollection" or not isinstance(features, list):
            raise BoundariesNotRead
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BoundariesNotRead from error
    # Every vertex of a JSON file takes some bytes, so that the file's limit bounds them; this one bounds the memory.
    if len(features) > BOUNDARIES_MAX or data.count(b"[") > VERTICES_MAX:
        raise too_large
    return features


def _outline(
    feature: Any, regions: Mapping[int, str], by_name: Mapping[str, int], made: Mapping[int, Boundary]
) -> Boundary | str:
    """The boundary of one feature, or what is wrong with it."""
    code = _code_of(feature)
    if code is None:
        code = by_name.get(_text(feature, NAME_NAMES))
    if code is None:
        return _("没有区划编码，名称也对不上")
    if code not in regions:
        return _("区划表里没有 {code}").format(code=code)
    if code in made:
        return _("{code} 的边界在文件里出现了两次").format(code=code)
    geometry = _polygons(feature.get("geometry"))
    if geometry is None:
        return _("不是有效的多边形（经度、纬度，WGS-84）")
    west, south, east, north = geometry.bounds
    return Boundary(
        code=code,
        geometry=json.loads(json.dumps(mapping(geometry))),
        min_lat=south,
        max_lat=north,
        min_lon=west,
        max_lon=east,
    )


def _polygons(geometry: Any) -> BaseGeometry | None:
    """A valid Polygon or MultiPolygon of the geometry, rounded; None where it is none."""
    try:
        if geometry["type"] not in ("Polygon", "MultiPolygon"):
            return None
        raw = shapely.force_2d(shape(geometry))
        west, south, east, north = raw.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            return None
        # First what the file means, then on a grid that both databases give back to the bit.
        sound = shapely.set_precision(shapely.make_valid(raw), 10**-DECIMALS)
        rounded = shapely.transform(sound, lambda xy: xy.round(DECIMALS))
        parts = [part for part in shapely.get_parts(rounded) if part.geom_type in ("Polygon", "MultiPolygon")]
        whole = shapely.unary_union(parts) if not shapely.is_valid(rounded) or len(parts) > 1 else parts[0]
    except (TypeError, KeyError, ValueError, IndexError, AttributeError, OverflowError, shapely.errors.ShapelyError):
        return None
    is_area = whole.geom_type in ("Polygon", "MultiPolygon") and not whole.is_empty and math.isfinite(whole.area)
    return shapely.normalize(whole) if is_area else None


def _code_of(feature: Any) -> int | None:
    text = _text(feature, CODE_NAMES)
    if len(text) == 9 and text.startswith(COUNTRY_PREFIX):
        text = text.removeprefix(COUNTRY_PREFIX)
    if not (text.isascii() and text.isdecimal()) or len(text) not in (6, 9, 12) or text[0] == "0":
        return None
    return int(text.ljust(12, "0"))


def _text(feature: Any, names: Sequence[str]) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    for name in names:
        value = properties.get(name)
        if isinstance(value, (str, int)) and str(value).strip():
            return str(value).strip()[:40]
    return ""


def _unique_names(regions: Mapping[int, str]) -> dict[str, int]:
    times = Counter(regions.values())
    return {name: code for code, name in regions.items() if times[name] == 1}


def _compared(boundary: Boundary, before: Boundary | None) -> RowResult:
    if before is None:
        return RowResult.CREATED
    is_same = before.geometry == boundary.geometry and before.source == boundary.source
    return RowResult.UNCHANGED if is_same else RowResult.UPDATED


def _with_rows(made: Mapping[int, Boundary], report: ImportReport) -> list[tuple[Boundary, RowReport]]:
    rows = {row.code: row for row in report.rows if row.result is not RowResult.REJECTED}
    return [(boundary, rows[str(code)]) for code, boundary in made.items()]
