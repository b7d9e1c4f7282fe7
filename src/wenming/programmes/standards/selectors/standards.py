"""The assessment system: which version holds, and its tree."""

from datetime import date

from django.db.models import QuerySet

from wenming.kernel import clock
from wenming.programmes.standards.enums import Level, Status
from wenming.programmes.standards.errors import NoStandard, UnknownCriterion
from wenming.programmes.standards.models import Criterion, Standard


def standards() -> QuerySet[Standard]:
    return Standard.objects.order_by("edition", "-version")


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
