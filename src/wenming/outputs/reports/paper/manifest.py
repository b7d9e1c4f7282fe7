"""The list of every figure that a paper prints, kept inside it and on the server.

The digest tells an accident or a careless edit, not a forger: whoever can rewrite
the list can rewrite its digest too. What the server keeps is what counts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from lxml import etree

from wenming.kernel.documents import errors
from wenming.kernel.documents.wml import Element, plain
from wenming.outputs.reports.paper.blocks import ANCHOR, Figure, Source

NAMESPACE = "urn:wenming:figures:1"
MAX_FIGURES = 20_000

SOURCES: dict[str, Source] = {"computed": "computed", "declared": "declared", "missing": "missing"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed figure; `shown` is the text that stands in the paper."""

    anchor: str
    key: str
    period: str
    name: str
    unit: str
    shown: str
    display: str | None
    value: str | None
    numerator: int | None
    denominator: int | None
    as_of: str
    source: Source

    @property
    def reference(self) -> str:
        return f"{self.key}#{self.period}"


@dataclass(frozen=True)
class Manifest:
    entries: tuple[Entry, ...]

    @cached_property
    def sha256(self) -> str:
        rows = json.dumps(self.as_rows(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(rows.encode()).hexdigest()

    def as_rows(self) -> list[dict[str, str | int | None]]:
        """Plain rows, in reading order, for JSON; `from_rows` takes them back."""
        return [asdict(entry) for entry in self.entries]


def manifest_of(figures: Iterable[Figure]) -> Manifest:
    return Manifest(
        tuple(
            Entry(
                anchor=figure.anchor,
                key=figure.key,
                period=figure.period,
                name=figure.name,
                unit=figure.unit,
                shown=figure.shown,
                display=figure.display,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                as_of=figure.as_of,
                source=figure.source,
            )
            for figure in figures
        )
    )


def from_rows(rows: Iterable[Mapping[str, object]]) -> Manifest:
    """Raises PaperError paper.is_damaged when a row has not the columns of an Entry."""
    return Manifest(tuple(_entry(row) for row in rows))


def _entry(row: Mapping[str, object]) -> Entry:
    def words(name: str) -> str:
        found = row.get(name)
        if not isinstance(found, str):
            raise errors.is_damaged(f"manifest {name}")
        return found

    def words_or_none(name: str) -> str | None:
        return None if row.get(name) is None else words(name)

    def count(name: str) -> int | None:
        found = row.get(name)
        if found is None:
            return None
        try:
            return int(str(found))
        except ValueError as error:
            raise errors.is_damaged(f"manifest {name}") from error

    source = SOURCES.get(words("source"))
    if source is None or not ANCHOR.match(words("anchor")):
        raise errors.is_damaged("manifest source")
    return Entry(
        anchor=words("anchor"),
        key=words("key"),
        period=words("period"),
        name=words("name"),
        unit=words("unit"),
        shown=words("shown"),
        display=words_or_none("display"),
        value=words_or_none("value"),
        numerator=count("numerator"),
        denominator=count("denominator"),
        as_of=words("as_of"),
        source=source,
    )


def to_xml(manifest: Manifest) -> Element:
    root = plain("figures", NAMESPACE, {"sha256": manifest.sha256})
    for row in manifest.as_rows():
        written = {name: str(value) for name, value in row.items() if value is not None}
        etree.SubElement(root, f"{{{NAMESPACE}}}figure", written)
    return root


def from_xml(root: Element) -> tuple[Manifest, str]:
    """The manifest as it is written, and the digest that it claims."""
    names = {field.name for field in fields(Entry)}
    rows = root.findall(f"{{{NAMESPACE}}}figure")
    if len(rows) > MAX_FIGURES:
        raise errors.too_large("manifest", MAX_FIGURES)
    read = from_rows({str(name): value for name, value in row.attrib.items() if name in names} for row in rows)
    return read, root.get("sha256", "")
