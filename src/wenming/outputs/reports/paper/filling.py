"""An office's own Word file as the form of a report: figures stand where its `{{…}}` are, all else stays as it is."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from django.utils.translation import gettext
from docx import Document
from docx.enum.text import WD_COLOR_INDEX, WD_UNDERLINE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.run import Run
from lxml import etree

from wenming.kernel.documents.wml import run, serialise
from wenming.outputs.reports.errors import BadReportTemplate, NotAReportTemplate
from wenming.outputs.reports.paper.anchors import Marks, Numbering, anchored
from wenming.outputs.reports.paper.blocks import Figure, Text
from wenming.outputs.reports.paper.build import manifest_parts
from wenming.outputs.reports.paper.manifest import Manifest, manifest_of
from wenming.outputs.reports.paper.read import read_paper

TAGS_MAX: Final = 1000
PLACE_CHARACTERS: Final = 60
_TAG: Final = re.compile(r"\{\{(.*?)\}\}")
# What is left of a tag that was not closed, and what only a program could mean.
_STRAY: Final = re.compile(r"\{\{.*|\}\}|\{[%#].*?[%#]\}|\{[%#]")
_UNDERLINES: Final = {"computed": WD_UNDERLINE.SINGLE, "declared": WD_UNDERLINE.DOTTED}
_RELATED: Final = frozenset({RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER})
_BOX: Final = qn("w:txbxContent")


class Form:
    """The file while it is filled. Raises what `read_paper` raises, NotAReportTemplate, BadReportTemplate."""

    def __init__(self, path: Path) -> None:
        # Refuses what cannot be opened in safety before anything else reads it.
        if read_paper(path).anchored:
            raise NotAReportTemplate
        try:
            self._document = Document(BytesIO(path.read_bytes()))
        except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.LxmlError) as error:
            raise NotAReportTemplate from error
        self._found = [(each, tags) for each in self._paragraphs() if (tags := _tags_of(each))]
        if not self._found:
            raise BadReportTemplate(tag="{{…}}", why=gettext("一处也没有"), place=path.name)
        if len(self.tags) > TAGS_MAX:
            raise BadReportTemplate(tag="{{…}}", why=gettext("多于 {most} 处").format(most=TAGS_MAX), place=path.name)

    @property
    def tags(self) -> list[str]:
        """What stands between the braces, in reading order."""
        return [tag for _paragraph, tags in self._found for tag in tags]

    def place_of(self, number: int) -> str:
        """The words around the tag of this number."""
        places = [_text_of(each) for each, tags in self._found for _tag in tags]
        return places[number].strip()[:PLACE_CHARACTERS]

    def fill(self, told: Sequence[Sequence[Text | Figure]], out: Path) -> Manifest:
        """`told` has the runs of each tag, in order. Writes the file with the manifest of its figures."""
        numbering = Numbering(ids=self._last_id())
        runs = iter(told)
        for paragraph, _tags in self._found:
            _fill(paragraph, runs, numbering)
        manifest = manifest_of([one for runs_ in told for one in runs_ if isinstance(one, Figure)])
        self._attach(manifest)
        self._document.save(str(out))
        return manifest

    def _paragraphs(self) -> Iterator[Any]:
        parts = [rel.target_part for rel in self._document.part.rels.values() if rel.reltype in _RELATED]
        for root in (self._document.element.body, *(part.element for part in parts)):
            yield from root.iter(qn("w:p"))

    def _last_id(self) -> int:
        held = self._document.element.xpath("//w:bookmarkStart/@w:id | //w:sdtPr/w:id/@w:val")
        return max((int(each) for each in held if each.isdecimal()), default=0)

    def _attach(self, manifest: Manifest) -> None:
        package = self._document.part.package
        item, properties = manifest_parts(manifest)
        name = package.next_partname("/customXml/item%d.xml")
        number = name.removeprefix("/customXml/item").removesuffix(".xml")
        own = Part(name, "application/xml", _bytes(item.content), package)
        said = PackURI(f"/customXml/itemProps{number}.xml")
        own.relate_to(
            Part(said, properties.content_type, _bytes(properties.content), package), RELATIONSHIP_TYPE.CUSTOM_XML_PROPS
        )
        self._document.part.relate_to(own, RELATIONSHIP_TYPE.CUSTOM_XML)


def _bytes(content: Any) -> bytes:
    return content if isinstance(content, bytes) else serialise(content)


def _text_of(paragraph: Any) -> str:
    """Of the paragraph's own runs."""
    return "".join(each.text or "" for each in paragraph.iterfind(f"{qn('w:r')}/{qn('w:t')}"))


