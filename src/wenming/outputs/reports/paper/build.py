"""Writes a report as .docx in the form of GB/T 9704-2012.

The same document gives the same bytes: no clock and no random id is used, so
that a digest of the file means something.
"""

import zipfile
from pathlib import Path

from lxml import etree

from wenming.outputs.reports.paper import measures as m
from wenming.outputs.reports.paper import styles
from wenming.outputs.reports.paper.anchors import Marks, Numbering
from wenming.outputs.reports.paper.appendix import appendix
from wenming.outputs.reports.paper.blocks import Document, figures
from wenming.outputs.reports.paper.body import story
from wenming.outputs.reports.paper.manifest import NAMESPACE, Manifest, manifest_of, to_xml
from wenming.outputs.reports.paper.wml import Element, R, plain, serialise, w

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MANIFEST_PART = "customXml/item1.xml"
MANIFEST_ID = "{6E7C1B4A-52F0-4F6B-9C0D-57454E4D0001}"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

CONTENT_TYPES = {
    "/word/document.xml": f"{WORD_TYPE}.document.main+xml",
    "/word/styles.xml": f"{WORD_TYPE}.styles+xml",
    "/word/settings.xml": f"{WORD_TYPE}.settings+xml",
    "/word/fontTable.xml": f"{WORD_TYPE}.fontTable+xml",
    "/word/footer1.xml": f"{WORD_TYPE}.footer+xml",
    "/word/footer2.xml": f"{WORD_TYPE}.footer+xml",
    "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}


def build_docx(document: Document, out: Path, *, marks: Marks = Marks.DRAFT) -> Manifest:
    """Writes the file and returns the manifest that the server should keep.

    Raises PaperError paper.anchor_twice when two figures share an anchor; call
    `blocks.number_anchors` first.
    """
    numbering = Numbering()
    body = w("body", *story(document, marks, numbering))
    body.extend(appendix(document, marks, numbering))
    body.append(_section())
    manifest = manifest_of(figures(document))
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            ("officeDocument", "word/document.xml"),
            ("extended-properties", "docProps/app.xml"),
            core="docProps/core.xml",
        ),
        "word/document.xml": w("document", body),
        "word/_rels/document.xml.rels": _relationships(
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"),
            ("footer", "footer1.xml"),
            ("footer", "footer2.xml"),
            ("customXml", f"../{MANIFEST_PART}"),
        ),
        "word/styles.xml": styles.styles(),
        "word/settings.xml": styles.settings(),
        "word/fontTable.xml": styles.font_table(),
        "word/footer1.xml": styles.odd_footer(),
        "word/footer2.xml": styles.even_footer(),
        MANIFEST_PART: to_xml(manifest),
        "customXml/_rels/item1.xml.rels": _relationships(("customXmlProps", "itemProps1.xml")),
        "customXml/itemProps1.xml": _manifest_properties(),
        "docProps/core.xml": _core_properties(document),
        "docProps/app.xml": plain("Properties", f"{OFFICE}/extended-properties", {}),
    }
    _write(parts, out)
    return manifest


def _write(parts: dict[str, Element], out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, element in parts.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, serialise(element))


def _section() -> Element:
    odd, even = w("footerReference", type="default"), w("footerReference", type="even")
    odd.set(f"{{{R}}}id", "rId4")
    even.set(f"{{{R}}}id", "rId5")
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


def _content_types() -> Element:
    namespace = f"{PACKAGE}/content-types"
    return plain(
        "Types",
        namespace,
        {},
        plain(
            "Default",
            namespace,
            {
                "Extension": "rels",
                "ContentType": "application/vnd.openxmlformats-package.relationships+xml",
            },
        ),
        plain("Default", namespace, {"Extension": "xml", "ContentType": "application/xml"}),
        *[
            plain("Override", namespace, {"PartName": name, "ContentType": kind})
            for name, kind in CONTENT_TYPES.items()
        ],
    )


def _relationships(*targets: tuple[str, str], core: str = "") -> Element:
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


def _manifest_properties() -> Element:
    namespace = f"{OFFICE}/customXml"
    made = plain("datastoreItem", namespace, {})
    made.set(f"{{{namespace}}}itemID", MANIFEST_ID)
    reference = plain("schemaRef", namespace, {})
    reference.set(f"{{{namespace}}}uri", NAMESPACE)
    made.append(plain("schemaRefs", namespace, {}, reference))
    return made


def _core_properties(document: Document) -> Element:
    terms = "http://purl.org/dc/terms/"
    dublin = "http://purl.org/dc/elements/1.1/"
    schema = "http://www.w3.org/2001/XMLSchema-instance"
    namespace = f"{PACKAGE}/metadata/core-properties"
    root = etree.Element(
        f"{{{namespace}}}coreProperties",
        nsmap={"cp": namespace, "dc": dublin, "dcterms": terms, "xsi": schema},
    )
    told = {
        f"{{{dublin}}}title": document.title.replace("\n", ""),
        f"{{{dublin}}}creator": document.meta.get("author", ""),
        f"{{{dublin}}}subject": document.meta.get("subject", ""),
        f"{{{terms}}}created": document.meta.get("created", ""),
    }
    for name, words in told.items():
        if words:
            etree.SubElement(root, name).text = words
    created = root.find(f"{{{terms}}}created")
    if created is not None:
        created.set(f"{{{schema}}}type", "dcterms:W3CDTF")
    return root
