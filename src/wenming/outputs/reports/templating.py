"""The outline of a report as it is written down: sections, paragraphs, and places where figures stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

OUTLINES: Final = Path(__file__).resolve().parent / "outlines"
ANNUAL: Final = "annual"
STYLES: Final = ("plain", "余", "万")

_PLACE: Final = re.compile(r"\{(?P<name>[a-z_.]+)(?:\|(?P<style>[^{}：]+))?(?:：(?P<words>[^{}]+))?\}")


class OutlineError(ValueError):
    """An outline that cannot be meant: found when it is first read, told to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands. `words` are those of a claim without a number, else empty."""

    key: str
    style: str = "plain"
    words: str = ""


Piece = str | Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text, a heading within the section when `is_heading`, or a chart of `chart` by month with `pieces` over it."""

    pieces: tuple[Piece, ...]
    is_heading: bool = False
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`heading` is empty for text before the first heading; `name` is what the outline calls it then."""

    key: str
    heading: tuple[Piece, ...]
    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Template:
    title: str
    sections: tuple[Section, ...]

    def places(self) -> Iterator[Place]:
        """Every place of a figure in reading order."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from (piece for piece in paragraph.pieces if isinstance(piece, Place))

    def charts(self) -> tuple[str, ...]:
        """The figures that are drawn by month, each once."""
        found = (paragraph.chart for section in self.sections for paragraph in section.paragraphs)
        return tuple(dict.fromkeys(key for key in found if key))

    def keys(self) -> tuple[str, ...]:
        """Every figure once, in the order in which it is first told."""
        return tuple(dict.fromkeys(place.key for place in self.places()))


@cache
def template(name: str = ANNUAL) -> Template:
    """Raises OutlineError with the place that is wrong."""
    return read((OUTLINES / f"{name}.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Template:
    document = yaml.safe_load(text)
    try:
        return Template(
            title=_text(document["title"]), sections=tuple(_section(section) for section in document["sections"])
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
        found.append(Place(match["name"], style, match["words"] or ""))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return tuple(found)


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
        return Paragraph(pieces_of(_text(given["title"])), chart=_text(given["chart"]))
    if isinstance(given, Mapping):
        return Paragraph(pieces_of(_text(given["heading"])), is_heading=True)
    return Paragraph(pieces_of(_text(given)))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise OutlineError(f"a text is expected, not {given!r}")
    return given
