"""The matrix of responsibility: criterion × point × (territory, department), and where nobody answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.foundation.places.models import Point
from wenming.kernel.paging import Page, page
from wenming.programmes.standards.models import FieldRule, Responsibility, Standard
from wenming.programmes.standards.selectors.duties import (
    Answers,
    Duties,
    Duty,
    duties_of,
    overrides_in_force,
    resolve,
)

POINTS_A_PAGE = 20
EXPORT_POINTS_MAX = 3_000
ORDER = ("code",)


@dataclass(frozen=True, slots=True)
class MatrixFilters:
    type_key: str = ""
    region_code: int | None = None
    unit_id: int | None = None
    project_code: str = ""
    is_gaps_only: bool = False


@dataclass(frozen=True, slots=True)
class Gaps:
    """Numbers of points, of all that the filters leave (but for `is_gaps_only`)."""

    points: int
    without_territory: int
    without_department: int
    without_type: int
    """The standard does not know their type, so that no criterion applies."""


@dataclass(frozen=True, slots=True)
class Cell:
    duty: Duty
    answers: Answers


@dataclass(frozen=True, slots=True)
class Group:
    point: Point
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    standard: Standard
    groups: tuple[Group, ...]
    page: Page[Point]
    gaps: Gaps


def responsibility_matrix(
    acting: Acting, *, standard: Standard, filters: MatrixFilters, cursor: str | None = None
) -> Matrix:
    """One page of points with all that applies to them, in four statements however many rows."""
    everything = duties_of(standard)
    duties = everything.in_project(filters.project_code) if filters.project_code else everything
    points = _points(acting, duties, filters)
    gaps = _gaps(points, duties, known=everything)
    listed = page(_listed(points, duties, filters), order=ORDER, cursor=cursor, size=POINTS_A_PAGE)
    return Matrix(standard, tuple(_groups(listed.rows, duties, filters)), listed, gaps)


def matrix_groups(
    acting: Acting, *, standard: Standard, filters: MatrixFilters, points_max: int = EXPORT_POINTS_MAX
) -> list[Group]:
    """The first `points_max` points at once, for an export."""
    duties = _duties(standard, filters)
    points = _listed(_points(acting, duties, filters), duties, filters).order_by(*ORDER)[:points_max]
    return list(_groups(list(points), duties, filters))


def matrix_points_count(acting: Acting, *, standard: Standard, filters: MatrixFilters) -> int:
    duties = _duties(standard, filters)
    return _listed(_points(acting, duties, filters), duties, filters).count()


def gap_counts(acting: Acting, *, standard: Standard) -> Gaps:
    """For a home page: two statements."""
    duties = duties_of(standard)
    return _gaps(_points(acting, duties, MatrixFilters()), duties, known=duties)


def _duties(standard: Standard, filters: MatrixFilters) -> Duties:
    duties = duties_of(standard)
    return duties.in_project(filters.project_code) if filters.project_code else duties


def _points(acting: Acting, duties: Duties, filters: MatrixFilters) -> QuerySet[Point]:
    narrowed = places.PointFilters(type_key=filters.type_key, region_code=filters.region_code)
    points = places.find_points(acting, narrowed)
    if filters.unit_id is not None:
        points = points.filter(_answered_by(filters.unit_id, duties))
    return points


def _listed(points: QuerySet[Point], duties: Duties, filters: MatrixFilters) -> QuerySet[Point]:
    points = points.select_related("territory", "department")
    if filters.is_gaps_only:
        points = points.filter(_without_territory(duties) | _without_department(duties))
    elif filters.project_code:
        points = points.filter(type_key__in=list(duties.by_type))
    return points


def _answered_by(unit_id: int, duties: Duties) -> Q:
    led = {duty.type_key for duty in duties if duty.lead is not None and duty.lead.pk == unit_id}
    override = Responsibility.objects.filter(point=OuterRef("pk"), valid_until_at__isnull=True).filter(
        Q(territory_id=unit_id) | Q(department_id=unit_id)
    )
    return Q(territory_id=unit_id) | Q(department_id=unit_id) | Q(type_key__in=sorted(led)) | Q(Exists(override))


def _without_territory(duties: Duties) -> Q:
    asked = [duty.rule_id for duty in duties if duty.is_territory_asked]
    return Q(territory__isnull=True) & Q(Exists(_open_duties(asked, "territory")))


def _without_department(duties: Duties) -> Q:
    leaderless = [duty.rule_id for duty in duties if duty.lead is None]
    return Q(department__isnull=True) & Q(Exists(_open_duties(leaderless, "department")))


def _open_duties(rule_ids: list[int], column: str) -> QuerySet[FieldRule]:
    """The rules of the outer point's type, among `rule_ids`, for whose criterion no override names a unit."""
    override = Responsibility.objects.filter(
        point=OuterRef(OuterRef("pk")),
        criterion=OuterRef("criterion"),
        valid_until_at__isnull=True,
        **{f"{column}__isnull": False},
    )
    rules = FieldRule.objects.filter(pk__in=rule_ids, point_type__key=OuterRef("type_key"))
    return rules.filter(~Exists(override))


def _gaps(points: QuerySet[Point], duties: Duties, *, known: Duties) -> Gaps:
    counted = points.aggregate(
        points=Count("pk"),
        without_territory=Count("pk", filter=_without_territory(duties)),
        without_department=Count("pk", filter=_without_department(duties)),
        without_type=Count("pk", filter=~Q(type_key__in=list(known.by_type))),
    )
    return Gaps(**counted)


def _groups(points: Iterable[Point], duties: Duties, filters: MatrixFilters) -> Iterator[Group]:
    rows = list(points)
    overrides = overrides_in_force(rows)
    for point in rows:
        cells = []
        for duty in duties.of(point.type_key):
            answers = resolve(point, duty, overrides.get((point.pk, duty.criterion.pk)))
            if _is_shown(answers, filters):
                cells.append(Cell(duty, answers))
        if cells or _is_kept_empty(filters):
            yield Group(point, tuple(cells))


def _is_shown(answers: Answers, filters: MatrixFilters) -> bool:
    if filters.is_gaps_only and not answers.is_gap:
        return False
    if filters.unit_id is None:
        return True
    units = (answers.territory.unit, answers.department.unit)
    return any(unit is not None and unit.pk == filters.unit_id for unit in units)


def _is_kept_empty(filters: MatrixFilters) -> bool:
    """A point of an unknown type is listed with nothing under it, unless the rows were asked for something."""
    return not filters.is_gaps_only and filters.unit_id is None
