"""Taking in the table of divisions."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from wenming.foundation.audit import services as audit
from wenming.foundation.places.enums import LEVEL_WORDS, RowResult
from wenming.foundation.places.errors import RegionTableNotRead, RegionTableTooLarge
from wenming.foundation.places.models import Region
from wenming.foundation.places.services.report import ImportReport, RowReport
from wenming.kernel.actors import Actor
from wenming.kernel.regions import RegionLevel, cut, level_of

COLUMNS: Final = ("code", "name", "level", "parent")
WRITE_ROWS: Final = 500
REGION_ROWS_MAX: Final = 50_000


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A row of the table, as it was read: text, nothing checked."""

    code: str
    name: str
    level: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class _Sound:
    number: int
    code: int
    name: str
    level: RegionLevel
    parent_code: int | None


def region_rows(text: str) -> list[RegionRow]:
    """The rows of a table of divisions as CSV with the columns code, name, level and parent. Raises RegionTableNotRead."""
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff"), newline=""))
    try:
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise RegionTableNotRead
        return [RegionRow(*((row[column] or "") for column in COLUMNS)) for row in reader]
    except csv.Error as error:
        raise RegionTableNotRead from error


def import_regions(rows: Iterable[RegionRow], *, edition: int, by: Actor) -> ImportReport:
    """The sound rows in, the others reported with a reason; repeating it changes nothing.

    A newer edition becomes the current one, and what was filed under an older stays there. A missing parent rejects
    what lies under it. Raises RegionTableTooLarge.
    """
    table = list(_bounded(rows))
    report = ImportReport(edition)
    with transaction.atomic():
        there = {region.code: region for region in Region.objects.filter(edition=edition)}
        sound = _sound(table, set(there), report)
        _write(sound, there, report, edition)
        is_newest = not Region.objects.filter(edition__gt=edition).exists()
        if is_newest:
            Region.objects.exclude(edition=edition).filter(is_current=True).update(is_current=False)
        Region.objects.filter(edition=edition).exclude(is_current=is_newest).update(is_current=is_newest)
        changed = report.count(RowResult.CREATED) + report.count(RowResult.UPDATED)
        if changed:
            counts = {result.value: report.count(result) for result in RowResult}
            audit.record(by=by, action="places.import_regions", kind="regions", key=edition, after=counts)
    report.rows.sort(key=lambda row: row.number)
    return report


def _bounded(rows: Iterable[RegionRow]) -> Iterable[RegionRow]:
    for number, row in enumerate(rows, start=1):
        if number > REGION_ROWS_MAX:
            raise RegionTableTooLarge(rows=REGION_ROWS_MAX)
        yield row


def _sound(table: Sequence[RegionRow], known: set[int], report: ImportReport) -> list[_Sound]:
    """Rows in order of depth, so that every parent is judged before its children."""
    read: list[_Sound] = []
    seen: dict[int, int] = {}
    for number, row in enumerate(table, start=1):
        checked = _check(number, row)
        if isinstance(checked, str):
            report.rows.append(RowReport(number, row.code, RowResult.REJECTED, checked))
        elif checked.code in seen:
            reason = _("与第 {number} 行编码重复").format(number=seen[checked.code])
            report.rows.append(RowReport(number, row.code, RowResult.REJECTED, reason))
        else:
            seen[checked.code] = number
            read.append(checked)
    top = min((row.level for row in read), default=RegionLevel.CITY)
    accepted, sound = set(known), []
    for each in sorted(read, key=lambda row: row.level):
        if each.level > top and each.parent_code not in accepted:
            reason = _("表里没有上级 {code}").format(code=each.parent_code)
            report.rows.append(RowReport(each.number, str(each.code), RowResult.REJECTED, reason))
        else:
            accepted.add(each.code)
            sound.append(each)
    return sound


def _check(number: int, row: RegionRow) -> _Sound | str:
    """The row, or what is wrong with it."""
    text, name = row.code.strip(), row.name.strip()
    if len(text) != 12 or not text.isascii() or not text.isdecimal() or text[0] == "0":
        return _("编码要 12 位数字")
    code = int(text)
    level, said = level_of(code), LEVEL_WORDS.get(row.level.strip())
    if said is None:
        return _("不认识的级别“{level}”").format(level=row.level.strip()[:20])
    if said is not level:
        return _("编码不是“{level}”的编码").format(level=row.level.strip())
    if not name or len(name) > 100:
        return _("名称要 1 至 100 个字")
    parent = cut(code, RegionLevel(level - 1)) if level > RegionLevel.PROVINCE else None
    if row.parent.strip() and row.parent.strip() != str(parent):
        return _("上级应是 {code}").format(code=parent)
    return _Sound(number, code, name, level, parent)


def _write(sound: Sequence[_Sound], there: Mapping[int, Region], report: ImportReport, edition: int) -> None:
    full_names = {code: region.full_name for code, region in there.items()}
    created, updated = [], []
    for row in sound:
        full_name = (full_names.get(row.parent_code or 0, "") + row.name)[:300]
        full_names[row.code] = full_name
        region = there.get(row.code)
        result = RowResult.UNCHANGED
        if region is None:
            result = RowResult.CREATED
            created.append(
                Region(
                    code=row.code,
                    edition=edition,
                    name=row.name,
                    level=row.level,
                    parent_code=row.parent_code,
                    full_name=full_name,
                )
            )
        elif (region.name, region.full_name) != (row.name, full_name):
            result = RowResult.UPDATED
            region.name, region.full_name = row.name, full_name
            updated.append(region)
        report.rows.append(RowReport(row.number, str(row.code), result))
    Region.objects.bulk_create(created, batch_size=WRITE_ROWS)
    Region.objects.bulk_update(updated, ["name", "full_name"], batch_size=WRITE_ROWS)
