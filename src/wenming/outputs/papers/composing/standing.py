"""How units stand in a period: every number from a figure, summed and put in order within groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.evaluation import Evaluation
from wenming.foundation.people import selectors as people
from wenming.kernel import clock
from wenming.kernel.ordinals import ordinals
from wenming.kernel.periods import Period
from wenming.outputs.papers.models import PaperSettings
from wenming.outputs.papers.words import DASH, moved, rate
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.selectors import ProblemFilters

FOUND: Final = "problems.found"
RATE: Final = "problems.rectification_rate"
REWORK: Final = "problems.rework_rate"
RECURRENCE: Final = "problems.recurrence_rate"
KEYS: Final = (FOUND, RATE, REWORK, RECURRENCE)
LATE: Final = "problems.late"
NOBODY: Final = "尚未派遣"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one unit, or of all. Equal to what the pages of the figures and the list of problems show."""

    found: int = 0
    rectified: int = 0
    late: int = 0
    rework: int = 0
    recurred: int = 0

    @property
    def rectifying(self) -> int:
        return self.found - self.rectified

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.rectified, self.found) if self.found else None


@dataclass(frozen=True, slots=True)
class Standing:
    """`by_unit` has None for what nobody was given yet; `figures` says where each number comes from."""

    total: Counts
    by_unit: Mapping[int | None, Counts]
    figures: Sequence[Mapping[str, Any]]


def standing(period: Period, *, at: datetime) -> Standing:
    """Six statements, however many units there are."""
    evaluations = metrics.evaluations(KEYS, period=period, by=("unit",), as_of=at)
    with clock.set_to(at):
        filters = ProblemFilters(period=period.label, late="1")
        late = problems.counts_by_lead(problems.narrowed(Problem.objects.all(), filters))
    numbers = {key: {cell.by["unit"]: cell.numerator or 0 for cell in e.rows} for key, e in evaluations.items()}
    units = {unit for cells in (*numbers.values(), late) for unit in cells}
    by_unit = {
        unit: Counts(
            found=numbers[FOUND].get(unit, 0),
            rectified=numbers[RATE].get(unit, 0),
            late=late.get(unit, 0),
            rework=numbers[REWORK].get(unit, 0),
            recurred=numbers[RECURRENCE].get(unit, 0),
        )
        for unit in units
    }
    total = Counts(
        found=evaluations[FOUND].numerator,
        rectified=evaluations[RATE].numerator,
        late=sum(late.values()),
        rework=evaluations[REWORK].numerator,
        recurred=evaluations[RECURRENCE].numerator,
    )
    rows = [row for evaluation in evaluations.values() for row in _figures(evaluation, period)]
    rows += [_late_row(period, at, unit, number) for unit, number in late.items()]
    rows.append(_late_row(period, at, "", sum(late.values())))
    return Standing(total, by_unit, rows)


def _figures(found: Evaluation, period: Period) -> list[dict[str, Any]]:
    """One row for the whole and one for each unit, with the digest of the rows that the whole rests on."""
    common = {"key": found.key, "version": found.version, "period": period.label, "as_of": found.as_of.isoformat()}
    evidence = {"evidence_sha256": found.evidence_sha256, "evidence_count": found.evidence_count}
    whole = {"unit": "", "numerator": found.numerator, "denominator": found.denominator}
    cells = [
        {"unit": cell.by["unit"], "numerator": cell.numerator, "denominator": cell.denominator} for cell in found.rows
    ]
    return [{**common, **whole, **evidence}, *({**common, **cell} for cell in cells)]


def _late_row(period: Period, at: datetime, unit: int | str | None, number: int) -> dict[str, Any]:
    return {"key": LATE, "period": period.label, "as_of": at.isoformat(), "unit": unit, "numerator": number}


def tables(now: Standing, before: Standing, settings: PaperSettings) -> list[dict[str, Any]]:
    """One for each group, best first. Fewer than `ranked_from` problems have no place: a few say too little."""
    units = sorted(unit for unit in now.by_unit if unit is not None)
    groups = people.groups_of(units)
    names = people.names_of([unit for _name, members in groups for unit in members])
    made = []
    for name, members in groups:
        places = dict(zip(members, _places(now, members, settings), strict=True))
        earlier = dict(zip(members, _places(before, members, settings), strict=True))
        rows = [
            {
                "unit": names.get(unit, ""),
                **row_of(now.by_unit.get(unit, Counts()), settings),
                "ordinal": _shown(places[unit]),
                "before": _shown(earlier[unit]),
                "moved": moved(places[unit], earlier[unit]),
                "_order": (places[unit] or len(members) + 1, -now.by_unit.get(unit, Counts()).found, unit),
            }
            for unit in members
        ]
        rows.sort(key=lambda row: row["_order"])
        for row in rows:
            del row["_order"]
        ranked = sum(1 for place in places.values() if place is not None)
        made.append({"name": name, "rows": rows, "ranked": ranked, "unranked": len(members) - ranked})
    return made


def row_of(counts: Counts, settings: PaperSettings) -> dict[str, Any]:
    return {
        "found": counts.found,
        "rectified": counts.rectified,
        "rectifying": counts.rectifying,
        "late": counts.late,
        "rework": counts.rework,
        "recurred": counts.recurred,
        "rate": rate(counts.rectified, counts.found, settings.rate_decimals),
    }


def _places(standing: Standing, members: Sequence[int], settings: PaperSettings) -> list[int | None]:
    counts = [standing.by_unit.get(unit, Counts()) for unit in members]
    return ordinals([each.share if each.found >= settings.ranked_from else None for each in counts])


def _shown(place: int | None) -> str:
    return DASH if place is None else str(place)
