"""How regions, units and posts stand in a period, in groups of their like, beside the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenming.engines.metrics import selectors as metrics
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.kernel.periods import Period
from wenming.kernel.regions import RegionLevel, cut
from wenming.outputs.standings.definitions import Definition
from wenming.outputs.standings.enums import Along
from wenming.outputs.standings.scoring import NONE, Counts, Score, score
from wenming.outputs.standings.scoring import places as placed


@dataclass(frozen=True, slots=True)
class Row:
    """`place` is within the group; None for one that rests on too few. `before` is its place the period before."""

    id: int
    name: str
    score: Score
    place: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """`size` counts all of the group, `ranked` those with a place; `rows` are those that the person may see."""

    name: str
    rows: tuple[Row, ...]
    size: int
    ranked: int


def standing(definition: Definition, period: Period, *, at: datetime, acting: Acting) -> list[Group]:
    """Best first, those without a place last. Two statements a fact and three more, however many rows.

    Places are among all; whoever does not answer for the whole city sees the rows of his own county or unit alone.
    """
    now = _scores(definition, period, at)
    before = _scores(definition, period.previous(), at)
    members = sorted({*now, *before})
    names = _names(definition, members)
    own = _visible(definition, members, acting)
    nothing = score(definition, [NONE] * len(definition.indicators))
    groups = []
    for name, ids in _groups(definition, members):
        scores = {each: now.get(each, nothing) for each in ids}
        place = placed(scores, ids)
        earlier = placed({each: before.get(each, nothing) for each in ids}, ids)
        rows = [Row(each, names.get(each, ""), scores[each], place[each], earlier[each]) for each in ids if each in own]
        rows.sort(key=_order)
        ranked = sum(1 for each in place.values() if each is not None)
        if rows:
            groups.append(Group(name, tuple(rows), len(ids), ranked))
    return groups


def _order(row: Row) -> tuple[bool, int, int, int]:
    return (row.place is None, row.place or 0, -row.score.counts[0].denominator, row.id)


def _scores(definition: Definition, period: Period, at: datetime) -> dict[int, Score]:
    along = definition.along.value
    found: dict[int, list[Counts]] = {}
    keys = [indicator.figure for indicator in definition.indicators]
    measures = metrics.measures(keys, period=period, by=(along,), as_of=at)
    for index, key in enumerate(keys):
        for cell in measures[key].rows:
            if cell.by[along] is not None:
                row = found.setdefault(cell.by[along], [NONE] * len(definition.indicators))
                row[index] = Counts(cell.numerator or 0, cell.denominator or 0)
    return {each: score(definition, counts) for each, counts in found.items()}


def _names(definition: Definition, ids: Sequence[int]) -> Mapping[int, str]:
    return people.names_of(ids) if definition.along is Along.UNIT else places.region_names(ids)


def _groups(definition: Definition, ids: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Units by the office's groups; regions are all of one kind."""
    if definition.along is not Along.UNIT:
        return [("", list(ids))]
    here = set(ids)
    groups = [(name, [each for each in members if each in here]) for name, members in people.groups_of(ids)]
    return [(name, members) for name, members in groups if members]


def _visible(definition: Definition, ids: Sequence[int], acting: Acting) -> frozenset[int]:
    if acting.scope.is_everything:
        return frozenset(ids)
    county = _county_of(acting)
    if definition.along is Along.UNIT:
        units: list[tuple[int, Any]] = list(people.units().filter(pk__in=ids).values_list("pk", "region_code"))
        return frozenset(
            pk for pk, code in units if pk == acting.unit_id or (county and code and _county(code) == county)
        )
    return frozenset(each for each in ids if county and _county(each) == county)


def _county_of(acting: Acting) -> int | None:
    """The county that the person answers for; None for whoever answers for his unit alone."""
    return acting.scope.value if acting.scope.column == "county_code" else None


def _county(code: int) -> int:
    return cut(code, RegionLevel.COUNTY)
