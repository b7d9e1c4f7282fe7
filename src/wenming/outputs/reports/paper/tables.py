"""Tables whose cells may hold figures."""

from collections.abc import Iterable

from wenming.kernel.documents.grid import Cell, grid
from wenming.kernel.documents.wml import Element
from wenming.outputs.reports.paper.anchors import Marks, Numbering, written
from wenming.outputs.reports.paper.blocks import Figure, Run, Runs, Table


def table(block: Table, marks: Marks, numbering: Numbering) -> list[Element]:
    def cell(runs: Runs) -> Cell:
        return Cell(plain(runs), tuple(written(runs, marks, numbering)))

    rows = [[cell(runs) for runs in row] for row in block.rows]
    return grid(block.header, rows, title=block.title, foot=block.foot)


def plain(runs: Iterable[Run]) -> str:
    """The text of a cell, without what is still to be filled in: a placeholder may wrap."""
    return "".join((one.display or "") if isinstance(one, Figure) else one.text for one in runs)
