"""What the holder of a link sees: one problem, what was said about it, and what can be done now."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.foundation.files import access
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.ui import strangers, times
from wenming.kernel.ui.beside import beside
from wenming.kernel.ui.parts import Shot
from wenming.programmes.problems import flag_selectors, selectors
from wenming.programmes.problems.enums import Action, FlagPart, PendingRequest, PhotoMoment, State
from wenming.programmes.problems.flow import HANDLE
from wenming.programmes.problems.models import PhotoFlag, ProblemEvent, ProblemPhoto, ReplyLink
from wenming.programmes.problems.services.limits import house_limits
from wenming.programmes.problems.services.links import token_of
from wenming.programmes.problems.services.plans import EXTENSION_VALUE_MAX, PHOTOS_MAX, handle_limit
from wenming.programmes.problems.views import acts
from wenming.programmes.problems.views.flag_cards import words_of
from wenming.programmes.standards.enums import LimitUnit

NOTE_CHARS_MAX: Final = 500
VOICES_SHOWN: Final = 3
QUICK_NOTES: Final = {
    "cleaned": gettext_lazy("已清理"),
    "persuaded": gettext_lazy("已劝离"),
    "repaired": gettext_lazy("已修复"),
    "ordered": gettext_lazy("已报修"),
}
# What the office said last; the unit must read it before it answers.
NEWS: Final = {
    Action.RETURN: gettext_lazy("这件被退回，请重新整改"),
    Action.REMIND: gettext_lazy("催办"),
    Action.GRANT_EXTENSION: gettext_lazy("已同意延期"),
    Action.RESUME: gettext_lazy("挂账结束，请接着办理"),
    Action.REFUSE_EXTENSION: gettext_lazy("没有同意延期"),
    Action.REFUSE_HANDBACK: gettext_lazy("没有同意退单，仍由你单位办理"),
    Action.GRANT_EXEMPTION: gettext_lazy("已同意免责，不计入按期回复率"),
    Action.REFUSE_EXEMPTION: gettext_lazy("没有同意免责，超期照记"),
}
KIND_MESSAGES: Final = frozenset({Action.GRANT_EXTENSION, Action.GRANT_EXEMPTION})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and must not be lost when something is wrong."""

    note: str = ""
    quick: tuple[str, ...] = ()
    reason: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The strip on top: how much time is left, or what became of the answer."""

    title: str
    note: str
    tone: str
    icon: str


@dataclass(slots=True)
class Told:
    """What the history says, read once, newest first."""

    events: list[ProblemEvent]
    photos: list[ProblemPhoto] = field(default_factory=list)

    def last(self, *actions: Action) -> ProblemEvent | None:
        return next((event for event in self.events if event.action in actions), None)


def context_of(
    request: HttpRequest, link: ReplyLink, *, error: DomainError | None = None, typed: Typed | None = None
) -> dict[str, Any]:
    """For every page of the link; a new idempotency key each time, because a refusal is remembered by its key."""
    problem, typed = link.problem, typed or Typed()
    told = Told(selectors.timeline(problem), selectors.photos_of(problem))
    answered = told.last(Action.REPORT_BACK)
    urls = _urls(request, link)
    asked = asked_of(link)
    return strangers.NO_COOKIE | {
        "link": link,
        "problem": problem,
        "phase": phase_of(link),
        "band": band_of(link, answered),
        "before": _shots(told.photos, PhotoMoment.BEFORE),
        "after": _shots(told.photos, PhotoMoment.AFTER, only=answered.evidence.get("photos", ()) if answered else ()),
        "answered": answered,
        "news": _news(told),
        "pending": told.last(Action.ASK_EXTENSION, Action.ASK_HANDBACK) if problem.pending_request else None,
        "appeal": told.last(Action.ASK_EXEMPTION) if problem.exemption_asked_at else None,
        "can_appeal": can_ask(link, Action.ASK_EXEMPTION),
        "voices": [event for event in told.events if event.action == Action.CONTEST][:VOICES_SHOWN],
        "can_sign": problem.state == State.DISPATCHED and not problem.pending_request,
        "unit_label": extension_unit(link).label,
        "value_max": EXTENSION_VALUE_MAX,
        "photos_max": PHOTOS_MAX,
        "note_max": NOTE_CHARS_MAX,
        "quick_notes": [(key, label, key in typed.quick) for key, label in QUICK_NOTES.items()],
        "typed": typed,
        "asked": asked,
        "asked_words": list(dict.fromkeys(words_of(flag) for flag in asked)),
        "explained": _explained(asked),
        "error": error,
        "key": secrets.token_urlsafe(18),
        "draft": f"reply-{link.pk}-{problem.rework_count}",
        "urls": urls,
        "beside": beside("problems.link", request, link),
        "languages": strangers.languages(request),
    }


def phase_of(link: ReplyLink) -> str:
    """answer: it is the unit's turn; waiting: for an answer to its request; asked: by residents; answered, passed, or
    none of its business."""
    problem = link.problem
    if problem.lead_id == link.unit_id:
        if problem.state in (State.DISPATCHED, State.HANDLING):
            return "waiting" if problem.pending_request else "answer"
        if problem.state == State.REPORTED_BACK:
            return "answered"
        if problem.state == State.REVIEWED:
            return "passed"
        if problem.contested_at is not None:
            return "asked"
    return "nothing"


def can_ask(link: ReplyLink, action: Action) -> bool:
    """Whether the unit may ask the office for this now: for exemption also after it has answered."""
    phase = phase_of(link)
    if action == Action.ASK_EXEMPTION:
        return phase != "nothing" and acts.is_open_to(action, link.problem)
    return phase == "answer"


def asked_of(link: ReplyLink) -> list[PhotoFlag]:
    """What the unit may explain about the photos of its answer; no statement unless that waits for its review."""
    if phase_of(link) != "answered":
        return []
    rows = flag_selectors.unsettled().filter(problem=link.problem).order_by("pk")
    return list(rows[: flag_selectors.FLAGS_MAX])


def _explained(asked: Sequence[PhotoFlag]) -> list[str]:
    """What the unit has said to it so far."""
    answers = flag_selectors.answers_to(asked)
    told = [answer.text for each in answers.values() for answer in each if answer.part == FlagPart.TOLD]
    return list(dict.fromkeys(told))


def band_of(link: ReplyLink, answered: ProblemEvent | None) -> Band:
    problem, now, phase = link.problem, clock.now(), phase_of(link)
    if phase == "answered" and answered is not None:
        at = times.when(answered.happened_at, now)
        return Band(_("已报整改，等待审核"), _("{time} 提交").format(time=at), "done", "done")
    if phase == "passed":
        at = times.when(problem.reviewed_at or now, now)
        return Band(_("审核已通过"), _("{time} 通过，不用再做什么").format(time=at), "done", "done")
    if phase == "asked":
        at = times.when(problem.contested_at or now, now)
        return Band(_("居民说没有真正解决"), _("{time} 反映，请答复").format(time=at), "near", "help")
    if phase == "nothing":
        return Band(_("现在不用办理"), str(State(problem.state).label), "done", "info")
    if phase == "waiting":
        label = PendingRequest(problem.pending_request).label
        return Band(_("{request}，等待答复").format(request=label), _due_note(link), "near", "hourglass")
    return _deadline_band(link)


def _deadline_band(link: ReplyLink) -> Band:
    if link.problem.handle_due_at is None:
        return Band(_("没有期限"), _("请尽快回复"), "", "clock")
    left = times.left(link.problem.handle_due_at, clock.now())
    return Band(left.text, _due_note(link), left.tone, "late" if left.tone == "late" else "clock")


def _due_note(link: ReplyLink) -> str:
    due = link.problem.handle_due_at
    if due is None:
        return ""
    text = _("{time} 前回复").format(time=times.when(due, clock.now()))
    return _("{text}（暂定）").format(text=text) if link.problem.due_is_provisional else text


def extension_unit(link: ReplyLink) -> LimitUnit:
    """The unit in which an extension of this problem counts."""
    clocks = link.problem.clocks.filter(stage=HANDLE, stopped_at__isnull=True, limit_value__isnull=False)
    running = clocks.values_list("limit_unit", flat=True).last()
    return LimitUnit(running or handle_limit(link.problem, house_limits()).unit.value)


def _news(told: Told) -> dict[str, Any] | None:
    """The office's last word, as long as the unit has not answered since."""
    last = told.last(*NEWS, Action.REPORT_BACK, Action.DISPATCH, Action.REDISPATCH)
    if last is None or last.action not in NEWS:
        return None
    action = Action(last.action)
    return {"title": NEWS[action], "event": last, "tone": "done" if action in KIND_MESSAGES else "late"}


def _shots(photos: list[ProblemPhoto], moment: PhotoMoment, only: Any = None) -> list[Shot]:
    label = str(moment.label)
    chosen = [
        photo.file for photo in photos if photo.moment == moment and (only is None or str(photo.file.public_id) in only)
    ]
    return [
        Shot(
            url=access.signed_url(file),
            thumb_url=access.signed_url(file, size="thumb"),
            alt=_("{label}照片 {n}").format(label=label, n=number),
            label=label,
        )
        for number, file in enumerate(chosen, start=1)
    ]


def page_url(request: HttpRequest, link: ReplyLink, name: str = "reply") -> str:
    return reverse(f"links:{name}", args=[token_of(link)]) + strangers.tail_of(request)


def _urls(request: HttpRequest, link: ReplyLink) -> dict[str, str]:
    names = ["reply", "answer", "sign", "extension", "handback", "exemption", "explain", "residents"]
    if link.problem.lat is not None and link.problem.lon is not None:
        names.append("map")
    return {name: page_url(request, link, name) for name in names}
