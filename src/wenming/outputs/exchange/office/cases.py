"""Ledgers of problems (问题台账) as counties and hotlines keep them."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.files.services import PhotoDraft
from wenming.foundation.people import selectors as people
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.errors import UnknownUnit
from wenming.foundation.people.models import Unit
from wenming.foundation.places import selectors as places
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError, Invalid
from wenming.kernel.regions import RegionLevel, cut
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office import histories
from wenming.outputs.exchange.office.histories import Told
from wenming.outputs.exchange.office.sheets import Row, read_rows
from wenming.outputs.exchange.results import Result
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Channel, Lead
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.services import ProblemDraft, Step
from wenming.programmes.standards import selectors as standards
from wenming.programmes.standards.models import ProblemType

SOURCE: Final = "ledger"
BATCH_ROWS: Final = 500
TITLE_CHARS: Final = 40

COLUMNS: Final = {
    "id": ("编号", "案件编号", "问题编号", "工单号"),
    "found": ("发现时间", "发现日期", "来电时间"),
    "channel": ("发现渠道", "来源", "问题来源"),
    "point": ("点位编号", "点位代码", "点位号"),
    "address": ("地点", "位置描述", "详细地址", "诉求地址"),
    "kind": ("问题类别", "问题类型", "类别", "诉求类别"),
    "description": ("问题描述", "情况描述", "问题内容", "诉求内容"),
    "criterion": ("对应指标", "指标", "测评指标"),
    "lon": ("经度", "东经", "X坐标（经度）"),
    "lat": ("纬度", "北纬", "Y坐标（纬度）"),
    "lonlat": ("经纬度",),
    "territory": ("属地", "属地乡镇（街道）", "所属乡镇"),
    "department": ("主管部门", "责任部门", "主管单位", "承办部门"),
    "lead": ("牵头单位", "牵头", "牵头单位（属地/主管）"),
    "assigned": ("交办时间", "派发时间", "转办时间"),
    "due": ("整改时限", "办结时限", "整改期限", "办理时限"),
    "signed": ("签收时间", "签收", "接单时间"),
    "reported": ("反馈时间", "回复时间", "办结反馈时间"),
    "note": ("反馈说明", "回复内容", "整改情况", "办理结果"),
    "reviewed": ("审核时间", "核查时间", "回访审核时间"),
    "verdict": ("审核结果", "核查结论"),
    "returns": ("退回次数", "返工次数"),
    "returned": ("退回时间", "返工时间"),
    "extension": ("延期", "是否延期"),
    "closed": ("结案时间", "销号时间"),
    "state": ("状态", "办理状态", "当前状态", "工单状态"),
    "void_reason": ("作废原因", "作废说明"),
    "before": ("整改前照片", "前照片", "照片（整改前）"),
    "after": ("整改后照片", "后照片", "照片（整改后）"),
    "extension_reason": ("申请延期理由",),
    "handback_reason": ("申请退单理由",),
}
REQUIRED: Final = ("id", "found", "state")
CHANNELS: Final = {
    "督查员巡查": Channel.INSPECTOR,
    "居民上报": Channel.RESIDENT,
    "单位自查": Channel.SELF_CHECK,
    "测评反馈": Channel.ASSESSMENT,
    "市民热线": Channel.HOTLINE,
    "县区巡查": Channel.DESK,
}
_CODE: Final = re.compile(r"\d{4}[A-Z]?")
_EMPTY_BRACKETS: Final = re.compile(r"（\s*）|\(\s*\)")


class FoundMissing(Invalid):
    code = "exchange.found_missing"
    message = _("没有发现时间。请补上这一行的发现时间。")


@dataclass(frozen=True, slots=True)
class Case:
    """One row made out: what would be filed, and what it says happened."""

    row: Row
    key: str
    digest: str
    told: Told
    draft: ProblemDraft
    folder: Path


class Books:
    """Everything that rows refer to, read once for a file."""

    def __init__(self) -> None:
        self.units = people.UnitBook()
        self.points = places.PointBook()
        self.types = standards.TypeBook()
        self.criteria = standards.criteria_by_code()
        self.locator = places.locator()
        counties = Unit.objects.filter(kind=UnitKind.COUNTY_OFFICE).values_list("region_code", "pk")
        self.offices = {code: pk for code, pk in counties if code is not None}
        self.counties = tuple(
            sorted({unit.name.removesuffix("文明办") for unit in _county_units()}, key=len, reverse=True)
        )

    def territory(self, text: str) -> Unit | None:
        """A town as sheets write it: its name now or earlier, also with its county before it. Raises UnknownUnit."""
        if not text:
            return None
        try:
            return self.units.find(text)
        except UnknownUnit:
            for county in self.counties:
                if text.startswith(county) and len(text) > len(county):
                    return self.units.find(text.removeprefix(county))
            raise


def _county_units() -> Iterable[Unit]:
    return Unit.objects.filter(kind=UnitKind.COUNTY_OFFICE)


def take_problems(source: Source) -> Result:
    """Files what is new with its whole history, carries on what is known and has moved since, and leaves the rest.

    Rows about one number are one problem: the row that knows the latest time wins, of equals the first.
    """
    result = Result()
    books = Books()
    batch: list[Case] = []
    for row in read_rows(source.path, COLUMNS, required=REQUIRED, layout=source.layout):
        result.read += 1
        try:
            batch.append(_case(row, books, source))
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
        if len(batch) >= BATCH_ROWS:
            _take(batch, source, result)
            batch = []
    _take(batch, source, result)
    return result


def _case(row: Row, books: Books, source: Source) -> Case:
    key = "".join(row.text("id").split())
    found = row.moment("found")
    if found is None:
        raise FoundMissing(fields={"found": FoundMissing.message})
    territory = books.territory(row.text("territory"))
    department = books.units.find(row.text("department")) if row.text("department") else None
    lead_side = Lead.DEPARTMENT if "主管" in row.text("lead") else Lead.TERRITORY
    region = territory.region_code if territory is not None else None
    told = histories.told_of(
        row,
        territory_id=territory.pk if territory else None,
        department_id=department.pk if department else None,
        lead_side=lead_side,
        office_id=books.offices.get(cut(region, RegionLevel.COUNTY)) if region else None,
        photos=(),
        photo_names=tuple(name for name in [row.text("after")] if name),
    )
    histories.check(told)
    lat, lon = _position(row, books)
    description = row.text("description")
    kind = _kind(row.text("kind"), books)
    draft = ProblemDraft(
        title=_title(description, row, kind),
        channel=CHANNELS.get(row.text("channel"), Channel.IMPORT),
        found_at=found,
        description=description,
        type=kind,
        type_name=row.text("kind"),
        criterion=books.criteria.get(row.text("criterion")),
        point=books.points.find(row.text("point")) if row.text("point") else None,
        region_code=region,
        address=row.text("address"),
        lat=lat,
        lon=lon,
        territory_id=told.territory_id,
        department_id=told.department_id,
        lead_side=lead_side,
        source=SOURCE,
        source_key=key,
    )
    return Case(row, key, _digest(row), told, draft, source.path.parent)


def _title(description: str, row: Row, kind: ProblemType | None) -> str:
    """What is wrong, shortly: the description's own first words behind the place, else the type."""
    text = description.removeprefix(row.text("address")).strip("，,：:；; ")
    first = re.split(r"[，。；;]", text, maxsplit=1)[0].strip() if text else ""
    return (first or (kind.name if kind else "") or row.text("address") or row.text("id"))[:TITLE_CHARS]


