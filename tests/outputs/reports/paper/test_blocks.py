import dataclasses
from typing import Any

import pytest

from tests.outputs.reports.paper.papers import make_document, make_figure, make_report
from wenming.kernel.documents.errors import PaperError
from wenming.outputs.reports.paper.blocks import Document, Table, Text, anchor_of, figures, number_anchors


def test_anchor_follows_from_key_period_and_occurrence() -> None:
    assert anchor_of("problems.found", "2026") == "wm_dbd932c2372e"
    assert len({anchor_of("a", "2026"), anchor_of("a", "2026", 2), anchor_of("a", "2025"), anchor_of("b", "2026")}) == 4


def test_number_anchors_counts_a_repeated_figure() -> None:
    document = make_document(make_figure(), Text("，"), make_figure())
    assert [one.anchor for one in figures(document)] == [
        anchor_of("problems.found", "2026", 1),
        anchor_of("problems.found", "2026", 2),
    ]


def test_number_anchors_changes_nothing_the_second_time() -> None:
    assert number_anchors(make_report()) == make_report()


def test_show_a_placeholder_when_missing() -> None:
    assert make_figure(display=None, name="兑换金额").shown == "【待补：兑换金额】"


@pytest.mark.parametrize(
    "change",
    [
        {"display": None},
        {"source": "missing"},
        {"display": ""},
        {"anchor": "wm_1"},
        {"key": "a#b"},
        {"key": ""},
        {"as_of": "yesterday"},
    ],
)
def test_refuse_a_figure_that_contradicts_itself(change: dict[str, Any]) -> None:
    with pytest.raises(PaperError) as refused:
        dataclasses.replace(make_figure(), **change)
    assert refused.value.code == "paper.bad_figure"


@pytest.mark.parametrize("text", ["a\x0bb", "两\n行", "\ud800", "\uffff"])
def test_refuse_text_that_cannot_be_printed(text: str) -> None:
    with pytest.raises(PaperError) as refused:
        Text(text)
    assert refused.value.code == "paper.bad_text"


def test_refuse_a_table_with_a_short_row() -> None:
    with pytest.raises(PaperError):
        Table(("一", "二"), (((Text("1"),),),))


def test_write_the_document_number_in_the_standard_form() -> None:
    assert Document((), "t", "和文明办[2026]第03号").number == "和文明办〔2026〕3号"
