"""Our own template: styles, fonts, settings and footers, and nothing of another's."""

from wenming.kernel.documents import measures as m
from wenming.kernel.documents.wml import Element, field, fonts, run, val, w


def styles() -> Element:
    return w(
        "styles",
        _defaults(),
        w(
            "style",
            val("name", "Normal"),
            w("qFormat"),
            type="paragraph",
            default="1",
            styleId="Normal",
        ),
        w(
            "style",
            val("name", "Normal Table"),
            val("uiPriority", 99),
            val("semiHidden", 1),
            w(
                "tblPr",
                w("tblInd", w=0, type="dxa"),
            ),
            type="table",
            default="1",
            styleId="TableNormal",
        ),
        _paragraph("Number", "发文字号", [val("jc", "center")], after=2 * m.LINE),
        _paragraph(
            "Title",
            "Title",
            # A face taller than the pitch would be given two lines of the grid.
            [w("snapToGrid", val=0), val("jc", "center")],
            [fonts(m.TITLE_FONT), val("spacing", 0), val("sz", m.SIZE_2), val("szCs", m.SIZE_2)],
            after=m.LINE,
        ),
        _paragraph("Recipient", "主送机关", [w("ind", firstLineChars=0, firstLine=0)]),
        _heading("Heading1", "heading 1", 0, m.HEAVY_FONT),
        _heading("Heading2", "heading 2", 1, m.KAI_FONT),
        _heading("Heading3", "heading 3", 2, m.BODY_FONT),
        _paragraph("BodyText", "Body Text", [_two_characters()]),
        _paragraph("Attachment", "附件说明", []),
        _paragraph("Signature", "Signature", [val("jc", "right")]),
        _paragraph(
            "TableTitle",
            "表题",
            [w("keepNext"), val("jc", "center")],
            [fonts(m.HEAVY_FONT), val("sz", m.SIZE_4), val("szCs", m.SIZE_4)],
        ),
        _small("TableText", "表内文字", m.SIZE_SMALL_4),
        _small("TableFoot", "表注", m.SIZE_5),
        _paragraph("Footer", "footer", [w("snapToGrid", val=0)], _page_number_face(), line=m.FOOTER_LINE),
    )


def _defaults() -> Element:
    return w(
        "docDefaults",
        w(
            "rPrDefault",
            w(
                "rPr",
                fonts(m.BODY_FONT),
                val("spacing", m.CHARACTER_SPACING),
                val("kern", 0),
                val("sz", m.SIZE_3),
                val("szCs", m.SIZE_3),
                w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        w(
            "pPrDefault",
            w(
                "pPr",
                # A page of 22 lines stays one: no line is moved over to keep another company.
                w("widowControl", val=0),
                w("spacing", before=0, after=0, line=m.LINE, lineRule="exact"),
                val("jc", "both"),
            ),
        ),
    )


def _paragraph(
    style_id: str,
    name: str,
    properties: list[Element],
    face: list[Element] | None = None,
    *,
    after: int = 0,
    line: int = m.LINE,
    rule: str = "exact",
) -> Element:
    spacing = w("spacing", before=0, after=after, line=line, lineRule=rule)
    made = w(
        "style",
        val("name", name),
        val("basedOn", "Normal"),
        w("qFormat"),
        w("pPr", *_in_order([spacing, *properties])),
        type="paragraph",
        styleId=style_id,
    )
    if face:
        made.append(w("rPr", *face))
    return made


# The schema wants paragraph properties in this order, and Word is strict about it.
_ORDER = ("keepNext", "widowControl", "snapToGrid", "spacing", "ind", "jc", "outlineLvl")


def _in_order(properties: list[Element]) -> list[Element]:
    return sorted(properties, key=lambda one: _ORDER.index(one.tag.rpartition("}")[2]))


def _heading(style_id: str, name: str, level: int, face: str) -> Element:
    return _paragraph(
        style_id,
        name,
        [w("keepNext"), _two_characters(), val("outlineLvl", level)],
        [fonts(face)],
    )


def _two_characters() -> Element:
    return w("ind", firstLineChars=200, firstLine=2 * m.CHARACTER)


def _small(style_id: str, name: str, size: int) -> Element:
    return _paragraph(
        style_id,
        name,
        [w("snapToGrid", val=0)],
        [val("spacing", 0), val("sz", size), val("szCs", size)],
        # Exact lines would push a tall face to the bottom of its cell.
        line=240,
        rule="auto",
    )


def _page_number_face() -> list[Element]:
    return [
        fonts(m.PAGE_NUMBER_FONT),
        val("spacing", 0),
        val("sz", m.SIZE_4),
        val("szCs", m.SIZE_4),
    ]


def font_table() -> Element:
    return w(
        "fonts",
        *[
            w(
                "font",
                val("altName", ",".join(others)),
                val("charset", "86"),
                val("family", "auto"),
                val("pitch", "default"),
                name=face,
            )
            for face, others in m.FALLBACKS.items()
        ],
    )


def settings() -> Element:
    return w(
        "settings",
        w("zoom", percent=100),
        w("bordersDoNotSurroundHeader"),
        w("bordersDoNotSurroundFooter"),
        val("defaultTabStop", 2 * m.CHARACTER),
        w("evenAndOddHeaders"),
        val("drawingGridVerticalSpacing", m.LINE),
        val("characterSpacingControl", "doNotCompress"),
        w(
            "compat",
            w(
                "compatSetting",
                name="compatibilityMode",
                uri="http://schemas.microsoft.com/office/word",
                val="15",
            ),
        ),
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        w("decimalSymbol", val="."),
        w("listSeparator", val=","),
    )


def odd_footer() -> Element:
    return _footer([w("ind", rightChars=0, right=m.PAGE_NUMBER_INDENT), val("jc", "right")], "1")


def even_footer() -> Element:
    return _footer([w("ind", leftChars=0, left=m.PAGE_NUMBER_INDENT), val("jc", "left")], "2")


def _footer(place: list[Element], cached: str) -> Element:
    return w(
        "ftr",
        w(
            "p",
            w("pPr", val("pStyle", "Footer"), *place),
            run("— "),
            *field("PAGE", cached),
            run(" —"),
        ),
    )
