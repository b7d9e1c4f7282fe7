"""What stands in each kind of paper, as plain data; the Word file only lays it out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.conf import settings as django_settings
from django.db.models import F, QuerySet

from wenming.kernel import clock
from wenming.kernel.documents import words as documents
from wenming.kernel.periods import Period
from wenming.outputs.papers import chasing, words
from wenming.outputs.papers.composing import rows as listing
from wenming.outputs.papers.composing.standing import NOBODY, Counts, Standing, row_of, standing, tables
from wenming.outputs.papers.enums import Kind, Urgency
from wenming.outputs.papers.models import Paper, PaperSettings
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.selectors import ProblemFilters

PROBLEMS_MAX: Final = 500
REQUEST: Final = "立行立改，报整改后同角度照片"
NOT_COUNTED: Final = "void"


@dataclass(frozen=True, slots=True)
class Composed:
    """`figures` is the manifest: every number that was counted, with where it comes from."""

    content: dict[str, Any]
    figures: list[Mapping[str, Any]] = field(default_factory=list)


def compose(paper: Paper, settings: PaperSettings, *, at: datetime) -> Composed:
    """Expects `unit` to be loaded. The number of statements depends on the kind alone.

    Raises NothingLeftToChase.
    """
    made = _COMPOSERS[Kind(paper.kind)](paper, settings, at)
    common = {
        "city": django_settings.CITY_NAME,
        "issuer": issuer_of(settings),
        "masthead": settings.masthead or f"{django_settings.CITY_NAME}文明城市创建督查通报",
        "contact": settings.contact,
        "phone": settings.phone,
        "title": paper.title,
        "unit": paper.unit.name if paper.unit is not None else "",
        "cc": paper.cc or words.DASH,
        "urgency": str(Urgency(paper.urgency).label),
        "due": documents.day(paper.due_on) if paper.due_on else words.DASH,
        "cutoff": words.moment(at),
    }
    return Composed({**common, **made.content}, made.figures)


def issuer_of(settings: PaperSettings) -> str:
    return settings.issuer or f"{django_settings.CITY_NAME}文明办"


def _in_order(rows: QuerySet[Problem]) -> list[dict[str, Any]]:
    return listing.values_of(rows.order_by("point__name", "address", "pk"))


def _order(paper: Paper, settings: PaperSettings, at: datetime) -> Composed:
    rows = _in_order(Problem.objects.filter(pk__in=paper.problem_ids))
    listed = listing.listed(rows, request=REQUEST)
    sites = len({listing.site_of(row) for row in rows})
    intro = paper.intro or (
        f"{_span_of(rows)}，{issuer_of(settings)}组织实地督查，在你单位责任范围内发现问题{len(rows)}个，"
        f"涉及点位{sites}处。请按时限完成整改，并将回执和反馈报送{issuer_of(settings)}。"
    )
    return Composed({"intro": intro, "problems": listed.lines, "photos": listed.photos}, [_listed_row(rows, at)])


def _reminder(paper: Paper, settings: PaperSettings, at: datetime) -> Composed:
    rows = _in_order(chasing.awaited_of(paper, at=at))
    if not rows:
        raise chasing.nothing_left(paper.problem_ids)
    lines = listing.listed(rows, request="").lines
    for line, row in zip(lines, rows, strict=True):
        line["overdue"] = _overdue(row, at)
    due = documents.day(paper.due_on) if paper.due_on else ""
    intro = paper.intro or (
        f"我办此前交你单位办理的下列{len(rows)}个问题，截至{words.day_of(at)}已超过整改时限仍未报整改。"
        f"请你单位抓紧办理{f'，于{due}前' if due else '，尽快'}报送整改情况；有困难的，请书面说明原因。"
    )
    content = {"intro": intro, "problems": lines, "left_out": len(paper.problem_ids) - len(rows)}
    return Composed(content, [_listed_row(rows, at)])


def _supervision(paper: Paper, settings: PaperSettings, at: datetime) -> Composed:
    made = _reminder(paper, settings, at)
    colour = f"{settings.overdue_colour}（超期）"
    return Composed({**made.content, "matter": made.content["problems"][0], "colour": colour}, made.figures)


def _list(paper: Paper, settings: PaperSettings, at: datetime) -> Composed:
    period = Period.parse(paper.period)
    now = standing(period, at=at)
    rows = _of_period(period)
    lines = listing.listed(rows, request="").lines
    content = {
        "period": words.period(period),
        "total": row_of(now.total, settings),
        "problems": lines,
        "left_out": max(now.total.found - len(lines), 0),
    }
    return Composed(content, list(now.figures))


def _circular(paper: Paper, settings: PaperSettings, at: datetime) -> Composed:
    period = Period.parse(paper.period)
    now, before = standing(period, at=at), standing(period.previous(), at=at)
    rows = _of_period(period)
    content = {
        "period": words.period(period),
        "overview": paper.intro or _overview(period, now, before, settings),
        "groups": tables(now, before, settings),
        "ranked_from": settings.ranked_from,
        "total": row_of(now.total, settings),
        "units": _by_unit(rows, now),
        "left_out": max(now.total.found - len(rows), 0),
        "progress": _progress(now, at, settings),
        "late_units": _late_units(now, rows),
        "next_steps": paper.next_steps or _next_steps(at, settings),
        "pairs": listing.pairs_of(rows),
    }
    return Composed(content, [*now.figures, *before.figures])


def _of_period(period: Period) -> list[dict[str, Any]]:
    found = problems.narrowed(Problem.objects.all(), ProblemFilters(period=period.label)).exclude(state=NOT_COUNTED)
    ordered = found.order_by(F("lead__code").asc(nulls_last=True), "point__name", "address", "pk")
    return listing.values_of(ordered[:PROBLEMS_MAX])


def _overview(period: Period, now: Standing, before: Standing, settings: PaperSettings) -> str:
    total = now.total
    text = (
        f"{words.period(period)}，全市共发现问题{total.found}个，已整改{total.rectified}个，"
        f"整改率{words.rate(total.rectified, total.found, settings.rate_decimals)}"
    )
    share, earlier = total.share, before.total.share
    if share is None or earlier is None:
        return f"{text}。"
    gap = share - earlier
    if gap == 0:
        return f"{text}，与上期持平。"
    points = words.rate(abs(gap.numerator), gap.denominator, settings.rate_decimals).removesuffix("%")
    return f"{text}，较上期{'上升' if gap > 0 else '下降'}{points}个百分点。"


def _progress(now: Standing, at: datetime, settings: PaperSettings) -> str:
    total = now.total
    return (
        f"截至{words.moment(at)}，本期问题已整改{total.rectified}个，整改中{total.rectifying}个，"
        f"未结案的有{total.late}个超过时限，整改率{words.rate(total.rectified, total.found, settings.rate_decimals)}；"
        f"退回返工{total.rework}个，整改后反复出现{total.recurred}个。"
    )


def _late_units(now: Standing, rows: Sequence[dict[str, Any]]) -> str:
    names = {row["lead_id"]: row["lead__name"] for row in rows}
    late = sorted(
        ((counts.late, names.get(unit) or "") for unit, counts in now.by_unit.items() if counts.late),
        key=lambda pair: (-pair[0], pair[1]),
    )
    named = [f"{name}{number}个" for number, name in late if name]
    return f"超过时限的分单位为：{'、'.join(named)}。" if named else "没有超过时限的问题。"


def _next_steps(at: datetime, settings: PaperSettings) -> str:
    return (
        f"请各责任单位对照问题清单逐项整改，在收到本通报{settings.reply_days}个工作日内报送整改情况和同角度照片，"
        "经核查合格后销号；排名靠后的单位要分析原因，拿出措施。"
    )


def _by_unit(rows: Sequence[dict[str, Any]], now: Standing) -> list[dict[str, Any]]:
    """The count of a heading is the figure's own: it holds also where not every problem is listed."""
    made = []
    for number, (unit, found) in enumerate(groupby(rows, key=lambda row: row["lead_id"]), start=1):
        own = list(found)
        name = own[0]["lead__name"] or NOBODY
        sites = [
            {"name": site, "problems": _numbered([row["title"] for row in there])}
            for site, there in groupby(own, key=listing.site_of)
        ]
        counted = now.by_unit.get(unit, Counts()).found
        made.append({"heading": f"（{documents.numeral(number)}）{name}（{counted}个）", "name": name, "sites": sites})
    return made


def _numbered(titles: Sequence[str]) -> list[str]:
    """One alone needs no number."""
    return list(titles) if len(titles) == 1 else [f"（{n}）{title}" for n, title in enumerate(titles, start=1)]


def _span_of(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "近期"
    first, last = (words.day_of(pick(row["found_at"] for row in rows)) for pick in (min, max))
    return first if first == last else f"{first}至{last}"


def _overdue(row: dict[str, Any], at: datetime) -> str:
    due = row["handle_due_at"]
    days = words.overdue_days(due, at) if due is not None else 0
    return f"{days}天" if days > 0 else words.DASH


def _listed_row(rows: Sequence[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {"key": "problems.listed", "as_of": clock.local(at).isoformat(), "numerator": len(rows)}


_COMPOSERS: Final[dict[Kind, Callable[[Paper, PaperSettings, datetime], Composed]]] = {
    Kind.ORDER: _order,
    Kind.REMINDER: _reminder,
    Kind.SUPERVISION: _supervision,
    Kind.LIST: _list,
    Kind.CIRCULAR: _circular,
}
