"""The paragraphs of an official paper, by what they are: title, addressee, text, attachments, signature."""

import datetime as dt
from collections.abc import Sequence

from wenming.kernel.documents import measures as m
from wenming.kernel.documents import words
from wenming.kernel.documents.wml import Element, run, val, w

# The date stands four characters from the right, the issuer centred above it.
DATE_INDENT = 4


def paragraph(style: str, runs: Sequence[Element], *properties: Element) -> Element:
    """`style` is an id of `styles`; `properties` in the order of the schema."""
    return w("p", w("pPr", val("pStyle", style), *properties), *runs)


def text(words_: str) -> Element:
    """Body text, two characters in."""
    return paragraph("BodyText", [run(words_)])


def title(words_: str) -> Element:
    """A line break is where the writer wants the title to turn."""
    lines = words_.split("\n")
    runs = [run(lines[0])]
    for line in lines[1:]:
        runs += [w("r", w("br")), run(line)]
    return paragraph("Title", runs)


def recipient(words_: str) -> Element:
    """主送机关, flush left, closed by a colon that is added when it is not there."""
    return paragraph("Recipient", [run(words_.rstrip(":：") + "：")])


def number(text_: str) -> Element:
    """发文字号 as it stands under the masthead."""
    return paragraph("Number", [run(text_)])


def heading_number(level: int, count: int) -> str:
    """一、 then （一） then 1."""
    if level == 1:
        return words.numeral(count) + "、"
    if level == 2:
        return f"（{words.numeral(count)}）"
    return f"{count}."


def attachments(names: Sequence[str]) -> list[Element]:
    """附件： two characters in, the names under one another, a blank line above."""
    made: list[Element] = []
    is_list = len(names) > 1
    for count, name in enumerate(names, start=1):
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
            paragraph(
                "Attachment",
                runs,
                w("keepNext"),
                _spacing(before, 0),
                w("ind", left=left, hanging=hanging),
            )
        )
    return made


def signature(issuer: str, date: dt.date) -> list[Element]:
    """GB/T 9704-2012, 7.3.5.1: with room for a seal, which is never printed."""
    day = words.day(date)
    right = DATE_INDENT * m.CHARACTER
    # The issuer is centred in a box around the middle of the date, as wide as it needs.
    middle = right + _twips(day) // 2
    half = min(middle, max(_twips(day), _twips(issuer) + 2 * m.CHARACTER) // 2)
    return [
        paragraph(
            "Signature",
            [run(issuer)],
            w("keepNext"),
            _spacing(2 * m.LINE, 0),
            w("ind", left=max(0, m.TEXT_WIDTH - middle - half), right=middle - half),
            val("jc", "center"),
        ),
        paragraph("Signature", [run(day)], w("ind", right=right)),
    ]


def _twips(text: str) -> int:
    return (2 * words.half_widths(text) + words.seams(text)) * m.CHARACTER // 4


def _spacing(before: int, after: int) -> Element:
    return w("spacing", before=before, after=after, line=m.LINE, lineRule="exact")
