"""A sample that anybody can draw again: from the frame, the seed and the size, by nothing but SHA-256.

The frame lists `(problem id, unit id)` by problem id. Each unit is a stratum: where the sample is large enough every
unit gets one, and the rest is shared by size, largest remainders first. Within a unit the problems with the smallest
`sha256("seed:problem id")` are taken.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Frame = Sequence[tuple[int, int]]


def digest(frame: Frame, *, seed: str, size: int) -> str:
    """The SHA-256 of `seed`, `size` and a line `problem,unit` for each row of the frame, joined by newlines."""
    lines = [seed, str(size), *(f"{problem},{unit}" for problem, unit in frame)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draw(frame: Frame, *, seed: str, size: int) -> list[int]:
    """The problem ids of the sample, ascending; the whole frame where `size` reaches it."""
    strata: dict[int, list[int]] = defaultdict(list)
    for problem, unit in frame:
        strata[unit].append(problem)
    shares = allocate({unit: len(problems) for unit, problems in strata.items()}, size=size, seed=seed)
    chosen: list[int] = []
    for unit, share in shares.items():
        chosen += _by_lot(strata[unit], seed=seed)[:share]
    return sorted(chosen)


def allocate(sizes: Mapping[int, int], *, size: int, seed: str) -> dict[int, int]:
    """How many of each unit; their sum is `size` or the whole frame. With fewer places than units the lot decides."""
    units = sorted(unit for unit, count in sizes.items() if count)
    whole = sum(sizes[unit] for unit in units)
    if size >= whole:
        return {unit: sizes[unit] for unit in units}
    if size <= len(units):
        return dict.fromkeys(_by_lot(units, seed=seed)[:size], 1)
    rest, left = size - len(units), whole - len(units)
    shares = {unit: 1 + (sizes[unit] - 1) * rest // left for unit in units}
    by_remainder = sorted(units, key=lambda unit: (-((sizes[unit] - 1) * rest % left), unit))
    for unit in by_remainder[: size - sum(shares.values())]:
        shares[unit] += 1
    return shares


def _by_lot(ids: Iterable[int], *, seed: str) -> list[int]:
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())
