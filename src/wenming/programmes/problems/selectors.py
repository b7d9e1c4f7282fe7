"""Reads of problems; every one of them starts at `visible_to`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import ADMINISTRATORS, Role
from wenming.foundation.places.models import Point
from wenming.kernel import clock, paging
from wenming.kernel.kept import Kept, KeptModels
from wenming.kernel.paging import Page
from wenming.kernel.periods import Period
from wenming.kernel.regions import COLUMNS, level_of
from wenming.programmes.problems.enums import OPEN_STATES, State
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.models import NOT_ENDED, Problem, ProblemClock, ProblemEvent, ProblemPhoto
from wenming.programmes.standards import selectors as standards
from wenming.programmes.standards.models import ProblemType

LIST_COLUMNS: Final = (
    "id",
    "public_id",
    "code",
    "title",
    "address",
    "state",
    "version",
    "due_at",
    "due_is_provisional",
    "found_at",
    "dispatched_at",
    "closed_at",
    "suspended_at",
    "exemption_asked_at",
    "contested_at",
    "pending_request",
    "rework_count",
    "is_unlocated",
    "lat",
    "lon",
    "territory_id",
    "department_id",
    "lead_id",
    "territory__name",
    "department__name",
    "lead__name",
    "point__name",
    "type_name",
    "category_name",
)
DUPLICATE_COLUMNS: Final = ("public_id", "code", "title", "state", "found_at", "address")
DUPLICATES_MAX: Final = 10
# Whatever asks for the open ones asks like this, so that it finds them by the indexes of what has not ended.
IS_OPEN: Final = Q(state__in=OPEN_STATES) & NOT_ENDED
DUPLICATES_WITHIN: Final = timedelta(days=30)
# Some hundred metres in the latitudes of this country.
DUPLICATES_LAT: Final = 0.001
DUPLICATES_LON: Final = 0.0012
NOT_COUNTED: Final = (State.MERGED, State.VOID)
MAP_ROWS_MAX: Final = 2000
POINT_ROWS_MAX: Final = 50
EVENTS_MAX: Final = 500
BY_FOUND: Final = ("-found_at", "-id")
BY_DUE: Final = ("due_at", "id")
# Asked for beside the handling, which does not wait for the answer: no word of PendingRequest.
EXEMPTION: Final = "exemption"


def visible_to(acting: Acting) -> QuerySet[Problem]:
    """What the session's grant reaches: one equality, or everything; nothing for an administrator."""
    return Problem.objects.none() if acting.is_any(*ADMINISTRATORS) else Problem.objects.filter(acting.scope.as_q())


