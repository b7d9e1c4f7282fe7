"""Two problems that are one (并案), and one that is two (拆分)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from wenming.foundation.people.acting import Acting
from wenming.foundation.places.models import Point
from wenming.kernel.actors import Actor
from wenming.programmes.problems.enums import Action, Channel, PhotoMoment, State
from wenming.programmes.problems.errors import HasMerged, NothingToMergeInto
from wenming.programmes.problems.models import Problem, ProblemPhoto
from wenming.programmes.problems.selectors import visible_to
from wenming.programmes.problems.services.filing import ProblemDraft, file_problems
from wenming.programmes.problems.services.plans import Ask

ENDS: frozenset[Action] = frozenset({Action.MERGE, Action.VOID})


@dataclass(frozen=True, slots=True)
class Mergers:
    """What must be known of a set of acts to tell which mergers can be: both sides, locked."""

    states: Mapping[int, str] = field(default_factory=dict)
    takers: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()

    def check(self, problem: Problem, ask: Ask) -> None:
        """Raises HasMerged for one that holds others, NothingToMergeInto for a taker that is none."""
        if ask.action not in ENDS:
            return
        if problem.pk in self.takers:
            raise HasMerged
        if ask.action == Action.MERGE:
            into = ask.into_id
            state = self.states.get(into) if into is not None else None
            if state in (None, State.MERGED, State.VOID) or into in self.leaving or into == problem.pk:
                raise NothingToMergeInto(fields={"into": NothingToMergeInto.message})


def look_at(acting: Acting, problems: Mapping[UUID, Problem], asks: Sequence[Ask]) -> Mergers:
    """Locks all sides in one order, so that two that are merged into each other at once do not both go; two statements
    where anything ends, none otherwise."""
    ending = {problems[ask.problem].pk for ask in asks if ask.action in ENDS and ask.problem in problems}
    if not ending:
        return Mergers()
    into = {ask.into_id for ask in asks if ask.action == Action.MERGE and ask.into_id is not None}
    rows = visible_to(acting).filter(pk__in=ending | into).order_by("pk").select_for_update(no_key=True)
    takers = Problem.objects.filter(duplicate_of__in=ending, state=State.MERGED).values_list(
        "duplicate_of_id", flat=True
    )
    leaving = {problems[ask.problem].pk for ask in asks if ask.action == Action.MERGE and ask.problem in problems}
    return Mergers(dict(rows.values_list("pk", "state")), frozenset(pk for pk in takers if pk), frozenset(leaving))


def file_parts(split: Sequence[tuple[Ask, Problem]], *, by: Actor) -> list[Problem]:
    """One new problem for each split that was done: the same place, finder and photos, a fault of its own.

    Trusts the caller; the number of statements does not depend on how many. None are filed for none.
    """
    if not split:
        return []
    photos: dict[int, list[int]] = {}
    before = ProblemPhoto.objects.filter(problem__in=[problem for _ask, problem in split], moment=PhotoMoment.BEFORE)
    for problem_id, file_id in before.order_by("pk").values_list("problem_id", "file_id"):
        photos.setdefault(problem_id, []).append(file_id)
    points = Point.objects.in_bulk({problem.point_id for _ask, problem in split if problem.point_id is not None})
    return file_problems([_part(ask, problem, points, photos.get(problem.pk, [])) for ask, problem in split], by=by)


def _part(ask: Ask, problem: Problem, points: Mapping[int, Point], photos: Sequence[int]) -> ProblemDraft:
    return ProblemDraft(
        title=ask.part_title,
        channel=Channel(problem.channel),
        found_at=problem.found_at,
        recorded_first_at=problem.last_happened_at,
        type=ask.part_type,
        point=points.get(problem.point_id) if problem.point_id is not None else None,
        region_code=problem.village_code or problem.town_code or problem.county_code,
        address=problem.address,
        lat=problem.lat,
        lon=problem.lon,
        territory_id=problem.territory_id,
        photo_ids=tuple(photos),
        split_from=problem,
    )
