"""WordprocessingML by its short names: `w("p", ...)` is `<w:p>...</w:p>`."""

import re
from collections.abc import Mapping
from typing import Final, cast

from lxml import etree

from wenming.kernel.documents import errors

# The class of elements has no public name in lxml.
Element = etree._Element  # noqa: SLF001

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# The same vocabulary when a file was saved as "strict" Open XML.
W_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"

Value = str | int

# Control characters, lone surrogates and the two that XML forbids. Unassigned
# characters are let through: the rare characters of names are younger than any table.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def require_printable(text: str) -> str:
    """Refuses what XML cannot carry or what no printer shows (PaperError paper.bad_text)."""
    if _UNPRINTABLE.search(text):
        raise errors.bad_text(text)
    return text


def w(name: str, /, *children: Element, **attributes: Value) -> Element:
    """An element of the w namespace; attributes are of it too."""
    element = etree.Element(f"{{{W}}}{name}", nsmap={"w": W})
    for attribute, value in attributes.items():
        element.set(f"{{{W}}}{attribute}", str(value))
    element.extend(children)
    return element


def val(name: str, value: Value) -> Element:
    return w(name, val=value)


def text(words: str) -> Element:
    element = w("t")
    element.text = words
    element.set(XML_SPACE, "preserve")
    return element


def fonts(face: str) -> Element:
    """All four scripts in one face: digits are half a character wide only in a Han face."""
    return w("rFonts", ascii=face, hAnsi=face, eastAsia=face, cs=face, hint="eastAsia")


def run(words: str, *properties: Element) -> Element:
    made = w("r")
    if properties:
        made.append(w("rPr", *properties))
    made.append(text(words))
    return made


def field(instruction: str, cached: str, *properties: Element) -> list[Element]:
    """A complex field; a simple one loses its run properties in LibreOffice."""

    def part(inner: Element) -> Element:
        made = w("r")
        if properties:
            made.append(w("rPr", *[copy_of(one) for one in properties]))
        made.append(inner)
        return made

    code = w("instrText")
    code.text = f" {instruction} "
    code.set(XML_SPACE, "preserve")
    return [
        part(w("fldChar", fldCharType="begin")),
        part(code),
        part(w("fldChar", fldCharType="separate")),
        part(text(cached)),
        part(w("fldChar", fldCharType="end")),
    ]


def copy_of(element: Element) -> Element:
    return etree.fromstring(etree.tostring(element))


def serialise(element: Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def _default(namespace: str) -> dict[str, str]:
    # The stubs do not know that None names the default namespace.
    return cast("dict[str, str]", {None: namespace})


def plain(name: str, namespace: str, attributes: Mapping[str, str], *children: Element) -> Element:
    """An element of another vocabulary, whose attributes have no namespace."""
    element = etree.Element(f"{{{namespace}}}{name}", nsmap=_default(namespace))
    for attribute, value in attributes.items():
        element.set(attribute, value)
    element.extend(children)
    return element