def _tags_of(paragraph: Any) -> list[str]:
    own = _text_of(paragraph)
    whole = "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
    tags = [tag.strip() for tag in _TAG.findall(own)]
    stray = _STRAY.search(_TAG.sub("", own))
    if stray is not None:
        raise BadReportTemplate(
            tag=stray[0][:PLACE_CHARACTERS], why=gettext("没有写完或者不认识"), place=own[:PLACE_CHARACTERS]
        )
    is_boxed = any(each.tag == _BOX for each in paragraph.iterancestors())
    outside = [tag for tag in _TAG.findall(whole) if tag.strip() not in tags]
    if outside or (tags and is_boxed):
        tag = f"{{{{{(outside or tags)[0]}}}}}"
        raise BadReportTemplate(
            tag=tag, why=gettext("不能放在文本框、超链接或者修订里"), place=whole.strip()[:PLACE_CHARACTERS]
        )
    return tags


def _fill(paragraph: Any, told: Iterator[Sequence[Text | Figure]], numbering: Numbering) -> None:
    """Word cuts a text into runs as it likes: what stands in a tag's place takes the look of its first letter."""
    _one_child_each(paragraph)
    spans = [match.span() for match in _TAG.finditer(_text_of(paragraph))]
    start = 0
    for each in paragraph.findall(qn("w:r")):
        held = each.find(qn("w:t"))
        if held is None:
            continue
        text = held.text or ""
        end, at = start + len(text), start
        made: list[Any] = []
        for first, last in spans:
            if last <= at or first >= end:
                continue
            if first >= at:
                made += _said(each, text[at - start : first - start])
                for one in next(told):
                    made += _placed(each, one, numbering)
            at = min(last, end)
        if made or at > start:
            made += _said(each, text[at - start :])
            for one in made:
                each.addprevious(one)
            paragraph.remove(each)
        start = end


def _one_child_each(paragraph: Any) -> None:
    for each in paragraph.findall(qn("w:r")):
        children = [one for one in each if one.tag != qn("w:rPr")]
        for child in children[:-1]:
            before = _like(each)
            before.append(child)
            each.addprevious(before)


def _like(given: Any) -> Any:
    """An empty run that looks like this one."""
    made = parse_xml(serialise(run("")))
    for child in list(made):
        made.remove(child)
    look = given.find(qn("w:rPr"))
    if look is not None:
        made.append(deepcopy(look))
    return made


def _said(like: Any, text: str) -> list[Any]:
    if not text:
        return []
    made = _like(like)
    made.append(parse_xml(serialise(run(text))).find(qn("w:t")))
    return [made]


def _placed(like: Any, one: Text | Figure, numbering: Numbering) -> list[Any]:
    if isinstance(one, Text):
        return _said(like, one.text)
    made: list[Any] = [parse_xml(serialise(each)) for each in anchored(one, Marks.CLEAN, numbering)]
    content = made[1].find(qn("w:sdtContent"))
    (shown,) = _said(like, one.shown)
    content.replace(content[0], shown)
    font = Run(shown, content).font
    if one.source == "missing":
        font.highlight_color = WD_COLOR_INDEX.YELLOW
    else:
        font.underline = _UNDERLINES[one.source]
    return made
