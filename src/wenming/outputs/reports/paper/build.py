"""Writes a report as .docx in the form of GB/T 9704-2012: no clock and no random id, the same bytes each time."""

from pathlib import Path
from typing import Final

from wenming.kernel.documents.package import OFFICE, OFFICE_TYPE, Part, Properties, section, write
from wenming.kernel.documents.wml import Element, plain
from wenming.outputs.reports.paper.anchors import Marks, Numbering
from wenming.outputs.reports.paper.appendix import appendix
from wenming.outputs.reports.paper.blocks import Document, figures
from wenming.outputs.reports.paper.body import drawn, story
from wenming.outputs.reports.paper.manifest import NAMESPACE, Manifest, manifest_of, to_xml

MANIFEST_PART: Final = "customXml/item1.xml"
MANIFEST_ID: Final = "{6E7C1B4A-52F0-4F6B-9C0D-57454E4D0001}"


def build_docx(document: Document, out: Path, *, marks: Marks = Marks.DRAFT) -> Manifest:
    """Writes the file and returns the manifest that the server should keep.

    Raises PaperError paper.anchor_twice when two figures share an anchor; call
    `blocks.number_anchors` first.
    """
    numbering = Numbering()
    body = [*story(document, marks, numbering), *appendix(document, marks, numbering), section()]
    manifest = manifest_of(figures(document))
    properties = Properties(
        title=document.title,
        author=document.meta.get("author", ""),
        subject=document.meta.get("subject", ""),
        created=document.meta.get("created", ""),
    )
    write(out, story=body, properties=properties, parts=(*drawn(document), *manifest_parts(manifest)))
    return manifest


def manifest_parts(manifest: Manifest) -> tuple[Part, ...]:
    """The manifest as the custom part that Word and LibreOffice carry along, and its properties."""
    return (
        Part(MANIFEST_PART, to_xml(manifest), kind="customXml", related=(("customXmlProps", "itemProps1.xml"),)),
        Part(
            "customXml/itemProps1.xml",
            _manifest_properties(),
            content_type=f"{OFFICE_TYPE}.customXmlProperties+xml",
        ),
    )


def _manifest_properties() -> Element:
    namespace = f"{OFFICE}/customXml"
    made = plain("datastoreItem", namespace, {})
    made.set(f"{{{namespace}}}itemID", MANIFEST_ID)
    reference = plain("schemaRef", namespace, {})
    reference.set(f"{{{namespace}}}uri", NAMESPACE)
    made.append(plain("schemaRefs", namespace, {}, reference))
    return made
