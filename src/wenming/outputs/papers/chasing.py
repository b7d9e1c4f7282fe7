"""What a reminder may still ask for: a unit is never told that it has not answered what it has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from wenming.foundation.people import selectors as people
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import AnsweredSinceBuilt, NothingLeftToChase
from wenming.outputs.papers.models import Paper
from wenming.programmes.problems.enums import AWAITED_STATES
from wenming.programmes.problems.models import Problem

CHASING: Final = (Kind.REMINDER, Kind.SUPERVISION)
CODES_TOLD_MAX: Final = 20


def awaited(rows: QuerySet[Problem], *, at: datetime) -> QuerySet[Problem]:
    """Of `rows`, what the lead unit is late with and has not reported back."""
    return rows.filter(state__in=AWAITED_STATES, handle_due_at__lt=at)


def awaited_of(paper: Paper, *, at: datetime) -> QuerySet[Problem]:
    """What was chosen for the paper and is still awaited of its unit, or of the one that it was merged into."""
    lead = people.heirs([paper.unit_id]).get(paper.unit_id, paper.unit_id) if paper.unit_id is not None else None
    return awaited(Problem.objects.filter(pk__in=paper.problem_ids, lead_id=lead), at=at)


def require_left(paper: Paper, *, at: datetime) -> None:
    """Raises NothingLeftToChase. Papers that remind of nothing pass."""
    if paper.kind in CHASING and not awaited_of(paper, at=at).exists():
        raise nothing_left(paper.problem_ids)


def nothing_left(problem_ids: Sequence[int]) -> NothingLeftToChase:
    """The refusal that names them."""
    codes = Problem.objects.filter(pk__in=problem_ids).order_by("pk").values_list("code", flat=True)
    return NothingLeftToChase(codes=_told(list(codes)))


def require_awaited(paper: Paper, *, at: datetime) -> None:
    """For a paper that was built. Raises NothingLeftToChase, or AnsweredSinceBuilt where only some of it is answered."""
    require_left(paper, at=at)
    if paper.kind not in CHASING:
        return
    left = set(awaited_of(paper, at=at).values_list("code", flat=True))
    listed: list[dict[str, Any]] = paper.content["problems"]
    gone = [line["code"] for line in listed if line["code"] not in left]
    if gone:
        raise AnsweredSinceBuilt(codes=_told(gone))


def _told(codes: Sequence[str]) -> str:
    more = f"等{len(codes)}件" if len(codes) > CODES_TOLD_MAX else ""
    return "、".join(codes[:CODES_TOLD_MAX]) + more