def _kind(text: str, books: Books) -> ProblemType | None:
    """A type as sheets write it, with its number before, behind or in brackets; None for one that nobody knows.

    Components and events share numbers, so the name decides where a number alone does not.
    """
    number = _CODE.search(text)
    name = _EMPTY_BRACKETS.sub("", _CODE.sub("", text)).strip(" -")
    is_event = name.startswith("事件")
    name = name.removeprefix("事件").removeprefix("部件").strip(" -")
    for attempt in (name, f"事件{number.group()}" if number and is_event else "", number.group() if number else ""):
        if attempt:
            try:
                return books.types.find(attempt)
            except DomainError:
                continue
    return None


def _position(row: Row, books: Books) -> tuple[float | None, float | None]:
    """WGS-84; a pair that was written the other way round is turned; what lies outside the city is no position."""
    lon, lat = row.number_at("lon"), row.number_at("lat")
    if row.text("lonlat"):
        first, _comma, second = row.text("lonlat").replace("，", ",").partition(",")
        try:
            lon, lat = float(first), float(second)
        except ValueError:
            lon = lat = None
    if lat is None or lon is None:
        return None, None
    for pair in ((lat, lon), (lon, lat)):
        if books.locator.is_plausible(*pair) and books.locator.locate(*pair) is not None:
            return pair
    return None, None


def _digest(row: Row) -> str:
    cells = {name: row.text(name) for name in sorted(row.cells)}
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def _take(batch: Sequence[Case], source: Source, result: Result) -> None:
    chosen = _winners(batch, result)
    known = problems.by_source_keys(SOURCE, [case.key for case in chosen])
    new = [case for case in chosen if case.key not in known]
    with source.batch():
        with transaction.atomic():
            _file(new, source.by, result)
        _advance([(known[case.key], case) for case in chosen if case.key in known], source.by, result)
    source.progress(len(batch))


