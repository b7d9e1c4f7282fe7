"""The register of points (点位台账)."""

from typing import Final

from wenming.foundation.people import selectors as people
from wenming.foundation.places import selectors as places
from wenming.foundation.places import services
from wenming.foundation.places.services import PointDraft
from wenming.kernel.errors import DomainError
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import Row, read_rows
from wenming.outputs.exchange.results import Result

COLUMNS: Final = {
    "code": ("点位编号", "编号"),
    "name": ("点位名称", "名称"),
    "type": ("点位类型", "点位类别"),
    "region": ("所在区划代码", "区划代码"),
    "lon": ("经度", "东经"),
    "lat": ("纬度", "北纬"),
    "address": ("具体位置", "地址"),
    "territory": ("属地单位", "属地"),
    "department": ("主管部门", "主管单位"),
}
BATCH_ROWS: Final = 500


def take_points(source: Source) -> Result:
    """Registers the points that are new; those that are there are left as the register has them."""
    result = Result()
    units, book, locator = people.UnitBook(), places.PointBook(), places.locator()
    drafts: list[PointDraft] = []
    for row in read_rows(source.path, COLUMNS, required=("code", "name")):
        result.read += 1
        if book.find(row.text("code")) is not None:
            result.unchanged += 1
            continue
        try:
            drafts.append(_draft(row, units, locator))
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
    for start in range(0, len(drafts), BATCH_ROWS):
        batch = drafts[start : start + BATCH_ROWS]
        services.register_points(batch, by=source.by)
        result.created += len(batch)
        source.progress(len(batch))
    return result


def _draft(row: Row, units: people.UnitBook, locator: places.Locator) -> PointDraft:
    region, lat, lon = row.number_at("region"), row.number_at("lat"), row.number_at("lon")
    is_believed = lat is not None and lon is not None and locator.is_plausible(lat, lon)
    territory, department = row.text("territory"), row.text("department")
    return PointDraft(
        code=row.text("code"),
        name=row.text("name"),
        type_key=row.text("type"),
        address=row.text("address"),
        lat=lat if is_believed else None,
        lon=lon if is_believed else None,
        region_code=int(region) if region else None,
        territory_id=units.find(territory).pk if territory else None,
        department_id=units.find(department).pk if department else None,
    )
