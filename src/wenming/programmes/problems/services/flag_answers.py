"""What is answered to a question about photos: the unit explains, a reviewer writes the reason, another looks at it."""

from collections.abc import Collection, Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.errors import ReasonMissing
from wenming.foundation.audit import services as audit
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.problems import flag_selectors
from wenming.programmes.problems.enums import FlagPart, Verdict
from wenming.programmes.problems.errors import (
    FlagAnswered,
    NotYourProblem,
    SecondLookBySame,
    TextTooLong,
    TooManyExplanations,
)
from wenming.programmes.problems.models import FLAG_TEXT_CHARS_MAX, PhotoFlag, PhotoFlagAnswer, Problem, ReplyLink
from wenming.programmes.problems.services.links import holder

EXPLANATIONS_MAX: Final = 5
ANSWERING: Final = _("说明照片")


def explain(acting: Acting, problem: Problem, *, flag_ids: Collection[int], text: str) -> list[PhotoFlagAnswer]:
    """The unit's own words to all of these flags; they settle nothing. Raises Refused, FlagAnswered, TooManyExplanations."""
    permissions.require(acting, "problems.explain_photos", problem)
    return _explain(problem, flag_ids, text, by=acting.actor)


def explain_by_link(link: ReplyLink, *, flag_ids: Collection[int], text: str) -> list[PhotoFlagAnswer]:
    """The same by whoever holds the link of the lead unit. Raises NotYourProblem where another unit leads by now."""
    if link.problem.lead_id != link.unit_id:
        raise NotYourProblem(action=ANSWERING)
    return _explain(link.problem, flag_ids, text, by=holder(link))


def give_reason(acting: Acting, problem: Problem, *, flag_ids: Collection[int], text: str) -> list[PhotoFlagAnswer]:
    """A reviewer's written reason for all of these flags, to be looked at by somebody else.

    Raises Refused, NotYourProblem to the unit that answered, FlagAnswered where one of them does not wait for a reason.
    """
    _require(acting, problem)
    words = _words(text)
    with transaction.atomic():
        flags = _locked(problem, flag_ids)
        answers = flag_selectors.answers_to(flags)
        if any(flag_selectors.reason_to_look_at(answers[flag.pk]) is not None for flag in flags):
            raise FlagAnswered
        return _write(flags, FlagPart.REASON, words, by=acting.actor)


def look_again(
    acting: Acting, problem: Problem, *, flag_ids: Collection[int], verdict: Verdict, text: str = ""
) -> list[PhotoFlagAnswer]:
    """The second look at the reasons of all of these flags; why not is written where it does not accept them.

    Raises as `give_reason`, and SecondLookBySame to whoever wrote one of the reasons.
    """
    _require(acting, problem)
    words = text.strip() if verdict == Verdict.ACCEPTED else _words(text)
    with transaction.atomic():
        flags = _locked(problem, flag_ids)
        answers = flag_selectors.answers_to(flags)
        reasons = [flag_selectors.reason_to_look_at(answers[flag.pk]) for flag in flags]
        found = [reason for reason in reasons if reason is not None]
        if len(found) < len(flags):
            raise FlagAnswered
        if any(reason.actor_id == acting.actor.id for reason in found):
            raise SecondLookBySame
        return _write(flags, FlagPart.LOOK, words, by=acting.actor, verdict=verdict, reasons=found)


def _explain(problem: Problem, flag_ids: Collection[int], text: str, *, by: Actor) -> list[PhotoFlagAnswer]:
    words = _words(text)
    with transaction.atomic():
        flags = _locked(problem, flag_ids)
        for answers in flag_selectors.answers_to(flags).values():
            if sum(answer.part == FlagPart.TOLD for answer in answers) >= EXPLANATIONS_MAX:
                raise TooManyExplanations
        return _write(flags, FlagPart.TOLD, words, by=by)


def _require(acting: Acting, problem: Problem) -> None:
    permissions.require(acting, "problems.answer_flags", problem)
    if problem.lead_id == acting.unit_id:
        raise NotYourProblem(action=ANSWERING)


def _words(text: str) -> str:
    words = text.strip()
    if not words or "\x00" in words:
        raise ReasonMissing(action=ANSWERING, fields={"text": _("请写明原因。")})
    if len(words) > FLAG_TEXT_CHARS_MAX:
        raise TextTooLong(most=FLAG_TEXT_CHARS_MAX, fields={"text": _("请写短一些。")})
    return words


def _locked(problem: Problem, flag_ids: Collection[int]) -> list[PhotoFlag]:
    """Raises FlagAnswered where one of them is settled, or asks about photos that were replaced since."""
    # The problem's row, since a flag is never written again: two answers to one flag come one after the other.
    Problem.objects.select_for_update(no_key=True).get(pk=problem.pk)
    flags = list(flag_selectors.unsettled().filter(problem=problem, pk__in=flag_ids).order_by("pk"))
    if not flags or len(flags) < len(set(flag_ids)):
        raise FlagAnswered
    return flags


def _write(
    flags: Sequence[PhotoFlag],
    part: FlagPart,
    text: str,
    *,
    by: Actor,
    verdict: str = "",
    reasons: Sequence[PhotoFlagAnswer] = (),
) -> list[PhotoFlagAnswer]:
    looked_at: Sequence[PhotoFlagAnswer | None] = reasons or [None for _flag in flags]
    rows = [
        PhotoFlagAnswer(
            flag=flag,
            part=part,
            text=text,
            verdict=verdict,
            reason=reason,
            reason_actor_id=reason.actor_id if reason is not None else "",
            actor_kind=by.kind,
            actor_id=by.id,
            unit_id=by.unit_id,
            answered_at=clock.now(),
        )
        for flag, reason in zip(flags, looked_at, strict=True)
    ]
    made = PhotoFlagAnswer.objects.bulk_create(rows)
    entries = [
        audit.Entry("problems.answer_flag", "photo_flag", str(row.flag_id), None, {"part": part, "verdict": verdict})
        for row in made
    ]
    audit.record_all(entries, by=by)
    return made
