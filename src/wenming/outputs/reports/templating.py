"""The outline of a report as it is written down: sections, paragraphs, and places where figures stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

OUTLINES: Final = Path(__file__).resolve().parent / "outlines"
ANNUAL: Final = "annual"
PERIODICAL: Final = "periodical"
STYLES: Final = ("plain", "余", "万")

_PLACE: Final = re.compile(
    r"\{(?P<name>[a-z_.0-9]+)(?P<compared>±)?(?:@(?P<when>[a-z_]+))?(?:\|(?P<style>[^{}：]+))?(?:：(?P<words>[^{}]+))?\}"
)


class OutlineError(ValueError):
    """An outline that cannot be meant: found when it is first read, told to whoever wrote it."""


class When(StrEnum):
    """Of which period a figure is told: the report's own, the one before it, or the same of the year before."""

    OWN = "own"
    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands. `words` are those of a claim without a number, else empty."""

    key: str
    style: str = "plain"
    words: str = ""
    when: When = When.OWN


@dataclass(frozen=True, slots=True)
class Compared:
    """Where it is said how a figure stands to the period before and to last year; empty while the period runs."""

    key: str


Piece = str | Place | Compared


@dataclass(frozen=True, slots=True)
class Chart:
    """`key` is drawn by month or by region; `beside` stand in further columns of the table under it."""

    key: str
    by: str = "month"
    beside: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.beside)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text, a heading within the section when `is_heading`, a chart, or a table of figures held against others.

    `pieces` of a chart or a table are what stands over it.
    """

    pieces: tuple[Piece, ...]
    is_heading: bool = False
    chart: Chart | None = None
    table: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`heading` is empty for text before the first heading; `name` is what the outline calls it then."""

    key: str
    heading: tuple[Piece, ...]
    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Of a periodical what is compared is read at the end of each period, and a rate over nothing prints a dash."""

    title: str
    sections: tuple[Section, ...]
    is_periodical: bool = False

    def places(self) -> Iterator[Place]:
        """Every place of a figure in reading order."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from (piece for piece in paragraph.pieces if isinstance(piece, Place))

    def charts(self) -> tuple[Chart, ...]:
        found = (paragraph.chart for section in self.sections for paragraph in section.paragraphs)
        return tuple(dict.fromkeys(chart for chart in found if chart is not None))

    def keys(self) -> tuple[str, ...]:
        """Every figure of the text once, in the order in which it is first told."""
        return tuple(dict.fromkeys(place.key for place in self.places()))

    def asked(self) -> frozenset[str]:
        """Every figure that text, charts and tables need."""
        paragraphs = [paragraph for section in self.sections for paragraph in section.paragraphs]
        said = {piece.key for one in paragraphs for piece in one.pieces if isinstance(piece, Place | Compared)}
        charted = {key for one in paragraphs if one.chart is not None for key in one.chart.keys}
        return frozenset(said | charted | {key for one in paragraphs for key in one.table})


@cache
def template(name: str = ANNUAL) -> Template:
    """Raises OutlineError with the place that is wrong."""
    return read((OUTLINES / f"{name}.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Template:
    document = yaml.safe_load(text)
    try:
        return Template(
            title=_text(document["title"]),
            sections=tuple(_section(section) for section in document["sections"]),
            is_periodical=document.get("periodical") is True,
        )
    except (KeyError, TypeError) as error:
        raise OutlineError(f"the outline lacks {error}") from error


def pieces_of(text: str) -> tuple[Piece, ...]:
    """Text cut at its places; `{city}` and the like stay in the text."""
    found: list[Piece] = []
    end = 0
    for match in _PLACE.finditer(text):
        if "." not in match["name"]:
            continue
        style = match["style"] or "plain"
        if style not in STYLES:
            raise OutlineError(f"{match[0]}: a style is one of {', '.join(STYLES)}")
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(_piece(match, style))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return tuple(found)


def _piece(match: re.Match[str], style: str) -> Piece:
    if match["compared"]:
        return Compared(match["name"])
    when = match["when"] or When.OWN
    if when not in list(When):
        raise OutlineError(f"{match[0]}: a period is one of {', '.join(When)}")
    return Place(match["name"], style, match["words"] or "", When(when))


def filled(text: str, words: Mapping[str, str]) -> str:
    """`{city}` and the like said; raises OutlineError for a brace that means nothing."""
    said = _PLACE.sub(lambda match: words.get(match["name"], match[0]), text)
    if "{" in said or "}" in said:
        raise OutlineError(f"a place that is not known: {said}")
    return said


def _section(given: Mapping[str, Any]) -> Section:
    heading = _text(given["heading"])
    return Section(
        key=_text(given["key"]),
        heading=pieces_of(heading),
        name=_text(given.get("name", heading)),
        paragraphs=tuple(_paragraph(paragraph) for paragraph in given["paragraphs"]),
    )


def _paragraph(given: Any) -> Paragraph:
    if isinstance(given, Mapping) and "chart" in given:
        beside = tuple(_text(key) for key in given.get("beside", ()))
        chart = Chart(_text(given["chart"]), _text(given.get("by", "month")), beside)
        if chart.by not in ("month", "region"):
            raise OutlineError(f"a chart is drawn by month or by region, not by {chart.by}")
        return Paragraph(pieces_of(_text(given["title"])), chart=chart)
    if isinstance(given, Mapping) and "table" in given:
        return Paragraph(pieces_of(_text(given["title"])), table=tuple(_text(key) for key in given["table"]))
    if isinstance(given, Mapping):
        return Paragraph(pieces_of(_text(given["heading"])), is_heading=True)
    return Paragraph(pieces_of(_text(given)))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise OutlineError(f"a text is expected, not {given!r}")
    return given