def _winners(batch: Sequence[Case], result: Result) -> list[Case]:
    """One row for each number; the others are counted as unchanged."""
    best: dict[str, Case] = {}
    for case in batch:
        held = best.get(case.key)
        if held is None or case.told.latest > held.told.latest:
            best[case.key] = case
    result.unchanged += len(batch) - len(best)
    return list(best.values())


def _file(cases: Sequence[Case], by: Actor, result: Result) -> None:
    if not cases:
        return
    drafts = _with_photos(cases, by, result)
    try:
        with transaction.atomic():
            made = services.file_problems(drafts, by=by)
        result.created += len(cases)
        _note_unlocated(made, result)
    except DomainError:
        # Somebody in the batch is refused: one by one, so that only that row is.
        for case, draft in zip(cases, drafts, strict=True):
            try:
                made = services.file_problems([draft], by=by)
                result.created += 1
                _note_unlocated(made, result)
            except DomainError as error:
                result.reject(case.row.number, error, sheet=case.row.sheet)


def _note_unlocated(made: Sequence[Problem], result: Result) -> None:
    unlocated = sum(problem.is_unlocated for problem in made)
    if unlocated:
        result.note("unlocated", unlocated)


def _with_photos(cases: Sequence[Case], by: Actor, result: Result) -> list[ProblemDraft]:
    """The drafts with their histories and those of their photos that lie beside the ledger."""
    stored, limits = _photos(cases, by, result), services.house_limits()
    made = []
    for case in cases:
        before, after = stored.get(case.row.text("before")), stored.get(case.row.text("after"))
        told = case.told
        if after is not None:
            told = replace(told, photos=(after.pk,), photo_names=(str(after.public_id),))
        made.append(
            replace(
                case.draft,
                photo_ids=(before.pk,) if before is not None else (),
                history=histories.steps(told, limits),
                source_hash=case.digest,
            )
        )
    return made


def _photos(cases: Sequence[Case], by: Actor, result: Result) -> dict[str, StoredFile]:
    """The photos that rows name and that lie in the folder `photos` beside the ledgers', by name.

    A photo that cannot be read is counted and left out: it is no reason to refuse the case.
    """
    names = {name for case in cases for name in (case.row.text("before"), case.row.text("after")) if name}
    folder = cases[0].folder.parent / "photos" if cases else None
    if folder is None or not folder.is_dir():
        return {}
    lying = {path.name: path for path in folder.iterdir() if path.is_file()} if names else {}
    drafts = [PhotoDraft(data=lying[name].read_bytes(), name=name) for name in sorted(names & lying.keys())]
    try:
        stored = files.receive_photos(drafts, by=by) if drafts else []
        return {draft.name: file for draft, file in zip(drafts, stored, strict=True)}
    except DomainError:
        return dict(_one_by_one(drafts, by, result))


def _one_by_one(drafts: Sequence[PhotoDraft], by: Actor, result: Result) -> Iterator[tuple[str, StoredFile]]:
    for draft in drafts:
        try:
            yield draft.name, files.receive_photos([draft], by=by)[0]
        except DomainError:
            result.note("photos_refused")


def _advance(pairs: Sequence[tuple[Problem, Case]], by: Actor, result: Result) -> None:
    """Carries on those whose row knows something later than we do."""
    moved = [(p, c) for p, c in pairs if c.told.latest > p.last_happened_at and c.digest != p.source_hash]
    result.unchanged += len(pairs) - len(moved)
    done = _done_steps([problem.pk for problem, _case in moved])
    drafts = _with_photos([case for _problem, case in moved], by, result)
    for (problem, case), draft in zip(moved, drafts, strict=True):
        try:
            steps = _remaining(draft.history, done[problem.pk])
            services.advance_problems([(problem, steps)], by=by)
        except DomainError as error:
            result.reject(case.row.number, error, sheet=case.row.sheet)
        else:
            result.updated += 1


def _done_steps(problem_ids: Sequence[int]) -> dict[int, list[str]]:
    """The actions that each problem has been through, in order."""
    done: dict[int, list[str]] = defaultdict(list)
    events = ProblemEvent.objects.filter(item_id__in=problem_ids).order_by("item_id", "seq")
    for problem_id, action in events.values_list("item_id", "action"):
        done[problem_id].append(action)
    return done


def _remaining(history: Sequence[Step], done: Sequence[str]) -> list[Step]:
    """The steps behind those that both tell alike; a ledger that tells another beginning is refused by the flow."""
    after_filing = done[1:]
    alike = 0
    for step, action in zip(history, after_filing, strict=False):
        if step.action.value != action:
            break
        alike += 1
    return list(history[alike:])
