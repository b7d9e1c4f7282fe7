"""What is sealed is read again under the same secret, for the same purpose and owner, and not otherwise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel import sealed


@given(text=st.text(max_size=200), owner=st.text(max_size=20))
def test_unseal_gives_back_what_was_sealed(text: str, owner: str) -> None:
    closed = sealed.seal(text, purpose="test", owner=owner)
    assert sealed.unseal(closed, purpose="test", owner=owner) == text


def test_seal_twice_shows_no_likeness() -> None:
    first, second = (sealed.seal("the same", purpose="test", owner="1") for _ in range(2))
    assert first != second
    assert b"the same" not in first


@pytest.mark.parametrize(("purpose", "owner"), [("test", "2"), ("other", "1"), ("other", "2")])
def test_unseal_for_another_purpose_or_owner(purpose: str, owner: str) -> None:
    closed = sealed.seal("secret", purpose="test", owner="1")
    with pytest.raises(sealed.Unreadable):
        sealed.unseal(closed, purpose=purpose, owner=owner)


def test_unseal_under_another_secret(settings: Any) -> None:
    closed = sealed.seal("secret", purpose="test", owner="1")
    settings.SECRET_KEY = "another secret of sufficient length, 0123456789"
    with pytest.raises(sealed.Unreadable):
        sealed.unseal(closed, purpose="test", owner="1")


@given(place=st.integers(0, 100), data=st.binary(max_size=60))
def test_unseal_of_what_was_changed_or_was_never_sealed(place: int, data: bytes) -> None:
    closed = bytearray(sealed.seal("secret", purpose="test", owner="1"))
    closed[place % len(closed)] ^= 1
    for wrong in (bytes(closed), data):
        with pytest.raises(sealed.Unreadable):
            sealed.unseal(wrong, purpose="test", owner="1")
