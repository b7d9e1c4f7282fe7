"""Reads of the seeded samples: what was drawn, what waits to be visited, what a failed visit sends back."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant
from wenming.kernel.periods import Period
from wenming.programmes.problems import sampling
from wenming.programmes.problems.enums import ClosedAs, SiteResult, State
from wenming.programmes.problems.errors import DrawNotFound, NotInSample
from wenming.programmes.problems.models import Problem, SiteDraw, SiteVisit
from wenming.programmes.problems.selectors import visible_to

DRAWS_MAX: Final = 100
VISITS_MAX: Final = 500
FRAME_MAX: Final = 20_000
INSPECTORS_MAX: Final = 50
# What a visit can still find otherwise than the photo said.
_CHECKABLE: Final = Q(state=State.REVIEWED) | Q(state=State.CLOSED, closed_as=ClosedAs.FIXED)
_NOT_SEEN_GOOD: Final = ~Q(site_result=SiteResult.PASSED)


@dataclass(slots=True)
class UnitVisits:
    """One stratum of a sample."""

    unit_id: int
    unit_name: str
    frame_size: int
    visits: list[SiteVisit] = field(default_factory=list)
    is_returned: bool = False

    @property
    def passed_count(self) -> int:
        return sum(visit.result == SiteResult.PASSED for visit in self.visits)

    @property
    def failed_count(self) -> int:
        return sum(visit.result == SiteResult.FAILED for visit in self.visits)

    @property
    def can_be_returned(self) -> bool:
        return self.failed_count > 0 and not self.is_returned


def frame_rows(*, period: Period, county_code: int | None) -> list[tuple[int, int]]:
    """`(problem, unit)` of what passed the photo review in the period and was not yet seen to be good, by problem."""
    rows = Problem.objects.filter(
        _CHECKABLE, _NOT_SEEN_GOOD, reviewed_at__gte=period.start, reviewed_at__lt=period.end, lead__isnull=False
    )
    if county_code is not None:
        rows = rows.filter(county_code=county_code)
    return [
        (pk, unit) for pk, unit in rows.order_by("pk").values_list("pk", "lead_id")[: FRAME_MAX + 1] if unit is not None
    ]


def frame_of(draw: SiteDraw) -> list[tuple[int, int]]:
    return [(problem, unit) for problem, unit in draw.frame]


def redraw(draw: SiteDraw) -> list[int]:
    """The sample as frame, seed and size give it, whatever the visits say: problem ids, ascending."""
    return sampling.draw(frame_of(draw), seed=draw.seed, size=draw.size)


def is_as_announced(draw: SiteDraw) -> bool:
    """Whether the frame is the one whose digest was announced, and the visits are the sample that it gives."""
    frame = frame_of(draw)
    if sampling.digest(frame, seed=draw.seed, size=draw.size) != draw.digest:
        return False
    visited = sorted(draw.visits.values_list("problem_id", flat=True))
    return visited in ([], redraw(draw))


def draws_for(acting: Acting) -> QuerySet[SiteDraw]:
    """The whole city's draws for the city's own, a county's for the county; newest first, with counts of visits."""
    if acting.scope.is_everything:
        rows = SiteDraw.objects.all()
    elif acting.scope.column == "county_code":
        rows = SiteDraw.objects.filter(county_code=acting.scope.value)
    else:
        rows = SiteDraw.objects.none()
    return rows.defer("frame").order_by("-announced_at", "-pk")


def draws_with_counts(acting: Acting) -> list[SiteDraw]:
    """At most DRAWS_MAX."""
    passed, failed = Q(visits__result=SiteResult.PASSED), Q(visits__result=SiteResult.FAILED)
    rows = draws_for(acting).annotate(
        visit_count=Count("visits"),
        passed_count=Count("visits", filter=passed),
        failed_count=Count("visits", filter=failed),
    )
    return list(rows[:DRAWS_MAX])


def draw_for(acting: Acting, public_id: UUID | str) -> SiteDraw:
    """Raises DrawNotFound, also for what exists outside the person's scope."""
    try:
        return draws_for(acting).defer(None).get(public_id=public_id)
    except (SiteDraw.DoesNotExist, ValidationError) as error:
        raise DrawNotFound from error


def visits_of(draw: SiteDraw) -> list[SiteVisit]:
    """In the order in which they are walked: by town and place."""
    rows = draw.visits.select_related("problem", "problem__point", "unit", "inspector")
    return list(rows.order_by("problem__town_code", "problem__address", "pk")[:VISITS_MAX])


def by_unit(draw: SiteDraw, visits: list[SiteVisit]) -> list[UnitVisits]:
    """Those with a failed visit first; at most one statement."""
    sizes: dict[int, int] = defaultdict(int)
    for _problem, unit in frame_of(draw):
        sizes[unit] += 1
    returned = set(draw.returns.values_list("unit_id", flat=True))
    found: dict[int, UnitVisits] = {}
    for visit in visits:
        who = visit.unit
        group = found.setdefault(who.pk, UnitVisits(unit_id=who.pk, unit_name=who.name, frame_size=sizes[who.pk]))
        group.is_returned = visit.unit_id in returned
        group.visits.append(visit)
    return sorted(found.values(), key=lambda group: (-group.failed_count, group.unit_name))


def visit_for(acting: Acting, pk: int) -> SiteVisit:
    """Raises NotInSample, also for a place outside the person's scope."""
    related = ("draw", "problem", "problem__point", "unit", "inspector")
    visit = (
        SiteVisit.objects.select_related(*related)
        .filter(pk=pk)
        .filter(acting.scope.as_q(prefix="problem__") if not acting.scope.is_nothing else Q(pk__in=()))
        .first()
    )
    if visit is None:
        raise NotInSample
    return visit


def waiting_visits(acting: Acting) -> QuerySet[SiteVisit]:
    """What this inspector has still to walk."""
    return SiteVisit.objects.filter(inspector_id=acting.user_id, result="").order_by("pk")


def batch_of(acting: Acting, draw: SiteDraw, unit_id: int) -> list[Problem]:
    """What goes back when the unit's sample failed: all of its frame that is not on its way already and that no visit
    saw to be good; at most FRAME_MAX."""
    ids = [problem for problem, unit in frame_of(draw) if unit == unit_id]
    rows = visible_to(acting).filter(_CHECKABLE, _NOT_SEEN_GOOD, lead_id=unit_id, pk__in=ids)
    return list(rows.order_by("pk")[:FRAME_MAX])


def inspectors() -> list[tuple[int, str]]:
    """Who may be sent to walk a sample; at most INSPECTORS_MAX."""
    rows = Grant.objects.filter(role=Role.INSPECTOR, revoked_at__isnull=True, user__is_active=True)
    named = rows.order_by("user__name", "user_id").values_list("user_id", "user__name").distinct()
    return list(named[:INSPECTORS_MAX])
