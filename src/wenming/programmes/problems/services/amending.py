"""When the source of a problem corrects its own words: what it says changes, what happened does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.problems.models import ADDRESS_CHARS_MAX, TITLE_CHARS_MAX, TYPE_NAME_CHARS_MAX, Problem
from wenming.programmes.problems.services import facts
from wenming.programmes.problems.services.machine import WRITE_ROWS

_TEXTS: Final = ("title", "description", "type_name", "address")
_PLACE: Final = (
    "lat",
    "lon",
    "is_unlocated",
    "city_code",
    "county_code",
    "town_code",
    "village_code",
    "region_edition",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What the source says now. A position is told wholly or not at all; a type of our catalogue is left as it is."""

    problem: Problem
    title: str
    description: str
    type_name: str
    address: str
    lat: float | None
    lon: float | None
    source_hash: str


def amend_problems(amendments: Sequence[Amendment], *, by: Actor) -> list[Problem]:
    """All or none, in a fixed number of statements; each change of words or place stands in the audit log.

    Trusts the caller. A place once known is not taken back where the source has none any more.
    """
    with transaction.atomic():
        rows = Problem.objects.select_for_update().in_bulk([each.problem.pk for each in amendments])
        locator = places.locator()
        located = locator.locate_many([(each.lat, each.lon) for each in amendments])
        edition = places.current_edition()
        entries: list[audit.Entry] = []
        for each, code in zip(amendments, located, strict=True):
            problem = rows[each.problem.pk]
            before = _words(problem)
            _tell(problem, each)
            if locator.is_plausible(each.lat, each.lon):
                _move(problem, each, code, edition)
            changed = {name: value for name, value in _words(problem).items() if before[name] != value}
            if changed:
                old = {name: before[name] for name in changed}
                entries.append(audit.Entry("problems.amend", "problem", str(problem.pk), old, changed))
        current = list(rows.values())
        Problem.objects.bulk_update(current, [*_TEXTS, *_PLACE, "source_hash"], batch_size=WRITE_ROWS)
        audit.record_all(entries, by=by)
        facts.write(current, at=clock.now())
    return current


def _words(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in (*_TEXTS, "lat", "lon")}


def _tell(problem: Problem, told: Amendment) -> None:
    problem.title = told.title.strip()[:TITLE_CHARS_MAX]
    problem.description = told.description.strip()
    problem.address = told.address.strip()[:ADDRESS_CHARS_MAX]
    problem.source_hash = told.source_hash
    if problem.type_id is None:
        problem.type_name = told.type_name[:TYPE_NAME_CHARS_MAX]


def _move(problem: Problem, told: Amendment, code: int | None, edition: int | None) -> None:
    """A point of the register stays where it is."""
    if problem.point_id is not None or (problem.lat, problem.lon) == (told.lat, told.lon):
        return
    problem.lat, problem.lon, problem.is_unlocated = told.lat, told.lon, False
    if code is not None:
        problem.set_region(code, edition=edition)
