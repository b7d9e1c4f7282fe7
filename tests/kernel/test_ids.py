import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel.ids import CHECK, CROCKFORD, BadTrackingCode, new_tracking_code, normalize_tracking_code, uuid7

CODES = st.builds(lambda _seed: new_tracking_code(), st.integers())


def test_uuid7_sorts_by_time() -> None:
    made = [uuid7() for _ in range(200)]
    assert made == sorted(made)
    assert {(each.version, each.variant) for each in made} == {(7, made[0].variant)}


def test_tracking_codes_differ() -> None:
    assert len({new_tracking_code() for _ in range(1000)}) == 1000


@given(CODES)
def test_tracking_code_comes_back_as_it_was(code: str) -> None:
    assert len(code) == 11
    assert normalize_tracking_code(code) == code


@given(CODES)
def test_tracking_code_is_read_as_people_type_it(code: str) -> None:
    typed = f" {code[:4]}-{code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
    assert normalize_tracking_code(typed) == code


@given(CODES, st.integers(0, 9), st.sampled_from(CROCKFORD))
def test_one_mistaken_character_is_noticed(code: str, place: int, other: str) -> None:
    mistaken = code[:place] + other + code[place + 1 :]
    if mistaken != code:
        with pytest.raises(BadTrackingCode):
            normalize_tracking_code(mistaken)


@given(CODES, st.integers(0, 9))
def test_two_neighbours_changed_over_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(BadTrackingCode):
            normalize_tracking_code(swapped)


@pytest.mark.parametrize("text", ["", "ABC", "U" * 11, "0" * 12, "文明文明文明文明文明文", "0000000000\x00"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadTrackingCode):
        normalize_tracking_code(text)


def test_full_width_is_read_too() -> None:
    assert normalize_tracking_code("０００００００００００") == "0" * 10 + CHECK[0]
