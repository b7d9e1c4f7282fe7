"""The lot itself: a pure function of frame, seed and size."""

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wenming.programmes.problems import sampling

FRAMES = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 8)), unique_by=lambda row: row[0], min_size=1).map(
    sorted
)


@given(FRAMES, st.integers(1, 120), st.text("0123456789abcdef", min_size=1, max_size=8))
def test_draw_takes_as_many_as_asked_and_spreads_them(frame: list[tuple[int, int]], size: int, seed: str) -> None:
    chosen = sampling.draw(frame, seed=seed, size=size)
    units = dict(frame)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(size, len(frame))
    assert set(chosen) <= units.keys()
    assert len({units[pk] for pk in chosen}) == min(size, len(set(units.values())))
    assert sampling.draw(list(reversed(frame)), seed=seed, size=size) == chosen


@given(st.dictionaries(st.integers(1, 9), st.integers(1, 40), min_size=2), st.integers(2, 200))
def test_allocate_shares_by_size(sizes: dict[int, int], size: int) -> None:
    shares = sampling.allocate(sizes, size=size, seed="s")
    assert sum(shares.values()) == min(size, sum(sizes.values()))
    assert all(shares[unit] <= sizes[unit] for unit in shares)
    ordered = sorted(shares, key=lambda unit: sizes[unit])
    assert all(shares[a] <= shares[b] + 1 for a, b in pairwise(ordered))


def test_draw_is_what_anybody_computes_by_hand() -> None:
    frame = [(pk, 7) for pk in range(1, 11)]
    by_hand = sorted(range(1, 11), key=lambda pk: hashlib.sha256(f"春:{pk}".encode()).hexdigest())[:3]
    assert sampling.draw(frame, seed="春", size=3) == sorted(by_hand)


def test_digest_covers_seed_size_and_each_row() -> None:
    frame = [(1, 7), (2, 8)]
    told = sampling.digest(frame, seed="a", size=1)
    assert told == hashlib.sha256(b"a\n1\n1,7\n2,8").hexdigest()
    others = {
        sampling.digest(frame, seed="b", size=1),
        sampling.digest(frame, seed="a", size=2),
        sampling.digest([(1, 8), (2, 8)], seed="a", size=1),
    }
    assert told not in others
    assert len(others) == 3
