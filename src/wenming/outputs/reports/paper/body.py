"""Blocks in order, as the paragraphs of the main story."""

import re

from wenming.kernel.documents import charts, layout
from wenming.kernel.documents.package import Part, relationship_id
from wenming.kernel.documents.wml import Element, run, val, w
from wenming.outputs.reports.paper.anchors import Marks, Numbering, written
from wenming.outputs.reports.paper.blocks import (
    AttachmentNote,
    Block,
    Body,
    Chart,
    Document,
    Heading1,
    Heading2,
    Heading3,
    Recipient,
    Signature,
    Table,
    Title,
)
from wenming.outputs.reports.paper.tables import table

_OWN_NUMBER = {
    1: re.compile(r"^[一二三四五六七八九十百]+、"),
    2: re.compile(r"^（[一二三四五六七八九十百]+）"),
    3: re.compile(r"^\d+[.．]"),
}


def story(document: Document, marks: Marks, numbering: Numbering) -> list[Element]:
    made: list[Element] = []
    if document.number:
        made.append(layout.number(document.number))
    counts = [0, 0, 0]
    blocks = document.blocks
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if isinstance(block, Heading1 | Heading2 | Heading3):
            made.append(_heading(block, counts))
        elif isinstance(block, Body):
            made.append(_body(block, following, marks, numbering))
        elif isinstance(block, Table):
            made.extend(table(block, marks, numbering))
        elif isinstance(block, Chart):
            made.extend(_chart(block, marks, numbering))
        else:
            made.extend(_furniture(block))
    return made


def drawn(document: Document) -> tuple[Part, ...]:
    """The parts of the charts in reading order; they come first among the parts that are related to the story."""
    found = [block for block in document.blocks if isinstance(block, Chart)]
    return tuple(part for number, one in enumerate(found, start=1) for part in charts.chart_parts(_bars(one), number))


def _chart(block: Chart, marks: Marks, numbering: Numbering) -> list[Element]:
    numbering.charts += 1
    number = numbering.charts
    told = "，".join(f"{label}{figure.shown}" for label, figure in block.points)
    title = w("p", w("pPr", val("pStyle", "TableTitle"), w("keepNext")), run(block.title))
    held = charts.chart_paragraph(relationship_id(number - 1), number=number, description=f"{block.title}：{told}")
    return [title, held, *table(block.table(), marks, numbering)]


def _bars(block: Chart) -> charts.Bars:
    return charts.Bars(
        block.value_head,
        tuple(label for label, _figure in block.points),
        tuple(figure.numerator for _label, figure in block.points),
    )


def _furniture(block: Title | Recipient | AttachmentNote | Signature) -> list[Element]:
    if isinstance(block, Title):
        return [layout.title(block.text)]
    if isinstance(block, Recipient):
        return [layout.recipient(block.text)]
    if isinstance(block, AttachmentNote):
        return layout.attachments(block.names)
    return layout.signature(block.issuer, block.date)


def _heading(block: Heading1 | Heading2 | Heading3, counts: list[int]) -> Element:
    level = {Heading1: 1, Heading2: 2, Heading3: 3}[type(block)]
    counts[level - 1] += 1
    counts[level:] = [0] * (len(counts) - level)
    text = block.text
    if not _OWN_NUMBER[level].match(text):
        text = layout.heading_number(level, counts[level - 1]) + text
    return layout.paragraph(f"Heading{level}", [run(text)])


def _body(block: Body, following: Block | None, marks: Marks, numbering: Numbering) -> Element:
    # A signature alone on its page looks like a forged one: some of the text goes with it.
    keep = [w("keepNext")] if isinstance(following, Signature | AttachmentNote) else []
    return layout.paragraph("BodyText", written(block.runs, marks, numbering), *keep)
