"""Reads for people without a grant: a report by its tracking code, and what the city shows to everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import ActorKind
from wenming.kernel.regions import COLUMNS, level_of
from wenming.programmes.problems.enums import OPEN_STATES, Action, PhotoMoment, State
from wenming.programmes.problems.models import (
    Problem,
    ProblemEvent,
    ProblemJoin,
    ProblemPhoto,
    Publication,
    PublishedPhoto,
)

RESIDENT_SOURCE: Final = "resident"
# Of so many that were found last it is counted which types are met most.
LATEST_COUNTED: Final = 2_000
EVENTS_MAX: Final = 100
NEAR_MAX: Final = 3
NEAR_LAT_DEGREES: Final = 0.001
NEAR_LON_DEGREES: Final = 0.0012
# Not yet found to be true, or no longer a case of its own.
HIDDEN_STATES: Final = frozenset({State.REPORTED, State.MERGED, State.VOID})


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


def published() -> QuerySet[Publication]:
    """What everybody may see now, with its problem and the unit that leads it."""
    shown = Publication.objects.filter(withdrawn_at__isnull=True).exclude(problem__state__in=HIDDEN_STATES)
    return shown.select_related("problem", "problem__lead")


def within(rows: QuerySet[Publication], region_code: int) -> QuerySet[Publication]:
    """Nothing for what is no code of a county, a town or a village."""
    try:
        column = COLUMNS.get(level_of(region_code))
    except ValueError:
        column = None
    return rows.filter(**{f"problem__{column}": region_code}) if column else rows.none()


def standing(rows: QuerySet[Publication], *, is_solved: bool | None) -> QuerySet[Publication]:
    """The open ones, the closed ones, or both."""
    if is_solved is None:
        return rows
    return rows.filter(problem__state=State.CLOSED) if is_solved else rows.filter(problem__state__in=OPEN_STATES)


def near(*, type_code: str, lat: float, lon: float, since: datetime) -> list[Publication]:
    """Published open problems within about 100 m, of this type where one is told; the newest NEAR_MAX."""
    rows = standing(published(), is_solved=False).filter(
        problem__found_at__gte=since,
        problem__lat__range=(lat - NEAR_LAT_DEGREES, lat + NEAR_LAT_DEGREES),
        problem__lon__range=(lon - NEAR_LON_DEGREES, lon + NEAR_LON_DEGREES),
    )
    if type_code:
        rows = rows.filter(problem__type_code=type_code)
    return list(rows.order_by("-problem__found_at", "-pk")[:NEAR_MAX])


def joined_with(key: str) -> ProblemJoin | None:
    """What the resident's form with this key joined."""
    return ProblemJoin.objects.filter(form_key=key).first() if key else None


def join_by_code(code: str) -> ProblemJoin | None:
    related = ("problem", "problem__lead", "problem__duplicate_of", "problem__duplicate_of__lead")
    return ProblemJoin.objects.select_related(*related).filter(tracking_code=code).first()


def shown_title(problem: Problem) -> str:
    """The office's own words for it; its type where they were never published."""
    found = Publication.objects.filter(problem=problem).values_list("title", flat=True).first()
    return found or problem.type_name


def joins_of(problem: Problem) -> int:
    """How many said “me too”."""
    return ProblemJoin.objects.filter(problem=problem).count()


def publication_of(public_id: UUID) -> Publication | None:
    """Also one that was withdrawn, of which nothing may be told but that."""
    return Publication.objects.select_related("problem", "problem__lead").filter(public_id=public_id).first()


def is_visible(publication: Publication) -> bool:
    return publication.withdrawn_at is None and publication.problem.state not in HIDDEN_STATES


def photos_shown(publications: Sequence[Publication]) -> dict[int, list[PublishedPhoto]]:
    """By publication, before first; one statement."""
    found: dict[int, list[PublishedPhoto]] = {}
    rows = PublishedPhoto.objects.filter(publication__in=[each.pk for each in publications]).select_related("file")
    for photo in rows.order_by("pk"):
        found.setdefault(photo.publication_id, []).append(photo)
    return found


def is_shown(file: StoredFile) -> bool:
    """Whether this very copy is on show now; one indexed statement."""
    shown = PublishedPhoto.objects.filter(file=file, publication__withdrawn_at__isnull=True)
    return shown.exclude(publication__problem__state__in=HIDDEN_STATES).exists()
