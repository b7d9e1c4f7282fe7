"""The assessment system: which version holds, and its tree."""

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from wenming.kernel import clock
from wenming.programmes.standards.enums import Level, Status
from wenming.programmes.standards.errors import NoStandard, UnknownCriterion
from wenming.programmes.standards.models import Criterion, FieldRule, PointType, Standard


def standards() -> QuerySet[Standard]:
    return Standard.objects.order_by("edition", "-version")


def standards_with_counts() -> QuerySet[Standard]:
    """With `criteria_count`, `types_count` and `rules_count`."""
    criteria_count = _count(Criterion.objects.filter(standard=OuterRef("pk"), level=Level.CRITERION), "standard")
    types_count = _count(PointType.objects.filter(standard=OuterRef("pk")), "standard")
    rules = FieldRule.objects.filter(point_type__standard=OuterRef("pk"))
    return standards().annotate(
        criteria_count=criteria_count, types_count=types_count, rules_count=_count(rules, "point_type__standard")
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def find_standard(edition: str, version: int) -> Standard:
    """Raises NoStandard."""
    found = Standard.objects.filter(edition=edition, version=version).first()
    if found is None:
        raise NoStandard
    return found


def current_standard(*, edition: str = "", on: date | None = None) -> Standard:
    """The published version in force on a day (today by default); before the first, the first. Raises NoStandard.

    Without an edition it is the one that came into force last.
    """
    day = on or clock.local(clock.now()).date()
    published = Standard.objects.filter(status=Status.PUBLISHED)
    if edition:
        published = published.filter(edition=edition)
    rows = list(published.order_by("effective_on", "version"))
    if not rows:
        raise NoStandard
    in_force = [row for row in rows if row.effective_on and row.effective_on <= day]
    return in_force[-1] if in_force else rows[0]


def criteria(standard: Standard | None = None, *, level: Level | None = None) -> QuerySet[Criterion]:
    """Lines of a version in its own order; of the current one by default, of one level if wanted. Raises NoStandard."""
    rows = Criterion.objects.filter(standard=standard or current_standard()).order_by("position", "pk")
    return rows if level is None else rows.filter(level=level)


def criteria_by_code(standard: Standard | None = None) -> dict[str, Criterion]:
    return {row.code: row for row in criteria(standard)}


def criterion_for(code: str, *, standard: Standard | None = None) -> Criterion:
    """Raises UnknownCriterion, NoStandard."""
    found = criteria(standard).filter(code=code.strip()).first()
    if found is None:
        raise UnknownCriterion(text=code.strip()[:40])
    return found


def criterion_by_id(pk: int) -> Criterion:
    """With its standard. Raises UnknownCriterion."""
    found = Criterion.objects.select_related("standard", "lead").filter(pk=pk).first()
    if found is None:
        raise UnknownCriterion(text=pk)
    return found


def point_types_by_criterion(standard: Standard) -> dict[int, list[str]]:
    """Criterion → names of the types of points that some rule looks at it on, in one statement."""
    rules = FieldRule.objects.filter(point_type__standard=standard, criterion__isnull=False)
    names: dict[int, list[str]] = {}
    pairs = rules.order_by("point_type__position").values_list("criterion_id", "point_type__name").distinct()
    for criterion_id, name in pairs:
        names.setdefault(criterion_id, []).append(name)
    return names


def point_types(standard: Standard) -> QuerySet[PointType]:
    return PointType.objects.filter(standard=standard).order_by("position", "pk")
