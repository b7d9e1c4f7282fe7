"""A figure on paper: its text, the mark of its source, a bookmark and a content control."""

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from wenming.kernel.documents import words
from wenming.kernel.documents.wml import Element, run, val, w
from wenming.outputs.reports.paper import errors
from wenming.outputs.reports.paper.blocks import Figure, Run, anchor_of

# Word cuts the tag and the title of a content control at 64 UTF-16 units.
WORD_LABEL_UNITS = 64

COMPUTED_COLOUR = "1F6B45"
DECLARED_COLOUR = "1D5B8F"
MISSING_COLOUR = "8A5A00"
MISSING_FILL = "FDF1D3"


class Marks(enum.Enum):
    """A draft shows where each figure comes from; a clean copy is for the printer."""

    DRAFT = "draft"
    CLEAN = "clean"


@dataclass
class Numbering:
    """Ids that must be unique in one file, the charts so far, and how often each figure has been told."""

    ids: int = 0
    charts: int = 0
    told: Counter[str] = field(default_factory=Counter)
    anchors: set[str] = field(default_factory=set)

    def next_id(self) -> int:
        self.ids += 1
        return self.ids

    def tag(self, figure: Figure) -> str:
        """`wm:key#period`, with `#2` for the second telling.

        Where that is too long for Word, or the anchor is not the one that follows
        from it, the tag is the anchor itself; `anchor_of_tag` reads both.
        """
        if figure.anchor in self.anchors:
            raise errors.anchor_twice(figure.anchor)
        self.anchors.add(figure.anchor)
        self.told[figure.reference] += 1
        occurrence = self.told[figure.reference]
        tag = f"wm:{figure.reference}" + (f"#{occurrence}" if occurrence > 1 else "")
        is_derived = anchor_of(figure.key, figure.period, occurrence) == figure.anchor
        if is_derived and words.utf16_units(tag) <= WORD_LABEL_UNITS:
            return tag
        return f"wm:{figure.anchor}"


def anchor_of_tag(tag: str) -> str | None:
    """The anchor that a content control's tag stands for; None when it is not ours."""
    if not tag.startswith("wm:"):
        return None
    key, _, rest = tag.removeprefix("wm:").partition("#")
    if not rest:
        return key if key.startswith("wm_") else None
    period, _, occurrence = rest.partition("#")
    if occurrence and not (occurrence.isascii() and occurrence.isdigit()):
        return None
    return anchor_of(key, period, int(occurrence or "1"))


def alias(figure: Figure) -> str:
    told = f"（截至{words.moment(figure.as_of)}）"
    return words.clip(figure.name, WORD_LABEL_UNITS - words.utf16_units(told)) + told


def marks_of(figure: Figure, marks: Marks) -> list[Element]:
    """Run properties, in the order of the schema (color, u, bdr, shd)."""
    if marks is Marks.CLEAN:
        return []
    if figure.source == "computed":
        return [w("u", val="single", color=COMPUTED_COLOUR)]
    if figure.source == "declared":
        return [w("u", val="dotted", color=DECLARED_COLOUR)]
    return [
        val("color", MISSING_COLOUR),
        w("bdr", val="dashed", sz=4, space=0, color=MISSING_COLOUR),
        w("shd", val="clear", color="auto", fill=MISSING_FILL),
    ]


def anchored(figure: Figure, marks: Marks, numbering: Numbering) -> list[Element]:
    tag = numbering.tag(figure)
    bookmark = numbering.next_id()
    control = w(
        "sdt",
        w(
            "sdtPr",
            val("alias", alias(figure)),
            val("tag", tag),
            val("id", numbering.next_id()),
            w("richText"),
        ),
        w("sdtContent", run(figure.shown, *marks_of(figure, marks))),
    )
    return [
        w("bookmarkStart", id=bookmark, name=figure.anchor),
        control,
        w("bookmarkEnd", id=bookmark),
    ]


def written(runs: Iterable[Run], marks: Marks, numbering: Numbering) -> list[Element]:
    made: list[Element] = []
    for one in runs:
        if isinstance(one, Figure):
            made.extend(anchored(one, marks, numbering))
        elif one.text:
            made.append(run(one.text))
    return made
