"""A .docx as a zip of parts: the same parts give the same bytes, so that a digest of the file means something."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from wenming.kernel.documents import measures as m
from wenming.kernel.documents import styles
from wenming.kernel.documents.wml import Element, R, plain, serialise, w

PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
OFFICE_TYPE: Final = "application/vnd.openxmlformats-officedocument"
WORD_TYPE: Final = f"{OFFICE_TYPE}.wordprocessingml"
ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
MEDIA: Final = {"jpeg": "image/jpeg", "png": "image/png"}

# The relationships that every document of ours has, in this order: rId1 is the styles.
FURNITURE: Final = (
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("fontTable", "fontTable.xml"),
    ("footer", "footer1.xml"),
    ("footer", "footer2.xml"),
)
FOOTER_IDS: Final = ("rId4", "rId5")


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself; `created` is an ISO time, and nothing is said where a text is empty."""

    title: str
    author: str = ""
    subject: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part besides the furniture. `name` is its path in the package, `kind` its relationship to the main story.

    `content_type` is empty where the extension says it (xml, png, jpeg); `related` are its own relationships,
    (kind, target) in the order of rId1, rId2 ….
    """

    name: str
    content: Element | bytes
    kind: str = ""
    content_type: str = ""
    related: tuple[tuple[str, str], ...] = ()


def write(out: Path, *, story: Sequence[Element], properties: Properties, parts: Sequence[Part] = ()) -> None:
    """Writes the body's elements with our styles, settings and page numbers, and `parts` beside them.

    The parts that have a `kind` are related to the main story as rId6, rId7 … in their order (`relationship_id`).
    """
    contents: dict[str, Element | bytes] = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": relationships(
            ("officeDocument", "word/document.xml"),
            ("extended-properties", "docProps/app.xml"),
            core="docProps/core.xml",
        ),
        "word/document.xml": w("document", w("body", *story)),
        "word/_rels/document.xml.rels": relationships(*FURNITURE, *_related(parts)),
        "word/styles.xml": styles.styles(),
        "word/settings.xml": styles.settings(),
        "word/fontTable.xml": styles.font_table(),
        "word/footer1.xml": styles.odd_footer(),
        "word/footer2.xml": styles.even_footer(),
        "docProps/core.xml": _core_properties(properties),
        "docProps/app.xml": plain("Properties", f"{OFFICE}/extended-properties", {}),
    }
    for part in parts:
        contents[part.name] = part.content
        if part.related:
            folder, _, name = part.name.rpartition("/")
            contents[f"{folder}/_rels/{name}.rels"] = relationships(*part.related)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content if isinstance(content, bytes) else serialise(content))


def relationship_id(place: int) -> str:
    """The id of the part that is at `place` (from 0) among those with a `kind`."""
    return f"rId{len(FURNITURE) + 1 + place}"


def section() -> Element:
    """A4 upright with the margins of the standard and its page numbers; the last element of a story."""
    odd, even = w("footerReference", type="default"), w("footerReference", type="even")
    odd.set(f"{{{R}}}id", FOOTER_IDS[0])
    even.set(f"{{{R}}}id", FOOTER_IDS[1])
    return w(
        "sectPr",
        odd,
        even,
        w("pgSz", w=m.PAGE_WIDTH, h=m.PAGE_HEIGHT),
        w(
            "pgMar",
            top=m.MARGIN_TOP,
            right=m.MARGIN_RIGHT,
            bottom=m.MARGIN_BOTTOM,
            left=m.MARGIN_LEFT,
            header=851,
            footer=m.FOOTER_FROM_EDGE,
            gutter=0,
        ),
        w("docGrid", type="lines", linePitch=m.LINE),
    )


def relationships(*targets: tuple[str, str], core: str = "") -> Element:
    """rId1, rId2 … in the order given; `core` is the one with a type of its own."""
    namespace = f"{PACKAGE}/relationships"
    rows = [(f"{OFFICE}/relationships/{kind}", target) for kind, target in targets]
    if core:
        rows.append((f"{PACKAGE}/relationships/metadata/core-properties", core))
    return plain(
        "Relationships",
        namespace,
        {},
        *[
            plain("Relationship", namespace, {"Id": f"rId{place}", "Type": kind, "Target": target})
            for place, (kind, target) in enumerate(rows, start=1)
        ],
    )


def _related(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [
        (part.kind, part.name.removeprefix("word/") if part.name.startswith("word/") else f"../{part.name}")
        for part in parts
        if part.kind
    ]


def _content_types(parts: Sequence[Part]) -> Element:
    namespace = f"{PACKAGE}/content-types"
    defaults: Mapping[str, str] = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        **MEDIA,
    }
    kinds = {
        "/word/document.xml": f"{WORD_TYPE}.document.main+xml",
        "/word/styles.xml": f"{WORD_TYPE}.styles+xml",
        "/word/settings.xml": f"{WORD_TYPE}.settings+xml",
        "/word/fontTable.xml": f"{WORD_TYPE}.fontTable+xml",
        "/word/footer1.xml": f"{WORD_TYPE}.footer+xml",
        "/word/footer2.xml": f"{WORD_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{OFFICE_TYPE}.extended-properties+xml",
        **{f"/{part.name}": part.content_type for part in parts if part.content_type},
    }
    return plain(
        "Types",
        namespace,
        {},
        *[
            plain("Default", namespace, {"Extension": extension, "ContentType": kind})
            for extension, kind in defaults.items()
        ],
        *[plain("Override", namespace, {"PartName": name, "ContentType": kind}) for name, kind in kinds.items()],
    )


def _core_properties(properties: Properties) -> Element:
    terms = "http://purl.org/dc/terms/"
    dublin = "http://purl.org/dc/elements/1.1/"
    schema = "http://www.w3.org/2001/XMLSchema-instance"
    namespace = f"{PACKAGE}/metadata/core-properties"
    root = etree.Element(
        f"{{{namespace}}}coreProperties",
        nsmap={"cp": namespace, "dc": dublin, "dcterms": terms, "xsi": schema},
    )
    told = {
        f"{{{dublin}}}title": properties.title.replace("\n", ""),
        f"{{{dublin}}}creator": properties.author,
        f"{{{dublin}}}subject": properties.subject,
        f"{{{terms}}}created": properties.created,
    }
    for name, words in told.items():
        if words:
            etree.SubElement(root, name).text = words
    created = root.find(f"{{{terms}}}created")
    if created is not None:
        created.set(f"{{{schema}}}type", "dcterms:W3CDTF")
    return root
