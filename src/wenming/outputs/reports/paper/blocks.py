"""What a report says, before it is paper: blocks of runs, some of them figures."""

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from wenming.kernel.documents import words
from wenming.kernel.documents.wml import require_printable
from wenming.outputs.reports.paper import errors

Source = Literal["computed", "declared", "missing"]

ANCHOR = re.compile(r"^wm_[0-9a-f]{12}$")


def anchor_of(key: str, period: str, occurrence: int = 1) -> str:
    """The same figure at the same place in the count has the same anchor for ever."""
    digest = hashlib.sha256(f"{key}\n{period}\n{occurrence}".encode()).hexdigest()
    return f"wm_{digest[:12]}"


@dataclass(frozen=True, slots=True)
class Text:
    text: str

    def __post_init__(self) -> None:
        require_printable(self.text)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report at one place in it.

    `display` is exactly what is printed, `value` the full value as a string,
    `as_of` an ISO time. A missing figure has neither display nor value, and
    prints as a placeholder: nothing is invented for it.
    """

    key: str
    period: str
    name: str
    unit: str
    display: str | None
    value: str | None
    numerator: int | None
    denominator: int | None
    as_of: str
    source: Source
    anchor: str

    def __post_init__(self) -> None:
        for text in (
            self.key,
            self.period,
            self.name,
            self.unit,
            self.display or "",
            self.value or "",
        ):
            require_printable(text)
        if not self.key or "#" in self.key + self.period or " " in self.key + self.period:
            raise errors.bad_figure(f"key {self.key}#{self.period}")
        if not ANCHOR.match(self.anchor):
            raise errors.bad_figure(f"anchor {self.anchor}")
        if (self.source == "missing") != (self.display is None):
            raise errors.bad_figure(f"{self.name} display")
        if self.display == "":
            raise errors.bad_figure(f"{self.name} display")
        try:
            dt.datetime.fromisoformat(self.as_of)
        except ValueError as error:
            raise errors.bad_figure(f"{self.name} as_of") from error

    @property
    def shown(self) -> str:
        return f"【待补：{self.name}】" if self.display is None else self.display

    @property
    def reference(self) -> str:
        return f"{self.key}#{self.period}"


Run = Text | Figure
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A line break in `text` is where the writer wants the title to turn."""

    text: str

    def __post_init__(self) -> None:
        require_printable(self.text.replace("\n", ""))


@dataclass(frozen=True, slots=True)
class Recipient:
    """主送机关, flush left, closed by a colon that is added when it is not there."""

    text: str

    def __post_init__(self) -> None:
        require_printable(self.text)


@dataclass(frozen=True, slots=True)
class Heading1:
    """一、 is added in order; a text that already begins with its number keeps it."""

    text: str

    def __post_init__(self) -> None:
        require_printable(self.text)


@dataclass(frozen=True, slots=True)
class Heading2:
    """（一） is added in order."""

    text: str

    def __post_init__(self) -> None:
        require_printable(self.text)


@dataclass(frozen=True, slots=True)
class Heading3:
    """1. is added in order."""

    text: str

    def __post_init__(self) -> None:
        require_printable(self.text)


