"""From rates to points. Exact, so that two who are equal share a place and the order never hangs on a rounding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wenming.kernel.ordinals import ordinals
from wenming.outputs.standings.definitions import Definition, Indicator

FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Counts:
    numerator: int
    denominator: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


NONE: Final = Counts(0, 0)


@dataclass(frozen=True, slots=True)
class Score:
    """`counts` in the order of the indicators. `points` are of a hundred; None where nothing could be counted.

    `weighed` is how much of all weights could be counted: the rest is spread over what could.
    """

    counts: tuple[Counts, ...]
    points: Fraction | None
    weighed: Fraction
    is_small: bool


def share_of(indicator: Indicator, rate: Fraction) -> Fraction:
    """Between 0 at the `nought` mark and 1 at the `full` mark."""
    share = (rate - indicator.nought) / (indicator.full - indicator.nought)
    return min(max(share, Fraction(0)), Fraction(1))


def score(definition: Definition, counts: Sequence[Counts]) -> Score:
    """`counts` in the order of the indicators."""
    pairs = list(zip(definition.indicators, counts, strict=True))
    counted = [(each, got.rate) for each, got in pairs if got.rate is not None]
    weights = sum(each.weight for each, _rate in counted)
    earned = sum((each.weight * share_of(each, rate) for each, rate in counted), Fraction(0))
    return Score(
        counts=tuple(counts),
        points=FULL * earned / weights if weights else None,
        weighed=Fraction(weights, sum(each.weight for each in definition.indicators)),
        is_small=counts[0].denominator < definition.least,
    )


def places(scores: Mapping[int, Score], members: Sequence[int]) -> dict[int, int | None]:
    """Among these alone; a small one has none."""
    points = [None if scores[each].is_small else scores[each].points for each in members]
    return dict(zip(members, ordinals(points), strict=True))
