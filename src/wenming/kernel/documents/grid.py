"""Tables: a ruled grid as wide as the text block, its header on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from wenming.kernel.documents import measures as m
from wenming.kernel.documents import words
from wenming.kernel.documents.wml import Element, fonts, run, val, w

# A column of short entries reads best centred, one of sentences from the left.
SHORT_HALF_WIDTHS = 20
MIN_HALF_WIDTHS = 6
# The cell’s own margins, and a little where digits are wider than half.
PADDING_HALF_WIDTHS = 3
RULE: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "000000"}


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` measures the column, `content` is what the paragraph of the cell holds."""

    text: str
    content: tuple[Element, ...]


def cell(text: str) -> Cell:
    return Cell(text, (run(text),) if text else ())


def grid(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    title: str = "",
    foot: str = "",
    total_width: int = m.TEXT_WIDTH,
) -> list[Element]:
    """The table and the paragraph after it; every row has as many cells as the header. `total_width` in twips."""
    wide = half_widths(header, rows)
    widths = column_widths(wide, total_width)
    places = ["center" if one <= SHORT_HALF_WIDTHS else "left" for one in wide]
    made = [
        w(
            "tbl",
            _properties(total_width),
            w("tblGrid", *[w("gridCol", w=width) for width in widths]),
            _header(header, widths),
            *[
                w(
                    "tr",
                    w("trPr", w("cantSplit")),
                    *[
                        _cell(width, [val("jc", place)], one.content)
                        for width, place, one in zip(widths, places, row, strict=True)
                    ],
                )
                for row in rows
            ],
        )
    ]
    if title:
        made.insert(0, w("p", w("pPr", val("pStyle", "TableTitle")), run(title)))
    # Two tables that touch become one, so a paragraph always follows.
    air = w("spacing", before=m.CELL_MARGIN, after=m.CELL_MARGIN, line=240, lineRule="auto")
    made.append(w("p", w("pPr", val("pStyle", "TableFoot"), air), *([run(foot)] if foot else [])))
    return made


def half_widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The widest entry of each column, in half characters."""
    columns: list[Sequence[Cell]] = list(zip(*rows, strict=True)) if rows else [() for _ in header]
    return [
        max([words.half_widths(head), *[words.half_widths(one.text) for one in column]])
        for head, column in zip(header, columns, strict=True)
    ]


def column_widths(wide: Sequence[int], total_width: int = m.TEXT_WIDTH) -> list[int]:
    """Twips that sum to the whole width.

    Short columns get what they hold; only the widest are squeezed, to one common
    width, when the table would not fit, and what is left over is shared by need.
    """
    wanted = [max(width, MIN_HALF_WIDTHS) + PADDING_HALF_WIDTHS for width in wide]
    room = total_width // m.TABLE_HALF_CHARACTER
    while sum(wanted) > room and max(wanted) > 1:
        widest = max(wanted)
        wanted[wanted.index(widest)] = widest - 1
    shares = [total_width * one // sum(wanted) for one in wanted]
    shares[-1] += total_width - sum(shares)
    return shares


def _header(header: Sequence[str], widths: Sequence[int]) -> Element:
    return w(
        "tr",
        w("trPr", w("cantSplit"), w("tblHeader")),
        *[
            _cell(width, [w("keepNext"), val("jc", "center")], [run(words_, fonts(m.HEAVY_FONT))])
            for width, words_ in zip(widths, header, strict=True)
        ],
    )


def _properties(total_width: int) -> Element:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    return w(
        "tblPr",
        w("tblW", w=total_width, type="dxa"),
        val("jc", "center"),
        w("tblBorders", *[w(edge, **RULE) for edge in edges]),
        w("tblLayout", type="fixed"),
        # Told to each table: LibreOffice passes over the margins of the default style.
        w(
            "tblCellMar",
            w("top", w=m.CELL_MARGIN, type="dxa"),
            w("left", w=m.CELL_SIDE_MARGIN, type="dxa"),
            w("bottom", w=m.CELL_MARGIN, type="dxa"),
            w("right", w=m.CELL_SIDE_MARGIN, type="dxa"),
        ),
    )


def _cell(width: int, properties: Sequence[Element], runs: Sequence[Element]) -> Element:
    return w(
        "tc",
        w("tcPr", w("tcW", w=width, type="dxa"), val("vAlign", "center")),
        w("p", w("pPr", val("pStyle", "TableText"), *properties), *runs),
    )
