import pytest

from wenming.kernel.documents import words
from wenming.kernel.documents.errors import PaperError


@pytest.mark.parametrize(
    ("n", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九"), (100, "100")]
)
def test_numeral_counts_as_headings_do(n: int, written: str) -> None:
    assert words.numeral(n) == written


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("2024", "2024年"),
        ("2024-H1", "2024年上半年"),
        ("2024-Q3", "2024年第三季度"),
        ("2024-03", "2024年3月"),
        ("2024-01..2024-09", "2024年1月至9月"),
        ("2023-11..2024-02", "2023年11月至2024年2月"),
        ("十四五", "十四五"),
    ],
)
def test_period_reads_as_an_office_writes(label: str, written: str) -> None:
    assert words.period(label) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("和文明办〔2026〕3号", "和文明办〔2026〕3号"),
        ("和文明办[2026]第03号", "和文明办〔2026〕3号"),
        ("和文明办（2026）12号", "和文明办〔2026〕12号"),
    ],
)
def test_document_number_takes_the_standard_form(text: str, written: str) -> None:
    assert words.document_number(text) == written


@pytest.mark.parametrize("text", ["", "和文明办2026年3号", "〔2026〕3号", "和文明办〔26〕3号", "和文明办〔2026〕0号"])
def test_document_number_refuses_what_it_cannot_read(text: str) -> None:
    with pytest.raises(PaperError) as refused:
        words.document_number(text)
    assert refused.value.code == "paper.bad_number"


def test_clip_never_cuts_a_rare_character_in_two() -> None:
    assert words.clip("𠮷" * 40, 64) == "𠮷" * 31 + "…"


def test_moment_prints_a_time_without_leading_zeros() -> None:
    assert words.moment("2026-03-05T08:05:00+08:00") == "2026年3月5日8:05"
    assert words.moment("2026-03-05") == "2026年3月5日"
