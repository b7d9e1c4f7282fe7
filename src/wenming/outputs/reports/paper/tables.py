"""Tables: a ruled grid as wide as the text block, its header on every page."""

from collections.abc import Iterable, Sequence

from wenming.outputs.reports.paper import measures as m
from wenming.outputs.reports.paper import words
from wenming.outputs.reports.paper.anchors import Marks, Numbering, written
from wenming.outputs.reports.paper.blocks import Figure, Run, Table
from wenming.outputs.reports.paper.wml import Element, fonts, run, val, w

# A column of short entries reads best centred, one of sentences from the left.
SHORT_HALF_WIDTHS = 20
MIN_HALF_WIDTHS = 6
# The cell’s own margins, and a little where digits are wider than half.
PADDING_HALF_WIDTHS = 3
RULE: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "000000"}


def table(block: Table, marks: Marks, numbering: Numbering) -> list[Element]:
    widths = column_widths(block)
    places = ["center" if one <= SHORT_HALF_WIDTHS else "left" for one in half_widths(block)]
    grid = w("tblGrid", *[w("gridCol", w=width) for width in widths])
    header = w(
        "tr",
        w("trPr", w("cantSplit"), w("tblHeader")),
        *[
            _cell(width, [w("keepNext"), val("jc", "center")], [run(words_, fonts(m.HEAVY_FONT))])
            for width, words_ in zip(widths, block.header, strict=True)
        ],
    )
    rows = [
        w(
            "tr",
            w("trPr", w("cantSplit")),
            *[
                _cell(width, [val("jc", place)], written(cell, marks, numbering))
                for width, place, cell in zip(widths, places, row, strict=True)
            ],
        )
        for row in block.rows
    ]
    made = [w("tbl", _properties(), grid, header, *rows)]
    if block.title:
        made.insert(0, w("p", w("pPr", val("pStyle", "TableTitle")), run(block.title)))
    # Two tables that touch become one, so a paragraph always follows.
    foot = [run(block.foot)] if block.foot else []
    air = w("spacing", before=m.CELL_MARGIN, after=m.CELL_MARGIN, line=240, lineRule="auto")
    made.append(w("p", w("pPr", val("pStyle", "TableFoot"), air), *foot))
    return made


def half_widths(block: Table) -> list[int]:
    """The widest entry of each column, in half characters; a placeholder may wrap."""
    columns = zip(*block.rows, strict=True) if block.rows else [() for _ in block.header]
    return [
        max([words.half_widths(head), *[words.half_widths(plain(cell)) for cell in column]])
        for head, column in zip(block.header, columns, strict=True)
    ]


def column_widths(block: Table) -> list[int]:
    """Twips that sum to the text block.

    Short columns get what they hold; only the widest are squeezed, to one common
    width, when the table would not fit, and what is left over is shared by need.
    """
    wanted = [max(width, MIN_HALF_WIDTHS) + PADDING_HALF_WIDTHS for width in half_widths(block)]
    room = m.TEXT_WIDTH // m.TABLE_HALF_CHARACTER
    while sum(wanted) > room and max(wanted) > 1:
        widest = max(wanted)
        wanted[wanted.index(widest)] = widest - 1
    shares = [m.TEXT_WIDTH * one // sum(wanted) for one in wanted]
    shares[-1] += m.TEXT_WIDTH - sum(shares)
    return shares


def plain(runs: Iterable[Run]) -> str:
    """The text of a cell, without what is still to be filled in."""
    return "".join((one.display or "") if isinstance(one, Figure) else one.text for one in runs)


def _properties() -> Element:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    return w(
        "tblPr",
        w("tblW", w=m.TEXT_WIDTH, type="dxa"),
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