@dataclass(frozen=True, slots=True)
class Body:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    title: str = ""
    foot: str = ""

    def __post_init__(self) -> None:
        for text in (*self.header, self.title, self.foot):
            require_printable(text)
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise errors.bad_figure(f"table {self.title or self.header}")


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts as bars, and under them as a table whose cells are figures: what is drawn can be followed like any text.

    `label_head` and `value_head` name the two columns; a point is its label and its count. `beside` are further columns
    of the table, each a head and its figures, which are not drawn.
    """

    title: str
    label_head: str
    value_head: str
    points: tuple[tuple[str, Figure], ...]
    beside: tuple[tuple[str, tuple[Figure, ...]], ...] = ()
    foot: str = ""

    def __post_init__(self) -> None:
        heads = (self.label_head, self.value_head, *(head for head, _figures in self.beside))
        for text in (self.title, self.foot, *heads, *(label for label, _figure in self.points)):
            require_printable(text)
        if not self.points or any(len(column) != len(self.points) for _head, column in self.beside):
            raise errors.bad_figure(f"chart {self.title}")

    def table(self) -> Table:
        """With two columns alone the first half of the points stands on the left, the second on the right."""
        if self.beside:
            header = (self.label_head, self.value_head, *(head for head, _figures in self.beside))
            columns = zip(*(column for _head, column in self.beside), strict=True)
            both = zip(self.points, columns, strict=True)
            wide = tuple((*_cells(*point), *((figure,) for figure in more)) for point, more in both)
            return Table(header, wide, foot=self.foot)
        half = (len(self.points) + 1) // 2
        left = [_cells(*point) for point in self.points[:half]]
        right = [_cells(*point) for point in self.points[half:]]
        right += [(NO_RUNS, NO_RUNS)] * (half - len(right))
        rows = tuple((*one, *other) for one, other in zip(left, right, strict=True))
        return Table((self.label_head, self.value_head) * 2, rows, foot=self.foot)


NO_RUNS: Runs = ()


def _cells(label: str, figure: Figure) -> tuple[Runs, Runs]:
    return (Text(label),), (figure,)


@dataclass(frozen=True, slots=True)
class AttachmentNote:
    """附件：, the names as they stand on the attachments, without end punctuation."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            require_printable(name)


@dataclass(frozen=True, slots=True)
class Signature:
    issuer: str
    date: dt.date

    def __post_init__(self) -> None:
        require_printable(self.issuer)


Block = Title | Recipient | Heading1 | Heading2 | Heading3 | Body | Table | Chart | AttachmentNote | Signature


@dataclass(frozen=True, slots=True)
class Declaration:
    """Who declared a figure and from what, in the words to be printed."""

    key: str
    period: str
    declarer: str
    source: str

    def __post_init__(self) -> None:
        require_printable(self.declarer + self.source)


@dataclass(frozen=True, slots=True)
class Document:
    """`title` and `meta` (author, subject, created as ISO) go into the file's properties."""

    blocks: tuple[Block, ...]
    title: str
    number: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()

    def __post_init__(self) -> None:
        require_printable(self.title)
        for text in self.meta.values():
            require_printable(text)
        if self.number is not None:
            object.__setattr__(self, "number", words.document_number(self.number))


def figures(document: Document) -> Iterator[Figure]:
    """Every figure in reading order."""
    for block in document.blocks:
        for run in runs_of(block):
            if isinstance(run, Figure):
                yield run


def runs_of(block: Block) -> Iterator[Run]:
    if isinstance(block, Body):
        yield from block.runs
    elif isinstance(block, Table | Chart):
        for row in (block.table() if isinstance(block, Chart) else block).rows:
            for cell in row:
                yield from cell


def number_anchors(document: Document) -> Document:
    """The document with every anchor counted afresh in reading order.

    A figure that is told three times gets the occurrences 1, 2 and 3, so that
    each place can be followed alone.
    """
    seen: Counter[str] = Counter()

    def point(figure: Figure) -> Figure:
        seen[figure.reference] += 1
        return replace(figure, anchor=anchor_of(figure.key, figure.period, seen[figure.reference]))

    def count(runs: Iterable[Run]) -> Runs:
        counted: list[Run] = []
        for run in runs:
            if isinstance(run, Figure):
                counted.append(point(run))
            else:
                counted.append(run)
        return tuple(counted)

    def renew(block: Block) -> Block:
        if isinstance(block, Chart):
            # Row by row, as the table is read.
            rows = [
                (label, point(figure), [point(column[place]) for _head, column in block.beside])
                for place, (label, figure) in enumerate(block.points)
            ]
            beside = tuple(
                (head, tuple(more[number] for _label, _figure, more in rows))
                for number, (head, _column) in enumerate(block.beside)
            )
            return replace(block, points=tuple((label, figure) for label, figure, _more in rows), beside=beside)
        if isinstance(block, Body):
            return replace(block, runs=count(block.runs))
        if isinstance(block, Table):
            return replace(block, rows=tuple(tuple(count(cell) for cell in row) for row in block.rows))
        return block

    return replace(document, blocks=tuple(renew(block) for block in document.blocks))
