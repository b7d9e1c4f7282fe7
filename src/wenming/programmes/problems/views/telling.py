"""The story of a problem as its page tells it: photos, what happened, how the time was used."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from wenming.engines.loop.clocks import limit_of
from wenming.engines.loop.telling import is_breached, who
from wenming.foundation.files import access
from wenming.kernel import clock
from wenming.kernel.ui.parts import Event, Shot
from wenming.programmes.problems.enums import Action, PhotoMoment
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem, ProblemClock, ProblemEvent, ProblemPhoto
from wenming.programmes.problems.views.acts import ANSWERED_BY, ICONS
from wenming.programmes.standards import enums as standards


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
        who=who(event, names),
        reason=event.reason,
        note=_note(event, names),
    )


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


def running(clocks: Sequence[ProblemClock]) -> ProblemClock | None:
    return next((each for each in reversed(clocks) if each.stopped_at is None), None)


def counted(problem: Problem) -> str:
    """How often it was returned, extended and suspended; empty where it never was."""
    told = (
        (problem.rework_count, _("返工 {n} 次")),
        (problem.extension_count, _("延期 {n} 次")),
        (problem.suspension_count, _("挂账 {n} 次")),
        (problem.confirm_count, _("居民说已解决 {n} 次")),
        (problem.contest_count, _("居民说没解决 {n} 次")),
    )
    return _("，").join(words.format(n=n) for n, words in told if n)


def since(events: Sequence[ProblemEvent], version: int | None) -> Sequence[ProblemEvent]:
    """What happened after the version that somebody saw; nothing when no version is known."""
    return [] if version is None else [event for event in events if event.version > version]
