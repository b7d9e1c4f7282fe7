"""By what units are evaluated: rates with their shares of a hundred points, the office's own, every state of them kept.

An indicator gives no points at its `nought` mark, all at its `full` mark and in between in proportion; where fewer is
better, `full` is the smaller of the two. Marks are ratios: 0.95 for 95 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from wenming.engines.metrics import registry
from wenming.engines.metrics.definitions import Metric
from wenming.foundation.revisions import selectors as revisions
from wenming.outputs.standings.enums import Along, Level
from wenming.outputs.standings.errors import EvaluationNotFound, IndicatorTwice, MarksAlike, NoIndicator

KIND: Final = "standings.definitions"
KEY: Final = "house"
WEIGHT_MAX: Final = 100
LEAST_MAX: Final = 1_000
NAME_CHARACTERS_MAX: Final = 40
INDICATORS_MAX: Final = 8
DEFINITIONS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Indicator:
    figure: str
    weight: int
    full: Fraction
    nought: Fraction


@dataclass(frozen=True, slots=True)
class Definition:
    """`least` is how many a rate must rest on: whoever has fewer in the first indicator has no place."""

    key: str
    name: str
    level: Level
    along: Along
    least: int
    indicators: tuple[Indicator, ...]
    is_active: bool = True


def check(definition: Definition) -> None:
    """Raises NoIndicator, IndicatorTwice, MarksAlike."""
    if not definition.indicators:
        raise NoIndicator
    seen: set[str] = set()
    for each in definition.indicators:
        name = registry.metric(each.figure).name
        if each.figure in seen:
            raise IndicatorTwice(name=name)
        if each.full == each.nought:
            raise MarksAlike(name=name)
        seen.add(each.figure)


def indicators_along(along: Along) -> list[Metric]:
    """The rates that can be told apart along this dimension; counts are shown beside them and give no points."""
    return [each for each in registry.metrics() if each.is_ratio and along.value in each.dimensions]


def house_definitions() -> list[Definition]:
    """What holds now, in the office's order, those no longer used among them. One small statement."""
    return definitions_in(revisions.body(KIND, KEY))


def definitions_in(body: Any) -> list[Definition]:
    return list(BROUGHT) if body is None else [_read(each) for each in body]


def definition_of(definitions: Sequence[Definition], key: str) -> Definition:
    """Raises EvaluationNotFound."""
    for each in definitions:
        if each.key == key:
            return each
    raise EvaluationNotFound


def with_one(definitions: Sequence[Definition], changed: Definition) -> list[Definition]:
    """The same with this one in its place, or behind the others where it is new."""
    if all(each.key != changed.key for each in definitions):
        return [*definitions, changed]
    return [changed if each.key == changed.key else each for each in definitions]


def body_of(definitions: Sequence[Definition]) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "name": each.name,
            "level": each.level.value,
            "along": each.along.value,
            "least": each.least,
            "is_active": each.is_active,
            "indicators": [
                {"figure": i.figure, "weight": i.weight, "full": str(i.full), "nought": str(i.nought)}
                for i in each.indicators
            ],
        }
        for each in definitions
    ]


def _read(body: Mapping[str, Any]) -> Definition:
    return Definition(
        key=body["key"],
        name=body["name"],
        level=Level(body["level"]),
        along=Along(body["along"]),
        least=body["least"],
        is_active=body["is_active"],
        indicators=tuple(
            Indicator(each["figure"], each["weight"], Fraction(each["full"]), Fraction(each["nought"]))
            for each in body["indicators"]
        ),
    )


def _marks(figure: str, weight: int, full: int, nought: int) -> Indicator:
    return Indicator(figure, weight, Fraction(full, 100), Fraction(nought, 100))


_AREA: Final = Definition(
    key="area",
    name="县（市、区）评价",
    level=Level.AREA,
    along=Along.REGION,
    least=10,
    indicators=(
        _marks("problems.rectification_rate", 40, 98, 70),
        _marks("problems.on_time_closing_rate", 30, 95, 60),
        _marks("problems.site_pass_rate", 20, 98, 75),
        _marks("problems.recurrence_rate", 10, 0, 15),
    ),
)
# What the software brings, until the office writes down its own.
BROUGHT: Final = (
    _AREA,
    replace(_AREA, key="town", name="乡镇（街道）评价", along=Along.TOWN),
    Definition(
        key="unit",
        name="责任单位评价",
        level=Level.UNIT,
        along=Along.UNIT,
        least=10,
        indicators=(
            _marks("problems.rectification_rate", 40, 98, 70),
            _marks("problems.on_time_rate", 30, 95, 60),
            _marks("problems.rework_rate", 15, 0, 20),
            _marks("problems.recurrence_rate", 15, 0, 15),
        ),
    ),
    Definition(
        key="dispatching",
        name="派遣岗",
        level=Level.POST,
        along=Along.REGION,
        least=10,
        indicators=(_marks("problems.dispatch_accuracy", 100, 98, 80),),
    ),
    Definition(
        key="checking",
        name="核查岗",
        level=Level.POST,
        along=Along.REGION,
        least=10,
        indicators=(
            _marks("problems.site_pass_rate", 60, 98, 75),
            _marks("problems.recurrence_rate", 40, 0, 15),
        ),
    ),
)
