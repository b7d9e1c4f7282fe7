"""Text as people mean it."""

from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel.plain import plain


def test_plain_takes_out_what_no_page_shows() -> None:
    assert plain(" 井\x00盖\u202e松动\u2066\ufeff ") == "井盖松动"
    assert plain("一行\r\n二行\t三\r四") == "一行\n二行\t三\n四"


def test_plain_keeps_rare_characters_and_joined_emoji() -> None:
    assert plain("𠮷野家👨\u200d👩\u200d👧") == "𠮷野家👨\u200d👩\u200d👧"


@given(st.text(st.characters(exclude_categories=[])))
def test_plain_can_be_kept_and_is_plain_already(text: str) -> None:
    made = plain(text)
    made.encode()
    assert ("\x00" not in made, plain(made)) == (True, made)
