"""From an outline to the document that is printed."""

from wenming.foundation.people import selectors as people
from wenming.kernel import clock
from wenming.outputs.reports.outline import Grid, Outline, Paragraph, Placed
from wenming.outputs.reports.paper.blocks import (
    Block,
    Body,
    Chart,
    Declaration,
    Document,
    Heading1,
    Heading2,
    Run,
    Runs,
    Signature,
    Table,
    Text,
    Title,
    number_anchors,
)


def compose(outline: Outline) -> Document:
    """The paper of an outline, signed by its issuer on the day of its figures; one query where figures were declared."""
    issuer = outline.area.issuer
    blocks: list[Block] = [Title(outline.title)]
    for section in outline.sections:
        if section.heading:
            blocks.append(Heading1(section.heading))
        blocks += [_block(paragraph) for paragraph in section.paragraphs]
    at = clock.local(outline.at)
    blocks.append(Signature(issuer, at.date()))
    document = Document(
        blocks=tuple(blocks),
        title=outline.title.replace("\n", ""),
        meta={"author": issuer, "subject": outline.period.label, "created": at.isoformat(timespec="seconds")},
        declarations=tuple(_declarations(outline)),
    )
    return number_anchors(document)


def _block(paragraph: Paragraph) -> Block:
    if paragraph.is_heading:
        return Heading2("".join(run for run in paragraph.runs if isinstance(run, str)))
    if paragraph.grid is not None:
        return _grid(paragraph.grid, "".join(run for run in paragraph.runs if isinstance(run, str)))
    return Body(tuple(_run(run) for run in paragraph.runs))


def _grid(grid: Grid, title: str) -> Chart | Table:
    if not grid.is_drawn:
        rows: list[tuple[Runs, ...]] = [
            ((Text(label),), *((one.figure,) for one in cells)) for label, cells in grid.rows
        ]
        return Table(grid.header, tuple(rows), title=title, foot=grid.foot)
    beside = tuple(
        (head, tuple(cells[place].figure for _label, cells in grid.rows))
        for place, head in enumerate(grid.header[2:], start=1)
    )
    points = tuple((label, cells[0].figure) for label, cells in grid.rows)
    return Chart(title, grid.header[0], grid.header[1], points, beside, grid.foot)


def _run(run: str | Placed) -> Run:
    return run.figure if isinstance(run, Placed) else Text(run)


def _declarations(outline: Outline) -> list[Declaration]:
    """The unit that handed in the source, or else the person who declared."""
    declared = {
        one.value.key: one.value.declaration
        for one in outline.placed()
        if one.figure.source == "declared" and one.value.declaration is not None
    }
    units = people.names_of([row.source_file.unit_id for row in declared.values() if row.source_file.unit_id])
    return [
        Declaration(
            key=key,
            period=outline.period.label,
            declarer=units.get(row.source_file.unit_id or 0, row.declared_by.name),
            source=row.source_note or row.source_file.name,
        )
        for key, row in declared.items()
    ]
