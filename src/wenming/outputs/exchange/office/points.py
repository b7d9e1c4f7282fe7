"""The register of points (点位台账)."""

from collections.abc import Sequence, Set
from typing import Final

from wenming.foundation.people import selectors as people
from wenming.foundation.places import selectors as places
from wenming.foundation.places import services
from wenming.foundation.places.services import PointDraft
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError
from wenming.outputs.exchange.errors import ValueMissing
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import Row, check_lengths, read_rows
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
REQUIRED: Final = ("code", "name")
CHARS_MAX: Final = {"code": 40, "name": 100, "type": 60, "address": 200}
BATCH_ROWS: Final = 500


def take_points(source: Source) -> Result:
    """Registers the points that are new; those that are there are left as the register has them.

    A position or a division that cannot be believed is no reason to refuse a point: it is counted as unlocated.
    """
    result = Result()
    units, book, locator = people.UnitBook(), places.PointBook(), places.locator()
    known = set(places.regions().values_list("code", flat=True))
    new: dict[str, tuple[Row, PointDraft]] = {}
    for row in read_rows(source.path, COLUMNS, required=REQUIRED, layout=source.layout):
        result.read += 1
        if book.find(row.text("code")) is not None or row.text("code") in new:
            result.unchanged += 1
            continue
        try:
            new[row.text("code")] = row, _draft(row, units, locator, known)
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
    drafts = list(new.values())
    for start in range(0, len(drafts), BATCH_ROWS):
        batch = drafts[start : start + BATCH_ROWS]
        with source.batch():
            _register(batch, source.by, result)
        source.progress(len(batch))
    return result


def _register(batch: Sequence[tuple[Row, PointDraft]], by: Actor, result: Result) -> None:
    taken = batch
    try:
        services.register_points([draft for _row, draft in batch], by=by)
    except DomainError:
        # Somebody in the batch is refused: one by one, so that only that row is.
        taken = [(row, draft) for row, draft in batch if _is_taken(row, draft, by, result)]
    result.created += len(taken)
    unlocated = sum(1 for _row, draft in taken if draft.lat is None)
    if unlocated:
        result.note("unlocated", unlocated)


def _is_taken(row: Row, draft: PointDraft, by: Actor, result: Result) -> bool:
    try:
        services.register_point(draft, by=by)
    except DomainError as error:
        result.reject(row.number, error, sheet=row.sheet)
        return False
    return True


def _draft(row: Row, units: people.UnitBook, locator: places.Locator, known: Set[int]) -> PointDraft:
    check_lengths(row, COLUMNS, CHARS_MAX)
    if not row.text("code") or not row.text("name"):
        raise ValueMissing(column=COLUMNS["name" if row.text("code") else "code"][0])
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
        region_code=int(region) if region is not None and region in known else None,
        territory_id=units.find(territory).pk if territory else None,
        department_id=units.find(department).pk if department else None,
    )
