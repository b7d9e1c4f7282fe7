"""Reads the figures of a paper back, whoever has had it in hands meanwhile."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from wenming.kernel.documents import errors
from wenming.kernel.documents.unzip import Package
from wenming.kernel.documents.wml import MC, W_STRICT, Element, W
from wenming.outputs.reports.paper.anchors import anchor_of_tag
from wenming.outputs.reports.paper.blocks import ANCHOR
from wenming.outputs.reports.paper.manifest import NAMESPACE, Manifest, from_xml

TOLD = frozenset(("footnotes", "endnotes"))
MARGINAL = frozenset(("header", "footer"))
MAX_ANCHORS = 40_000


class ManifestState(enum.Enum):
    INTACT = "intact"
    # Its rows do not give the digest that it claims, or cannot be read.
    TAMPERED = "tampered"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Anchored:
    """One anchor as it was found; a pasted copy adds a text, a lost holder has none."""

    anchor: str
    bookmarks: tuple[str, ...]
    controls: tuple[str, ...]
    tag: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return self.controls + self.bookmarks


@dataclass(frozen=True, slots=True)
class Paper:
    anchored: tuple[Anchored, ...]
    manifest: Manifest | None
    state: ManifestState
    paragraphs: tuple[str, ...]


@dataclass
class _Holder:
    texts: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(self.texts).strip("\n")


def read_anchors(path: Path) -> tuple[Anchored, ...]:
    return read_paper(path).anchored


def read_paper(path: Path) -> Paper:
    """Every anchor in reading order, the manifest, and the text by paragraph.

    Headers and footers are searched for anchors, but a page number is no text.

    Raises PaperError when the file is not a .docx that can be opened in safety.
    """
    package = Package(path)
    main = package.main_part()
    related = package.related(main)
    reader = _Reader()
    reader.read(package.xml(main))
    for kind, part in related:
        if kind in TOLD and package.has(part):
            reader.read(package.xml(part))
    paragraphs = tuple(reader.paragraphs)
    for kind, part in related:
        if kind in MARGINAL and package.has(part):
            reader.read(package.xml(part))
    customs = [part for kind, part in related if kind == "customXml" and package.has(part)]
    manifest, state = _manifest(package, customs)
    return Paper(tuple(reader.anchored()), manifest, state, paragraphs)


def _manifest(package: Package, customs: list[str]) -> tuple[Manifest | None, ManifestState]:
    state = ManifestState.LOST
    for part in customs:
        try:
            root = package.xml(part)
        except errors.PaperError as error:
            # Other programs keep their own data here; only a dangerous part is an error.
            if error.code != "paper.is_damaged":
                raise
            continue
        if root.tag != f"{{{NAMESPACE}}}figures":
            continue
        try:
            manifest, claimed = from_xml(root)
        except errors.PaperError:
            state = ManifestState.TAMPERED
            continue
        is_intact = manifest.sha256 == claimed
        return manifest, ManifestState.INTACT if is_intact else ManifestState.TAMPERED
    return None, state


def _name(element: Element) -> str:
    """The short name of an element of either vocabulary of Word, else empty."""
    if not isinstance(element.tag, str):
        return ""
    namespace, _, name = element.tag[1:].partition("}")
    return name if namespace in (W, W_STRICT) else ""


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{{{W}}}{name}") or element.get(f"{{{W_STRICT}}}{name}") or ""


# What the reader does not see: text that was struck out or moved away.
UNSEEN = frozenset(("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "tblPr"))
FALLBACK = f"{{{MC}}}Fallback"
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Reader:
    """One pass over a story; every open holder receives the text that goes by."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._bookmarks: dict[str, list[str]] = {}
        self._controls: dict[str, list[str]] = {}
        self._tags: dict[str, str] = {}
        self._open: dict[str, tuple[str, _Holder]] = {}
        self._nested: list[tuple[str | None, _Holder]] = []
        self._paragraph: list[_Holder] = []
        self._mute = 0

    def read(self, root: Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
            elif element.tag == FALLBACK:
                # The same words again, for a program that cannot draw the first choice.
                walk.skip_subtree()
            else:
                self._start(element)
        # A bookmark whose end is gone holds nothing that can be trusted.
        self._open.clear()
        self._nested.clear()
        self._paragraph.clear()

    def _start(self, element: Element) -> None:
        name = _name(element)
        if _is_unseen(element, name):
            self._mute += 1
        if name == "t":
            self._say(element.text or "")
        elif name in SIGNS:
            self._say(SIGNS[name])
        elif name == "p":
            self._paragraph.append(_Holder())
        elif name == "sdt":
            self._nested.append((_tag_of(element), _Holder()))
        elif name == "bookmarkStart" and ANCHOR.match(_attribute(element, "name")):
            self._open[_attribute(element, "id")] = (_attribute(element, "name"), _Holder())
        elif name == "bookmarkEnd":
            self._close(_attribute(element, "id"))

    def _end(self, element: Element) -> None:
        name = _name(element)
        if _is_unseen(element, name):
            self._mute -= 1
        if name == "p" and self._paragraph:
            self.paragraphs.append(self._paragraph.pop().text())
            for holder in self._holders():
                holder.texts.append("\n")
        elif name == "sdt" and self._nested:
            tag, holder = self._nested.pop()
            anchor = anchor_of_tag(tag) if tag else None
            if tag and anchor:
                self._tags.setdefault(anchor, tag)
                self._keep(self._controls, anchor, holder)

    def _close(self, bookmark: str) -> None:
        anchor, holder = self._open.pop(bookmark, ("", _Holder()))
        if anchor:
            self._keep(self._bookmarks, anchor, holder)

    def _keep(self, held: dict[str, list[str]], anchor: str, holder: _Holder) -> None:
        if len(held) >= MAX_ANCHORS:
            raise errors.too_large("anchors", MAX_ANCHORS)
        held.setdefault(anchor, []).append(holder.text())

    def _holders(self) -> Iterator[_Holder]:
        for _, holder in self._open.values():
            yield holder
        for _, holder in self._nested:
            yield holder

    def _say(self, text: str) -> None:
        if self._mute:
            return
        if self._paragraph:
            self._paragraph[-1].texts.append(text)
        for holder in self._holders():
            holder.texts.append(text)

    def anchored(self) -> Iterator[Anchored]:
        for anchor in dict.fromkeys([*self._bookmarks, *self._controls]):
            yield Anchored(
                anchor,
                tuple(self._bookmarks.get(anchor, ())),
                tuple(self._controls.get(anchor, ())),
                self._tags.get(anchor),
            )


def _tag_of(control: Element) -> str | None:
    for properties in control:
        if _name(properties) == "sdtPr":
            for one in properties:
                if _name(one) == "tag":
                    return _attribute(one, "val")
    return None


def _is_unseen(element: Element, name: str) -> bool:
    return name in UNSEEN or (name == "r" and _is_hidden(element))


def _is_hidden(element: Element) -> bool:
    for properties in element:
        if _name(properties) == "rPr":
            return any(
                _name(one) == "vanish" and _attribute(one, "val") not in ("0", "false", "off") for one in properties
            )
    return False
