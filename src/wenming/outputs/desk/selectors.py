"""What lies on a desk: the problems that wait, where the late ones are, and what the installation lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import groupby
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from wenming.engines.loop import selectors as loop
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import CITY_ROLES, Role
from wenming.foundation.places import selectors as places
from wenming.foundation.places.models import Boundary
from wenming.kernel import clock
from wenming.kernel.actors import ActorKind
from wenming.kernel.regions import COLUMNS, RegionLevel, cut
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.standards import selectors as standards
from wenming.programmes.standards.errors import NoStandard
from wenming.programmes.standards.selectors import Gaps

ROWS_A_GROUP: Final = 8
PLACES_MAX: Final = 12
FIRST_EVENT: Final = 1
# By then the notice on the holidays of the coming year is usually out.
CALENDAR_ASKED_FROM_MONTH: Final = 11

ROW_COLUMNS: Final = (
    *("public_id", "code", "title", "address", "is_unlocated", "state", "due_at", "pending_request"),
    *("lead_id", "territory_id", "department_id"),
    *("territory__name", "department__name", "lead__name", "point__name"),
)


class Bucket(IntEnum):
    """By when a thing is due; what has no deadline is LATER."""

    LATE = 0
    TODAY = 1
    WEEK = 2
    LATER = 3


@dataclass(frozen=True, slots=True)
class Group:
    """The most pressing rows of a bucket, at most ROWS_A_GROUP of `total`."""

    bucket: Bucket
    total: int
    rows: tuple[dict[str, Any], ...]


def waiting(acting: Acting) -> QuerySet[Problem]:
    """What this person has to see to: for an inspector what he found and is still open, else the inbox."""
    if acting.is_any(Role.INSPECTOR):
        found_by_him = ProblemEvent.objects.filter(
            item=OuterRef("pk"), seq=FIRST_EVENT, actor_kind=ActorKind.USER.value, actor_id=str(acting.user_id)
        )
        return problems.visible_to(acting).filter(problems.IS_OPEN, Exists(found_by_him))
    return problems.inbox(acting)


def groups(acting: Acting, *, now: datetime) -> list[Group]:
    """By deadline, most overdue first, with the size of each group: one statement. Empty groups are left out."""
    today = clock.local(now).date()
    bucket = Case(
        When(due_at__lt=now, then=Value(Bucket.LATE.value)),
        When(due_at__lt=_midnight(today, days=1), then=Value(Bucket.TODAY.value)),
        When(due_at__lt=_midnight(today, days=7 - today.weekday()), then=Value(Bucket.WEEK.value)),
        default=Value(Bucket.LATER.value),
        output_field=IntegerField(),
    )
    by_deadline = [F("due_at").asc(nulls_last=True), F("pk").asc()]
    ranked = (
        waiting(acting)
        .order_by()
        .annotate(bucket=bucket)
        .annotate(
            place=Window(RowNumber(), partition_by=[F("bucket")], order_by=by_deadline),
            total=Window(Count("pk"), partition_by=[F("bucket")]),
        )
        .filter(place__lte=ROWS_A_GROUP)
        .order_by("bucket", "place")
    )
    rows = list(ranked.values(*ROW_COLUMNS, "bucket", "total"))
    return [
        Group(Bucket(key), each[0]["total"], tuple(each))
        for key, found in groupby(rows, key=lambda row: row["bucket"])
        if (each := list(found))
    ]


def _midnight(day: date, *, days: int) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=clock.SHANGHAI)


@dataclass(frozen=True, slots=True)
class Late:
    code: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Where:
    """Late ones by place. Places stand among their kind alone: districts with districts, streets with streets.

    `kinds` are keys of `KINDS`. Where there are more than PLACES_MAX places, the `quiet` ones are only counted;
    `unplaced` problems belong to none of them.
    """

    total: int
    most: int
    unplaced: int
    quiet: int
    kinds: tuple[tuple[str, tuple[Late, ...]], ...]


def where_late(acting: Acting, *, now: datetime) -> Where | None:
    """By county for who sees the city, by town for a county, None for others: two statements."""
    if acting.role in CITY_ROLES and acting.scope.is_everything:
        level, below = RegionLevel.COUNTY, places.regions().filter(level=RegionLevel.COUNTY)
    elif acting.role is Role.COUNTY and acting.scope.column == COLUMNS[RegionLevel.COUNTY]:
        level, below = RegionLevel.TOWN, places.children(acting.scope.value)
    else:
        return None
    late = problems.visible_to(acting).filter(problems.IS_OPEN, due_at__lt=now).order_by()
    column = COLUMNS[level]
    counts = dict(late.values_list(column).annotate(n=Count("pk")))
    names = dict(below.values_list("code", "name"))
    shown = [Late(code, name, counts.get(code, 0)) for code, name in names.items()]
    is_cut = len(shown) > PLACES_MAX
    listed = sorted((each for each in shown if each.count or not is_cut), key=lambda each: (-each.count, each.code))
    return Where(
        total=sum(counts.values()),
        most=max((each.count for each in shown), default=0),
        unplaced=sum(n for code, n in counts.items() if code not in names),
        quiet=len(shown) - len(listed),
        kinds=tuple(_by_kind(listed, level)),
    )


def _by_kind(listed: list[Late], level: RegionLevel) -> Iterator[tuple[str, tuple[Late, ...]]]:
    kinds = [kind_of(each.code, level) for each in listed]
    for kind in sorted(set(kinds), key=list(KINDS).index):
        yield kind, tuple(each for each, own in zip(listed, kinds, strict=True) if own == kind)


# The highest number of each kind among its siblings, as GB/T 2260 and GB/T 10114 give them out.
KINDS: Final = {"district": 20, "county": 99, "street": 99, "town": 999}


def kind_of(code: int, level: RegionLevel) -> str:
    """district or county (cities of county rank among them); street or town (townships among them)."""
    above = cut(code, RegionLevel(level - 1))
    number = (code - above) // (10**6 if level is RegionLevel.COUNTY else 10**3)
    first, second = ("district", "county") if level is RegionLevel.COUNTY else ("street", "town")
    return first if number <= KINDS[first] else second


def gaps(acting: Acting) -> Gaps | None:
    """Points that nobody answers for; None for whose work it is not, or before a standard holds."""
    if not acting.is_any(Role.OFFICE, Role.COUNTY, Role.ADMINISTRATOR):
        return None
    try:
        return standards.gap_counts(acting, standard=standards.current_standard())
    except NoStandard:
        return None


@dataclass(frozen=True, slots=True)
class Lacks:
    """What keeps the installation from working well. `no_calendar_for` is a year."""

    has_no_regions: bool
    counties_without_boundary: int
    has_no_standard: bool
    no_calendar_for: int | None

    def __bool__(self) -> bool:
        return (
            self.has_no_regions
            or self.counties_without_boundary > 0
            or self.has_no_standard
            or self.no_calendar_for is not None
        )


def lacks(*, now: datetime) -> Lacks:
    """Five statements; for the administrator."""
    counties = set(places.regions().filter(level=RegionLevel.COUNTY).values_list("code", flat=True))
    edition = places.current_edition() or 0
    drawn = set(Boundary.objects.filter(edition=edition, code__in=counties).values_list("code", flat=True))
    try:
        standards.current_standard()
        has_no_standard = False
    except NoStandard:
        has_no_standard = True
    return Lacks(
        has_no_regions=not counties,
        counties_without_boundary=len(counties - drawn),
        has_no_standard=has_no_standard,
        no_calendar_for=_unknown_year(clock.local(now).date()),
    )


def _unknown_year(today: date) -> int | None:
    """The first year that deadlines may reach soon and of which no notice speaks."""
    calendar = loop.work_calendar()
    years = [today.year] + ([today.year + 1] if today.month >= CALENDAR_ASKED_FROM_MONTH else [])
    return next((year for year in years if not calendar.is_known(date(year, 1, 1), date(year, 12, 31))), None)
