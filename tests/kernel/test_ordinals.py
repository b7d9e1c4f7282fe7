"""Places in an order."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel.ordinals import ordinals

shares = st.one_of(st.none(), st.fractions(min_value=0, max_value=1, max_denominator=12))


@given(st.lists(shares, max_size=12))
def test_ordinals_share_a_place_and_skip_the_next(given_shares: list[Fraction | None]) -> None:
    places = ordinals(given_shares)
    for share, place in zip(given_shares, places, strict=True):
        if share is None:
            assert place is None
        else:
            assert place == 1 + sum(1 for other in given_shares if other is not None and other > share)
