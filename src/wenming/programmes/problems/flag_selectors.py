"""Reads of what is asked about photos."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet

from wenming.foundation.people.acting import Acting
from wenming.programmes.problems.enums import FlagPart, State, Verdict
from wenming.programmes.problems.models import AnswerComparison, PhotoFlag, PhotoFlagAnswer, Problem
from wenming.programmes.problems.selectors import visible_to

FLAGS_MAX: Final = 100
ANSWERS_MAX: Final = 500
WAITS_FOR_REASON: Final = "reason"
WAITS_FOR_LOOK: Final = "look"


def unsettled() -> QuerySet[PhotoFlag]:
    """Flags of answers that wait for their review, without a second look that accepted the reason."""
    accepted = PhotoFlagAnswer.objects.filter(flag=OuterRef("pk"), verdict=Verdict.ACCEPTED)
    return PhotoFlag.objects.filter(
        ~Exists(accepted), round=F("problem__rework_count"), problem__state=State.REPORTED_BACK
    )


def waiting(rows: QuerySet[PhotoFlag], what: str) -> QuerySet[PhotoFlag]:
    """Those that wait for a reason, or for a second look at one."""
    return rows.filter(_written() if what == WAITS_FOR_LOOK else ~_written())


def for_list(rows: QuerySet[PhotoFlag]) -> QuerySet[PhotoFlag]:
    """With what a list shows of each; `is_written` says that its reason waits for the second look."""
    return rows.select_related("photo__file", "problem__lead").annotate(is_written=_written())


def _written() -> Exists:
    return Exists(PhotoFlagAnswer.objects.filter(flag=OuterRef("pk"), part=FlagPart.REASON, look__isnull=True))


def flags_for(acting: Acting) -> QuerySet[PhotoFlag]:
    """Unsettled flags of the problems that the session's grant reaches, but for those that the own unit answered."""
    mine = visible_to(acting).filter(state=State.REPORTED_BACK).exclude(lead_id=acting.unit_id)
    return unsettled().filter(problem__in=mine)


def flags_of(problem: Problem) -> list[PhotoFlag]:
    """Of the present answer, settled ones too, by photo; at most FLAGS_MAX."""
    rows = problem.photo_flags.filter(round=problem.rework_count)
    related = ("photo__file", "other__file", "other__problem")
    return list(rows.select_related(*related).order_by("photo_id", "pk")[:FLAGS_MAX])


def answers_to(flags: Sequence[PhotoFlag]) -> dict[int, list[PhotoFlagAnswer]]:
    """By flag, oldest first; one statement, none where nothing is asked."""
    found: dict[int, list[PhotoFlagAnswer]] = {flag.pk: [] for flag in flags}
    if flags:
        rows = PhotoFlagAnswer.objects.filter(flag__in=flags).select_related("unit").order_by("pk")
        for row in rows[:ANSWERS_MAX]:
            found[row.flag_id].append(row)
    return found


def reason_to_look_at(answers: Sequence[PhotoFlagAnswer]) -> PhotoFlagAnswer | None:
    """The reason that nobody has looked at yet."""
    seen = {answer.reason_id for answer in answers}
    return next((answer for answer in answers if answer.part == FlagPart.REASON and answer.pk not in seen), None)


def is_compared(problem: Problem) -> bool:
    return AnswerComparison.objects.filter(problem=problem, round=problem.rework_count).exists()


def flagged_among(problem_ids: Sequence[int]) -> set[int]:
    """Which of the problems have something that waits to be explained; one statement."""
    return set(unsettled().filter(problem_id__in=problem_ids).order_by().values_list("problem_id", flat=True))
