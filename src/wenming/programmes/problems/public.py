"""Reads for people without a grant: a report by its tracking code, and what the city shows to everybody."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Count

from wenming.kernel.actors import ActorKind
from wenming.programmes.problems.enums import Action, PhotoMoment
from wenming.programmes.problems.models import Problem, ProblemEvent, ProblemPhoto

RESIDENT_SOURCE: Final = "resident"
# Of so many that were found last it is counted which types are met most.
LATEST_COUNTED: Final = 2_000
EVENTS_MAX: Final = 100


def reported_with(key: str) -> Problem | None:
    """What a resident's form with this key filed."""
    return Problem.objects.filter(source=RESIDENT_SOURCE, source_key=key).first() if key else None


def by_tracking_code(code: str) -> Problem | None:
    """`code` as `ids.normalize_tracking_code` gives it."""
    related = ("lead", "duplicate_of", "duplicate_of__lead")
    return Problem.objects.select_related(*related).filter(tracking_code=code).first()


def events_of(problem: Problem, actions: Sequence[Action]) -> list[ProblemEvent]:
    """Newest first, of these kinds alone; at most EVENTS_MAX."""
    return list(problem.events.filter(action__in=actions).order_by("-seq")[:EVENTS_MAX])


def has_event(problem: Problem, key: str) -> bool:
    return problem.events.filter(idempotency_key=key).exists()


def photos_of_report(problem: Problem) -> list[ProblemPhoto]:
    """What the resident himself sent in with it; nothing for what came in by another way."""
    if problem.source != RESIDENT_SOURCE:
        return []
    own = problem.photos.filter(file__actor_kind=ActorKind.RESIDENT, file__actor_id=problem.source_key)
    return list(own.filter(moment=PhotoMoment.BEFORE).select_related("file").order_by("pk"))


def frequent_types(most: int) -> list[str]:
    """The codes of the types that were met most often lately, the most frequent first; one statement."""
    latest = Problem.objects.order_by("-found_at", "-id").values("pk")[:LATEST_COUNTED]
    rows = Problem.objects.filter(pk__in=latest).exclude(type_code="").order_by().values_list("type_code")
    counted = rows.annotate(n=Count("pk")).order_by("-n", "type_code")[:most]
    return [code for code, _n in counted]
