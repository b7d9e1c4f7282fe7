"""Places in an order."""

from collections.abc import Sequence
from fractions import Fraction


def ordinals(shares: Sequence[Fraction | None]) -> list[int | None]:
    """The place of each, the greatest first: equal ones share a place and the next ones are skipped; None has none."""
    ordered = sorted((share for share in shares if share is not None), reverse=True)
    place = {share: number for number, share in reversed(list(enumerate(ordered, start=1)))}
    return [None if share is None else place[share] for share in shares]
