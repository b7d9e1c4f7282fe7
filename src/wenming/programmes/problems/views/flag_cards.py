"""What is asked about the photos of one problem, as its pages show it: the measure, the other picture, the answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from wenming.foundation.files import access
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel.ui import times
from wenming.kernel.ui.parts import Shot
from wenming.programmes.problems import flag_selectors
from wenming.programmes.problems.enums import FlagKind, FlagPart, State, Verdict
from wenming.programmes.problems.flag_forms import FlagForm, form_of
from wenming.programmes.problems.models import PERMILLE, PhotoFlag, PhotoFlagAnswer, Problem, ProblemPhoto
from wenming.programmes.problems.services.flags import metres_between

MINUTE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    text: str
    who: str
    answer: PhotoFlagAnswer


@dataclass(frozen=True, slots=True)
class Card:
    """One photo: what was measured, the other picture where there is one, what was answered so far."""

    photo: Shot
    other: Shot | None
    other_code: str
    other_url: str
    lines: Sequence[str]
    answers: Sequence[Answer]
    is_settled: bool


@dataclass(slots=True)
class Flags:
    """`part` is what this person can write now, to the flags `flag_ids`; None where it is nobody's turn or another's."""

    cards: list[Card] = field(default_factory=list)
    open_count: int = 0
    part: FlagPart | None = None
    flag_ids: list[int] = field(default_factory=list)
    form: FlagForm | None = None
    waits_for_another: bool = False
    is_compared: bool = True


def flags_on(acting: Acting, problem: Problem, *, failed: FlagForm | None = None) -> Flags:
    """Two statements: the flags, and their answers or whether the photos were compared at all."""
    flags = flag_selectors.flags_of(problem)
    is_waiting = problem.state == State.REPORTED_BACK
    if not flags:
        return Flags(is_compared=not is_waiting or flag_selectors.is_compared(problem))
    answers = flag_selectors.answers_to(flags)
    unsettled = [flag for flag in flags if not _is_settled(answers[flag.pk])] if is_waiting else []
    found = Flags(cards=_cards(acting, problem, flags, answers), open_count=len(unsettled))
    _offer(found, acting, problem, unsettled, answers)
    if found.part is not None:
        found.form = failed if failed is not None and failed.part == found.part else form_of(found.part)
    return found


def _offer(
    found: Flags,
    acting: Acting,
    problem: Problem,
    unsettled: Sequence[PhotoFlag],
    answers: dict[int, list[PhotoFlagAnswer]],
) -> None:
    reasons = {flag.pk: flag_selectors.reason_to_look_at(answers[flag.pk]) for flag in unsettled}
    if permissions.can(acting, "problems.answer_flags", problem) and problem.lead_id != acting.unit_id:
        unwritten = [pk for pk, reason in reasons.items() if reason is None]
        mine = acting.actor.id
        others = [pk for pk, reason in reasons.items() if reason is not None and reason.actor_id != mine]
        found.flag_ids = unwritten or others
        found.part = FlagPart.REASON if unwritten else FlagPart.LOOK if others else None
        found.waits_for_another = bool(unsettled) and found.part is None
    elif unsettled and permissions.can(acting, "problems.explain_photos", problem):
        found.part, found.flag_ids = FlagPart.TOLD, list(reasons)


def _is_settled(answers: Sequence[PhotoFlagAnswer]) -> bool:
    return any(answer.verdict == Verdict.ACCEPTED for answer in answers)


def _cards(
    acting: Acting, problem: Problem, flags: Sequence[PhotoFlag], answers: dict[int, list[PhotoFlagAnswer]]
) -> list[Card]:
    by_photo: dict[int, list[PhotoFlag]] = {}
    for flag in flags:
        by_photo.setdefault(flag.photo_id, []).append(flag)
    return [_card(acting, problem, mine, answers) for mine in by_photo.values()]


def _card(
    acting: Acting, problem: Problem, flags: Sequence[PhotoFlag], answers: dict[int, list[PhotoFlagAnswer]]
) -> Card:
    likeness = next((flag for flag in flags if flag.other is not None), None)
    other = likeness.other if likeness is not None else None
    is_own = other is not None and other.problem_id == problem.pk
    sees = other is not None and acting.scope.covers(other.problem)
    may_compare = permissions.can(acting, "problems.answer_flags", problem)
    # One answer is written to all flags at once: it is told once.
    told = {(a.part, a.actor_id, a.text, a.verdict): a for flag in flags for a in answers[flag.pk]}
    return Card(
        photo=_shot(flags[0].photo, _("这张照片")),
        other=_other_shot(other, is_own=is_own, sees=sees) if other is not None and (sees or may_compare) else None,
        other_code=other.problem.code if other is not None and sees and not is_own else "",
        other_url=reverse("problems:detail", args=[other.problem.public_id]) if other is not None and sees else "",
        lines=[words_of(flag) for flag in flags] + _apart(problem, other, is_own=is_own),
        answers=[_answer(each) for each in told.values()],
        is_settled=all(_is_settled(answers[flag.pk]) for flag in flags),
    )


def words_of(flag: PhotoFlag) -> str:
    """What was measured, and nothing of anybody."""
    if flag.kind == FlagKind.TIME:
        return _("拍摄时间在派遣之前 {span}").format(span=times.span((flag.minutes or 0) * MINUTE_SECONDS))
    if flag.kind == FlagKind.PLACE:
        return _("拍摄位置离这一处约 {metres} 米").format(metres=f"{flag.metres or 0:,}")
    percent = (flag.likeness_permille or 0) * 100 // PERMILLE
    if flag.kind == FlagKind.BEFORE:
        return _("与这一件整改前的照片相似（{percent}%）").format(percent=percent)
    return _("与一张较早的照片相似（{percent}%）").format(percent=percent)


def _apart(problem: Problem, other: ProblemPhoto | None, *, is_own: bool) -> list[str]:
    """How far the place of the other picture lies, where both are known."""
    if other is None or is_own:
        return []
    here, there = problem, other.problem
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return []
    metres = metres_between(here.lat, here.lon, there.lat, there.lon)
    return [_("较早那张属于约 {metres} 米外的另一件").format(metres=f"{metres:,}")]


def _shot(photo: ProblemPhoto, label: str) -> Shot:
    return Shot(
        url=access.published_url(photo.file),
        thumb_url=access.published_url(photo.file, size="thumb"),
        alt=label,
        label=label,
        taken_at=photo.file.taken_at or photo.added_at,
    )


def _other_shot(photo: ProblemPhoto, *, is_own: bool, sees: bool) -> Shot:
    """A reviewer compares also with a photo from outside his county: that one picture, for an hour, and nothing else."""
    label = _("整改前的照片") if is_own else _("较早的照片")
    if sees:
        return _shot(photo, label)
    return Shot(
        url=access.signed_url(photo.file),
        thumb_url=access.signed_url(photo.file, size="thumb"),
        alt=label,
        label=label,
        taken_at=photo.file.taken_at or photo.added_at,
    )


def _answer(answer: PhotoFlagAnswer) -> Answer:
    unit = answer.unit.name if answer.unit is not None else ""
    label = str(FlagPart(answer.part).label)
    if answer.verdict:
        label = _("{part}：{verdict}").format(part=label, verdict=Verdict(answer.verdict).label)
    return Answer(label=label, text=answer.text, who=unit, answer=answer)
