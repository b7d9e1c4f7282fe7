"""What holds for every paper, whatever it says."""

import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.outputs.reports.paper.papers import AS_OF, holder, rewrite
from wenming.outputs.reports.paper.anchors import Marks
from wenming.outputs.reports.paper.blocks import (
    Block,
    Body,
    Document,
    Figure,
    Heading1,
    Run,
    Source,
    Table,
    Text,
    anchor_of,
    figures,
    number_anchors,
)
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.read import read_paper
from wenming.outputs.reports.paper.verify import verify_paper

MAIN = "word/document.xml"

texts = st.text(
    st.one_of(
        st.sampled_from("文明实践街道整改率〔〕“”，。<>&'\"  %0123456789𠮷㐀é"),
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=80,
)
keys = st.from_regex(r"[a-z]{1,30}(\.[a-z_]{1,50}){1,3}", fullmatch=True)
displays = st.one_of(
    st.from_regex(r"[0-9]{1,7}(\.[0-9]{1,2})?(件|%|万余人次)", fullmatch=True),
    st.sampled_from(("九成三以上", "𠮷祥社区等3个", " 12 ", "1<2", "近 5&6")),
)


@st.composite
def made_figures(draw: st.DrawFn) -> Figure:
    key, period = draw(keys), draw(st.sampled_from(("2024", "2024-H1", "2024-01..2024-09")))
    source: Source = draw(st.sampled_from(("computed", "declared", "missing")))
    display = None if source == "missing" else draw(displays)
    counts = st.none() | st.integers(0, 10**12)
    return Figure(
        key=key,
        period=period,
        name=draw(texts),
        unit=draw(st.sampled_from(("件", "%", ""))),
        display=display,
        value=display,
        numerator=draw(counts),
        denominator=draw(counts),
        as_of=AS_OF,
        source=source,
        anchor=anchor_of(key, period),
    )


runs: st.SearchStrategy[tuple[Run, ...]] = st.lists(st.one_of(texts.map(Text), made_figures()), max_size=5).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    runs.map(Body),
    texts.map(Heading1),
    st.lists(st.tuples(runs, runs), max_size=3).map(lambda rows: Table(("甲", "乙"), tuple(rows))),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    made = draw(st.lists(blocks, max_size=6))
    # One figure told twice in a paper is common, chance would never draw it.
    if told := list(figures(Document(tuple(made), ""))):
        made.append(Body((told[0], Text("；"))))
    return number_anchors(Document(tuple(made), draw(texts)))


few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(documents(), st.sampled_from(Marks))
def test_find_every_figure_with_its_text(document: Document, marks: Marks) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.docx"
        kept = build_docx(document, path, marks=marks)
        paper = read_paper(path)
    told = list(figures(document))
    assert [(one.anchor, one.bookmarks, one.controls) for one in paper.anchored] == [
        (one.anchor, (one.shown,), (one.shown,)) for one in told
    ]
    assert paper.manifest == kept
    found = verify_paper(paper, current={one.anchor: one for one in told})
    assert (found.unchanged, found.is_current) == (len(told), True)


def retyped(display: str, digit: str) -> str:
    return re.sub(r"\d", lambda old: str((int(old[0]) + int(digit)) % 10), display, count=1)


@few
@given(documents(), st.data())
def test_find_exactly_the_figure_whose_digit_was_edited(document: Document, data: st.DataObject) -> None:
    told = list(figures(document))
    with_digits = [one for one in told if one.display and re.search(r"\d", one.display)]
    if not with_digits:
        return
    target = data.draw(st.sampled_from(with_digits))
    digit = data.draw(st.sampled_from("123456789"))

    def edit(xml: str) -> str:
        def replace(found: re.Match[str]) -> str:
            return re.sub(r"(?<=>)[^<>]*(?=</w:t>)", lambda text: retyped(text[0], digit), found[0])

        return holder(target.anchor).sub(replace, xml)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.docx"
        kept = build_docx(document, path)
        paper = read_paper(rewrite(path, MAIN, edit))
    found = verify_paper(paper, current={one.anchor: one for one in told}, kept=kept)
    assert [(one.anchor, one.expected, one.shown) for one in found.edited] == [
        (target.anchor, target.shown, retyped(target.shown, digit))
    ]
    assert (found.unchanged, found.moved, found.lost) == (len(told) - 1, [], [])


@few
@given(documents(), st.data())
def test_find_exactly_the_figure_whose_holders_were_removed(document: Document, data: st.DataObject) -> None:
    told = list(figures(document))
    if not told:
        return
    target = data.draw(st.sampled_from(told))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.docx"
        build_docx(document, path)
        paper = read_paper(rewrite(path, MAIN, lambda xml: holder(target.anchor).sub("", xml)))
    found = verify_paper(paper, current={one.anchor: one for one in told})
    assert [one.anchor for one in found.lost] == [target.anchor]
    assert (found.unchanged, found.edited) == (len(told) - 1, [])


@few
@given(st.binary(max_size=400), st.integers(0, 20_000))
def test_read_fails_only_in_its_own_words(noise: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.docx"
        build_docx(Document((Body((Text("甲"),)),), "t"), path)
        data = path.read_bytes()
        place = at % len(data)
        path.write_bytes(data[:place] + noise + data[place + len(noise) :])
        try:
            read_paper(path)
        except Exception as error:
            assert type(error).__name__ == "PaperError"  # noqa: PT017