def row_of(acting: Acting, public_id: UUID, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """Some columns of one visible problem; one statement, none for an administrator."""
    if acting.is_any(*ADMINISTRATORS) or acting.scope.is_nothing:
        return None
    value = () if acting.scope.is_everything else (acting.scope.value or 0,)
    return _row_within(acting.scope.column, columns).first(public_id, *value)


def row_of_own(filed: Problem, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """As `row_of`, of what the caller has filed: he told it himself, even where it lies outside his scope."""
    return _row_within("", columns).first(filed.public_id)


@cache
def _row_within(column: str, columns: tuple[str, ...]) -> Kept:
    if not column:
        return Kept(lambda public_id: Problem.objects.filter(public_id=public_id), columns, (UUID,))
    return Kept(
        lambda public_id, value: Problem.objects.filter(public_id=public_id, **{column: value}), columns, (UUID, int)
    )


def problems_to_act_on(acting: Acting, public_ids: Collection[UUID]) -> list[Problem]:
    """The visible ones of these, with their types; one statement, none for an administrator."""
    if acting.is_any(*ADMINISTRATORS) or acting.scope.is_nothing:
        return []
    value = () if acting.scope.is_everything else (acting.scope.value or 0,)
    return _acted_on_within(acting.scope.column).all([*public_ids], *value)


@cache
def _acted_on_within(column: str) -> KeptModels[Problem]:
    rows = Problem.objects.select_related("type")
    if not column:
        return KeptModels(lambda public_ids: rows.filter(public_id__in=public_ids), (list[UUID],))
    return KeptModels(
        lambda public_ids, value: rows.filter(public_id__in=public_ids, **{column: value}), (list[UUID], int)
    )


def problem_for(acting: Acting, public_id: UUID | str) -> Problem:
    """Raises ProblemNotFound, also for what exists outside the person's scope."""
    related = ("territory", "department", "lead", "point", "type", "criterion", "recurs", "duplicate_of", "split_from")
    try:
        return visible_to(acting).select_related(*related).get(public_id=public_id)
    except (Problem.DoesNotExist, ValidationError) as error:
        raise ProblemNotFound from error


@dataclass(frozen=True, slots=True)
class ProblemFilters:
    """The filters of a list as its URL carries them; an empty one does not filter."""

    q: str = ""
    state: str = ""
    region: str = ""
    unit: str = ""
    type: str = ""
    channel: str = ""
    period: str = ""
    point: str = ""
    late: str = ""
    request: str = ""
    unlocated: str = ""

    @classmethod
    def read(cls, query: Any) -> "ProblemFilters":
        """From a QueryDict; what is too long to be meant is cut."""
        return cls(**{f.name: str(query.get(f.name, "")).strip()[:100] for f in fields(cls)})

    def as_query(self) -> dict[str, str]:
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


def find_problems(acting: Acting, filters: ProblemFilters) -> QuerySet[Problem]:
    """Raises BadPeriod for a period that is none; anything else that cannot be meant finds nothing."""
    return narrowed(visible_to(acting), filters)


def narrowed(rows: QuerySet[Problem], filters: ProblemFilters) -> QuerySet[Problem]:
    """What `find_problems` finds among `rows`; for the city's own papers, which no session's grant narrows."""
    rows = rows.filter(_state_q(filters.state))
    if filters.q:
        rows = rows.filter(
            Q(code__startswith=filters.q) | Q(title__contains=filters.q) | Q(address__contains=filters.q)
        )
    if filters.region:
        rows = rows.filter(_region_q(filters.region))
    if filters.unit:
        rows = rows.filter(lead_id=int(filters.unit)) if _is_number(filters.unit) else rows.none()
    if filters.type:
        rows = rows.filter(type_code=filters.type)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.point:
        # Asked for its number first: joined by its code, all problems of the point would be sorted for a page of them.
        rows = rows.filter(point_id=Point.objects.filter(code=filters.point).values("pk")[:1])
    if filters.period:
        period = Period.asked(filters.period, at=clock.now())
        rows = rows.filter(found_at__gte=period.start, found_at__lt=period.end)
    if filters.late:
        rows = rows.filter(IS_OPEN, due_at__lt=clock.now())
    if filters.request:
        rows = rows.filter(_request_q(filters.request))
    if filters.unlocated:
        rows = rows.filter(is_unlocated=True)
    return rows


def _state_q(state: str) -> Q:
    if not state or state == "all":
        return Q()
    if state == "open":
        return IS_OPEN
    return Q(state=state) & NOT_ENDED if state in OPEN_STATES else Q(state=state)


def _request_q(text: str) -> Q:
    return Q(exemption_asked_at__isnull=False) if text == EXEMPTION else Q(pending_request=text)


def _region_q(text: str) -> Q:
    if not _is_number(text):
        return Q(pk__in=())
    try:
        level = level_of(int(text))
    except ValueError:
        return Q(pk__in=())
    return Q(**{COLUMNS[level]: int(text)}) if level in COLUMNS else Q()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def page_of(
    rows: QuerySet[Problem],
    *,
    order: tuple[str, ...] = BY_FOUND,
    cursor: str | None = None,
    size: int = paging.PAGE_SIZE,
) -> Page[dict[str, Any]]:
    """One page of plain rows in one statement."""
    return paging.page(rows.values(*LIST_COLUMNS), order=order, cursor=cursor, size=size)


def page_with_clocks(
    rows: QuerySet[Problem], *, order: tuple[str, ...] = BY_FOUND, cursor: str | None = None
) -> Page[dict[str, Any]]:
    """As `page_of`, with `running_since`."""
    return paging.page(with_running_since(rows), order=order, cursor=cursor)


def with_running_since(rows: QuerySet[Problem]) -> QuerySet[Problem, dict[str, Any]]:
    """The columns of a list and since when the running stage runs (`running_since`), in the same statement."""
    running = ProblemClock.objects.filter(item_id=OuterRef("pk"), stopped_at__isnull=True).order_by("-pk")
    since = Subquery(running.values("started_at")[:1])
    found: QuerySet[Problem, dict[str, Any]] = rows.annotate(running_since=since).values(*LIST_COLUMNS, "running_since")
    return found


def by_deadline(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """The order of an inbox: what is most overdue first, what has no deadline last."""
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def inbox(acting: Acting) -> QuerySet[Problem]:
    """What waits for this person: for a liaison what his unit must answer, for an office what it must decide."""
    rows = visible_to(acting)
    if acting.role == Role.LIAISON:
        waits = Q(state__in=[State.DISPATCHED, State.HANDLING]) & NOT_ENDED
        return rows.filter(waits | Q(contested_at__isnull=False), lead_id=acting.unit_id)
    if acting.role in (Role.OFFICE, Role.COUNTY):
        waits = Q(state__in=[State.REPORTED, State.FILED, State.REPORTED_BACK, State.REVIEWED]) & NOT_ENDED
        asked = (~Q(pending_request="") & IS_OPEN) | Q(exemption_asked_at__isnull=False)
        asked |= Q(contested_at__isnull=False)
        return rows.filter(waits | asked)
    return rows.filter(IS_OPEN)


def review_queue(acting: Acting) -> QuerySet[Problem]:
    """Whose after-photos wait for this person: not those that his own unit answered."""
    return visible_to(acting).filter(NOT_ENDED, state=State.REPORTED_BACK).exclude(lead_id=acting.unit_id)


def counts_by_state(rows: QuerySet[Problem]) -> dict[str, int]:
    """How many of the open ones are in each state, and `late` among them; one statement."""
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    open_rows = rows.filter(IS_OPEN).order_by()
    found = list(open_rows.values_list("state").annotate(n=Count("pk"), late=late))
    return {state: n for state, n, _late in found} | {"late": sum(late for _state, _n, late in found)}


def counts_by_lead(rows: QuerySet[Problem]) -> dict[int | None, int]:
    """How many of `rows` each lead unit answers for; one statement."""
    return dict(rows.order_by().values_list("lead_id").annotate(n=Count("pk")))


def photos_of_all(problem_ids: Sequence[int]) -> dict[int, list[ProblemPhoto]]:
    """By problem, in the order in which they were added; one statement."""
    found: dict[int, list[ProblemPhoto]] = {}
    for photo in ProblemPhoto.objects.filter(problem_id__in=problem_ids).order_by("pk"):
        found.setdefault(photo.problem_id, []).append(photo)
    return found


def map_rows(rows: QuerySet[Problem], *, box: tuple[float, float, float, float] | None = None) -> list[dict[str, Any]]:
    """At most MAP_ROWS_MAX located problems within (south, west, north, east), most overdue first."""
    located = rows.filter(is_unlocated=False)
    if box is not None:
        south, west, north, east = box
        located = located.filter(lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east)
    columns = ("public_id", "code", "title", "state", "due_at", "lat", "lon", "lead__name")
    return list(by_deadline(located).values(*columns)[:MAP_ROWS_MAX])


def timeline(problem: Problem) -> list[ProblemEvent]:
    """Newest first; at most EVENTS_MAX."""
    return list(problem.events.order_by("-seq")[:EVENTS_MAX])


def photos_of(problem: Problem) -> list[ProblemPhoto]:
    return list(problem.photos.select_related("file").order_by("moment", "pk"))


def clocks_of(problem: Problem) -> list[ProblemClock]:
    return list(problem.clocks.order_by("started_at", "pk"))


def history_of_point(acting: Acting, point: Point) -> QuerySet[Problem]:
    return visible_to(acting).filter(point=point).order_by("-found_at", "-pk")


def relatives_of(acting: Acting, problem: Problem) -> list[Problem]:
    """Visible ones that are its recurrences, were merged into it or split off it; at most POINT_ROWS_MAX."""
    related = Q(recurs=problem) | Q(duplicate_of=problem) | Q(split_from=problem)
    return list(visible_to(acting).filter(related).order_by("found_at", "pk")[:POINT_ROWS_MAX])


def repeats_at(acting: Acting, problem: Problem, *, within: timedelta = timedelta(days=90)) -> list[dict[str, Any]]:
    """Visible earlier problems of the same type at the same point in the 90 days before: what may be a recurrence."""
    if problem.point_id is None or not problem.type_code:
        return []
    earlier = (
        visible_to(acting)
        .filter(
            point_id=problem.point_id,
            type_code=problem.type_code,
            found_at__lt=problem.found_at,
            found_at__gte=problem.found_at - within,
        )
        .exclude(state__in=NOT_COUNTED)
    )
    rows = earlier.order_by("-found_at").values("public_id", "code", "state", "found_at")
    return [dict(row) for row in rows[:POINT_ROWS_MAX]]


def repeat_count(rows: QuerySet[Problem], *, within: timedelta = timedelta(days=90)) -> int:
    """How many of `rows` are of a type that was found at the same point in the 90 days before; one statement."""
    earlier = Problem.objects.filter(
        point_id=OuterRef("point_id"),
        type_code=OuterRef("type_code"),
        found_at__lt=OuterRef("found_at"),
        found_at__gte=OuterRef("found_at") - within,
    ).exclude(state__in=NOT_COUNTED)
    return rows.exclude(type_code="").order_by().filter(Exists(earlier)).count()


def likely_duplicates(
    acting: Acting, *, type_code: str, lat: float | None, lon: float | None, besides: int = 0
) -> list[dict[str, Any]]:
    """Open problems of the same type within about 100 m, found in the last 30 days, but the one with the key `besides`:
    shown, never merged by the machine. One statement, none where the type or the position is not known.
    """
    if lat is None or lon is None or not type_code or acting.is_any(*ADMINISTRATORS) or acting.scope.is_nothing:
        return []
    since = clock.now() - DUPLICATES_WITHIN
    box = (lat - DUPLICATES_LAT, lat + DUPLICATES_LAT, lon - DUPLICATES_LON, lon + DUPLICATES_LON)
    value = () if acting.scope.is_everything else (acting.scope.value or 0,)
    return _near_within(acting.scope.column).rows(type_code, besides, since, *box, *value)


@cache
def _near_within(column: str) -> Kept:
    def near(type_code: str, besides: int, since: datetime, *rest: float) -> QuerySet[Problem]:
        south, north, west, east, *value = rest
        rows = Problem.objects.filter(IS_OPEN, type_code=type_code, found_at__gte=since)
        rows = rows.filter(lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east).exclude(pk=besides)
        return rows.filter(**dict(zip([column], value, strict=False))).order_by("-found_at")[:DUPLICATES_MAX]

    kinds = (str, int, datetime, float, float, float, float, *((int,) if column else ()))
    return Kept(near, DUPLICATE_COLUMNS, kinds)


def types_on_offer() -> dict[str, ProblemType]:
    """The types of the catalogue in force, by code. Raises NoCatalogue."""
    return standards.types_by_code()


def open_under(codes: Collection[str]) -> paging.Count:
    """How many open problems of the whole city were filed under these types, up to the cap."""
    return paging.capped_count(Problem.objects.filter(IS_OPEN, type_code__in=codes))


def type_on_offer(code: str) -> ProblemType | None:
    """One of them. Raises NoCatalogue."""
    return standards.type_by_code(code)


def by_source_keys(source: str, keys: Sequence[str]) -> dict[str, Problem]:
    """Problems that were taken in from `source` before, by their key there; for imports that run again."""
    found = Problem.objects.filter(source=source, source_key__in=list(keys))
    return {problem.source_key: problem for problem in found}
