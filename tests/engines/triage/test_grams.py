from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from wenming.engines.triage.grams import grams, plain, written

CHINESE = st.text(alphabet="甲乙丙丁路灯垃圾a0 ", max_size=30)


@given(st.lists(CHINESE, max_size=6), st.integers(1, 4), st.one_of(st.none(), st.integers(0, 10)))
def test_grams_are_every_run_of_every_text(texts: list[str], longest: int, first: int | None) -> None:
    found = grams(texts, longest=longest, first=first)
    named = Counter(
        (int(text), int(start), written(int(key)))
        for text, start, key in zip(found.texts, found.starts, found.keys, strict=True)
    )
    cut = [text if first is None else text[:first] for text in texts]
    expected = Counter(
        (number, at, text[at : at + size])
        for number, text in enumerate(cut)
        for size in range(1, longest + 1)
        for at in range(len(text) - size + 1)
    )
    assert named == expected


def test_plain_reads_widths_digits_masks_and_blanks_alike() -> None:
    assert plain("　电话１３８**** \n  Ａ区5栋 ") == "电话000* a区0栋"


def test_grams_of_strange_characters_are_one_kind() -> None:
    assert list(grams(["😀"], longest=1).keys) == list(grams(["😎"], longest=1).keys) == [0xFFFD]
