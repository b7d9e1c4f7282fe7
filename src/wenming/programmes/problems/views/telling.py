"""The story of a problem as its page tells it: photos, what happened, how the time was used."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from wenming.engines.loop.clocks import limit_of
from wenming.foundation.files import access
from wenming.kernel import clock
from wenming.kernel.actors import ActorKind
from wenming.kernel.calendar import LimitUnit, unit_span
from wenming.kernel.ui import times
from wenming.kernel.ui.parts import Event, Shot, Step
from wenming.programmes.problems.enums import Action, PhotoMoment
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem, ProblemClock, ProblemEvent, ProblemPhoto
from wenming.programmes.problems.views.acts import ANSWERED_BY, ICONS
from wenming.programmes.standards import enums as standards

DAY_UNITS: Final = (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)
SECOND_US: Final = 1_000_000


def shots(photos: Iterable[ProblemPhoto]) -> list[Shot]:
    return [
        Shot(
            url=access.published_url(photo.file),
            alt=_("{moment}的照片").format(moment=photo.get_moment_display()),
            thumb_url=access.published_url(photo.file, size="thumb"),
            label=photo.get_moment_display(),
            taken_at=photo.file.taken_at or photo.added_at,
        )
        for photo in photos
    ]


def pair(
    photos: Sequence[ProblemPhoto], events: Sequence[ProblemEvent]
) -> tuple[ProblemPhoto | None, ProblemPhoto | None, list[ProblemPhoto]]:
    """The first photo before, the first of the last answer after, and all others."""
    before = next((photo for photo in photos if photo.moment == PhotoMoment.BEFORE), None)
    after_all = [photo for photo in photos if photo.moment == PhotoMoment.AFTER]
    answer = next((event for event in events if event.action in ANSWERED_BY), None)
    named = set(answer.evidence.get("photos", ())) if answer is not None else set()
    last = [photo for photo in after_all if str(photo.file.public_id) in named] or after_all[-1:]
    after = last[0] if last else None
    return before, after, [photo for photo in photos if photo not in (before, after)]


def unit_ids(problem: Problem, events: Iterable[ProblemEvent]) -> set[int]:
    """All units that the story names."""
    found = {event.unit_id for event in events}
    for event in events:
        found |= {event.evidence.get("lead"), *event.evidence.get("helpers", ())}
    return {pk for pk in found if isinstance(pk, int)}


def story(events: Sequence[ProblemEvent], clocks: Sequence[ProblemClock], names: dict[int, str]) -> list[Event]:
    """Newest first; where a stage ran out of time, a line says so."""
    told = [_line(event, names) for event in events]
    told += [_breach(each, due_at) for each in clocks if (due_at := _breached_at(each, events)) is not None]
    return sorted(told, key=lambda line: line.at, reverse=True)


def _line(event: ProblemEvent, names: dict[int, str]) -> Event:
    action = Action(event.action)
    return Event(
        icon=ICONS[action],
        title=action.label,
        at=event.happened_at,
        who=_who(event, names),
        reason=event.reason,
        note=_note(event, names),
    )


def _who(event: ProblemEvent, names: dict[int, str]) -> str:
    unit = names.get(event.unit_id or 0, "")
    if event.actor_kind == ActorKind.LINK:
        return _("{unit}（通过链接）").format(unit=unit)
    words = {ActorKind.IMPORT: _("导入"), ActorKind.SYSTEM: _("系统"), ActorKind.RESIDENT: _("居民")}
    return unit or words.get(ActorKind(event.actor_kind), "")


def _note(event: ProblemEvent, names: dict[int, str]) -> str:
    evidence, parts = event.evidence, []
    if evidence.get("note"):
        parts.append(f"“{evidence['note']}”")
    if evidence.get("photos"):
        parts.append(_("附照片 {n} 张").format(n=len(evidence["photos"])))
    if evidence.get("lead"):
        parts.append(_("牵头：{unit}").format(unit=names.get(evidence["lead"], "")))
    helpers = [names[pk] for pk in evidence.get("helpers", ()) if pk in names]
    if helpers:
        parts.append(_("配合：{units}").format(units=_("、").join(helpers)))
    if evidence.get("value"):
        parts.append(_("延长 {n}").format(n=evidence["value"]))
    if evidence.get("part"):
        parts.append(_("拆出：{title}").format(title=evidence["part"]))
    return "；".join(parts)


def is_breached(each: ProblemClock) -> bool:
    return each.due_at is not None and (each.stopped_at or clock.now()) > each.due_at


def _breached_at(each: ProblemClock, events: Sequence[ProblemEvent]) -> datetime | None:
    """The deadline that was missed. A paused clock has none; the history still says which it was."""
    if is_breached(each):
        return each.due_at
    if each.paused_at is None or not each.is_breached:
        return None
    told = (row[4] for event in events for row in event.clocks if row[1] == each.stage and row[4] is not None)
    return next((clock.from_us(due_us) for due_us in told), None)


def _breach(each: ProblemClock, due_at: datetime) -> Event:
    stage = FLOW.stages[each.stage]
    return Event(
        icon="late",
        title=_("{stage}超期").format(stage=stage),
        at=due_at,
        note=_("{stage}时限 {limit}").format(stage=stage, limit=limit_words(each)) if each.limit_value else "",
        tone="late",
    )


def limit_words(each: ProblemClock) -> str:
    """12 个工作时, or nothing for a clock without a limit."""
    limit = limit_of(each)
    if limit is None:
        return ""
    return _("{n} 个{unit}").format(n=limit.value, unit=standards.LimitUnit(limit.unit).label)


def steps(clocks: Sequence[ProblemClock], *, is_over: bool) -> list[Step]:
    """One step a stage with the latest of its clocks."""
    latest = {each.stage: each for each in clocks}
    now = clock.now()
    found = []
    for stage, label in FLOW.stages.items():
        each = latest.get(stage)
        if each is None:
            found.append(Step(label, "", "todo"))
        elif each.stopped_at is None and not is_over:
            left = times.left(each.due_at, now) if each.due_at is not None else None
            late = left is not None and left.tone == "late"
            words = left.text if left else (_("停走") if each.paused_at is not None else _("不限时"))
            found.append(Step(label, words, "late" if late or each.is_breached else "now"))
        else:
            found.append(Step(label, used_words(each), "late" if is_breached(each) else "done"))
    return found


def used_words(each: ProblemClock) -> str:
    """What a stopped clock used, in its own unit."""
    unit = LimitUnit(each.limit_unit) if each.limit_unit else LimitUnit.URGENT_HOUR
    if unit in DAY_UNITS:
        days = max(0, round(each.used_us / SECOND_US / unit_span(unit).total_seconds()))
        return _("当天") if days == 0 else _("{n} 天").format(n=days)
    return times.span(max(0, each.used_us // SECOND_US))


def running(clocks: Sequence[ProblemClock]) -> ProblemClock | None:
    return next((each for each in reversed(clocks) if each.stopped_at is None), None)


def counted(problem: Problem) -> str:
    """How often it was returned, extended and suspended; empty where it never was."""
    told = (
        (problem.rework_count, _("返工 {n} 次")),
        (problem.extension_count, _("延期 {n} 次")),
        (problem.suspension_count, _("挂账 {n} 次")),
    )
    return _("，").join(words.format(n=n) for n, words in told if n)


def since(events: Sequence[ProblemEvent], version: int | None) -> Sequence[ProblemEvent]:
    """What happened after the version that somebody saw; nothing when no version is known."""
    return [] if version is None else [event for event in events if event.version > version]
