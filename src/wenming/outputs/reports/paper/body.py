"""Blocks in order, as the paragraphs of the main story."""

import re
from collections.abc import Sequence

from wenming.outputs.reports.paper import measures as m
from wenming.outputs.reports.paper import words
from wenming.outputs.reports.paper.anchors import Marks, Numbering, written
from wenming.outputs.reports.paper.blocks import (
    AttachmentNote,
    Block,
    Body,
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
from wenming.outputs.reports.paper.wml import Element, run, val, w

_OWN_NUMBER = {
    1: re.compile(r"^[一二三四五六七八九十百]+、"),
    2: re.compile(r"^（[一二三四五六七八九十百]+）"),
    3: re.compile(r"^\d+[.．]"),
}

# The date stands four characters from the right, the issuer centred above it.
DATE_INDENT = 4


def story(document: Document, marks: Marks, numbering: Numbering) -> list[Element]:
    made: list[Element] = []
    if document.number:
        made.append(_paragraph("Number", [run(document.number)]))
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
        else:
            made.extend(_furniture(block))
    return made


def _furniture(block: Title | Recipient | AttachmentNote | Signature) -> list[Element]:
    if isinstance(block, Title):
        return _title(block)
    if isinstance(block, Recipient):
        return [_paragraph("Recipient", [run(block.text.rstrip(":：") + "：")])]
    if isinstance(block, AttachmentNote):
        return _attachments(block)
    return _signature(block)


def _paragraph(style: str, runs: Sequence[Element], *properties: Element) -> Element:
    return w("p", w("pPr", val("pStyle", style), *properties), *runs)


def _spacing(before: int, after: int) -> Element:
    return w("spacing", before=before, after=after, line=m.LINE, lineRule="exact")


def _title(block: Title) -> list[Element]:
    lines = block.text.split("\n")
    runs = [run(lines[0])]
    for line in lines[1:]:
        runs.append(w("r", w("br")))
        runs.append(run(line))
    return [_paragraph("Title", runs)]


def _heading(block: Heading1 | Heading2 | Heading3, counts: list[int]) -> Element:
    level = {Heading1: 1, Heading2: 2, Heading3: 3}[type(block)]
    counts[level - 1] += 1
    counts[level:] = [0] * (len(counts) - level)
    text = block.text
    if not _OWN_NUMBER[level].match(text):
        text = _number(level, counts[level - 1]) + text
    return _paragraph(f"Heading{level}", [run(text)])


def _number(level: int, count: int) -> str:
    if level == 1:
        return words.numeral(count) + "、"
    if level == 2:
        return f"（{words.numeral(count)}）"
    return f"{count}."


def _body(block: Body, following: Block | None, marks: Marks, numbering: Numbering) -> Element:
    # A signature alone on its page looks like a forged one: some of the text goes with it.
    keep = [w("keepNext")] if isinstance(following, Signature | AttachmentNote) else []
    return _paragraph("BodyText", written(block.runs, marks, numbering), *keep)


def _attachments(block: AttachmentNote) -> list[Element]:
    """附件： two characters in, the names under one another, a blank line above."""
    made: list[Element] = []
    is_list = len(block.names) > 1
    for count, name in enumerate(block.names, start=1):
        label = "附件：" if count == 1 else ""
        number = f"{count}." if is_list else ""
        # Two characters in, three of 附件：, and room for the number up to its tab.
        left = round((2 + 3 + (1.25 if is_list else 0)) * m.CHARACTER)
        hanging = left - round((2 if label else 5) * m.CHARACTER)
        runs = [run(label + number)] if label or number else []
        if is_list:
            runs.append(w("r", w("tab")))
        runs.append(run(name))
        before = m.LINE if count == 1 else 0
        made.append(
            _paragraph(
                "Attachment",
                runs,
                w("keepNext"),
                _spacing(before, 0),
                w("ind", left=left, hanging=hanging),
            )
        )
    return made


def _signature(block: Signature) -> list[Element]:
    """GB/T 9704-2012, 7.3.5.1: with room for a seal, which is never printed."""
    date = words.day(block.date)
    right = DATE_INDENT * m.CHARACTER
    # The issuer is centred in a box around the middle of the date, as wide as it needs.
    middle = right + _twips(date) // 2
    half = min(middle, max(_twips(date), _twips(block.issuer) + 2 * m.CHARACTER) // 2)
    return [
        _paragraph(
            "Signature",
            [run(block.issuer)],
            w("keepNext"),
            _spacing(2 * m.LINE, 0),
            w("ind", left=max(0, m.TEXT_WIDTH - middle - half), right=middle - half),
            val("jc", "center"),
        ),
        _paragraph("Signature", [run(date)], w("ind", right=right)),
    ]


def _twips(text: str) -> int:
    return (2 * words.half_widths(text) + words.seams(text)) * m.CHARACTER // 4
