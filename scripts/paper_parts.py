"""What the office's Word templates are made of: faces and sizes, lines, grids, loops, signatures.

Margins, faces and sizes follow GB/T 9704-2012.
"""

# ruff: noqa: SLF001 - python-docx has no public name for the elements beneath
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TITLE, BODY, HEAVY, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
RED = RGBColor(0xC0, 0x00, 0x00)
CENTER, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


def face(run, name, size, *, bold=False, colour=None):
    run.font.name, run.font.size, run.font.bold = name, Pt(size), bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), name)
    fonts.set(qn("w:hint"), "eastAsia")
    if colour is not None:
        run.font.color.rgb = colour
    return run


def line(where, text, *, font=BODY, size=16, align=None, indent=True, colour=None, exact=28.95, before=0, after=0):
    paragraph = where.add_paragraph()
    shape = paragraph.paragraph_format
    # A heading never stands alone at the foot of a page.
    shape.keep_with_next = font in (HEAVY, KAI)
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    if exact:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(exact)
    if align is not None:
        paragraph.alignment = align
    if indent:
        shape.first_line_indent = Pt(2 * size)
    face(paragraph.add_run(text), font, size, colour=colour)
    return paragraph


def tag(where, text):
    """A paragraph that a loop or a condition eats whole."""
    return line(where, text, indent=False, size=12, exact=0)


def cell(table, row, column, text, *, size=12, font=BODY, align=None):
    target = table.cell(row, column)
    paragraph = target.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    if align is not None:
        paragraph.alignment = align
    face(paragraph.add_run(text), font, size)
    return target


def grid(document, rows, widths, *, height=None):
    table = document.add_table(rows=rows, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for row in table.rows:
        for each, width in zip(row.cells, widths, strict=True):
            each.width = Mm(width)
            each.vertical_alignment = 1
        cannot = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(cannot)
        if height:
            row.height = Mm(height)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def nothing(document, name, text):
    """What is said where a list is empty."""
    tag(document, f"{{%p if not {name} %}}")
    line(document, text)
    tag(document, "{%p endif %}")


def apart(document):
    """Two tables without a line between them become one."""
    line(document, "", indent=False, size=6, exact=8)


def close(table):
    """One millimetre beside the words: a date with a month and a day of two digits stays on one line of 33 mm."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "57")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    # In the order of the schema the look of a table comes last.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    return table


def looped(document, header, fields, widths, loop, *, size=12):
    """A header row that repeats, the row of the loop between the two rows that the loop eats, and 无 where it is empty."""
    table = close(grid(document, 7, widths))
    for column, text in enumerate(header):
        cell(table, 0, column, text, font=HEAVY, size=size, align=CENTER)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    cell(table, 1, 0, f"{{%tr for {loop} %}}", size=size)
    for column, text in enumerate(fields):
        cell(
            table,
            2,
            column,
            text,
            size=size,
            align=CENTER if column == 0 or (size < 12 and text.startswith("{{ r.")) else None,
        )
    cell(table, 3, 0, "{%tr endfor %}", size=size)
    cell(table, 4, 0, f"{{%tr if not {loop.partition(' in ')[2]} %}}", size=size)
    cell(table, 5, 0, "无", size=size, align=CENTER).merge(table.cell(5, len(widths) - 1))
    cell(table, 6, 0, "{%tr endif %}", size=size)
    return table


def bordered(paragraph, *, side="bottom", colour="C00000", size=24, kind="single"):
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(size)), ("space", "1"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    paragraph._p.get_or_add_pPr().append(borders)
    return paragraph


def page_number(footer, align):
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    (setattr(shape, "right_indent", Pt(14)) if align == RIGHT else setattr(shape, "left_indent", Pt(14)))
    face(paragraph.add_run("— "), SONG, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = face(paragraph.add_run(), SONG, 14)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = f" {text} "
        run._element.append(mark)
    face(paragraph.add_run(" —"), SONG, 14)


def shape(section, *, landscape=False):
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    margins = (28, 25, 27, 27) if landscape else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, margins)
    section.footer_distance = Mm(15 if landscape else 25)
    return section


def blank(*, landscape=False):
    document = Document()
    document.settings.odd_and_even_pages_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    section = shape(document.sections[0], landscape=landscape)
    page_number(section.footer, RIGHT)
    page_number(section.even_page_footer, LEFT)
    return document


def two_ends(document, left, right, width, *, size=16, font=BODY):
    paragraph = line(document, f"{left}\t{right}", indent=False, size=size, font=font)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    return paragraph


def signature(document, *, issuer="{{ issuer }}", on="{{ date }}", size=16):
    """Issuer above the date, four characters from the right, room for the seal; never alone on its page."""
    for said in document.paragraphs[-2:]:
        said.paragraph_format.keep_with_next = True
    for text, indent in ((issuer, 4), (on, 4)):
        paragraph = line(document, text, align=RIGHT, indent=False, size=size)
        paragraph.paragraph_format.right_indent = Pt(indent * size)
        paragraph.paragraph_format.keep_with_next = text == issuer
    return document
