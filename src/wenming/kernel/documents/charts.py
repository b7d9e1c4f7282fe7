"""A bar chart that Word draws and lets people edit: a chart part with its numbers cached, and the workbook behind it."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from wenming.kernel.documents import measures as m
from wenming.kernel.documents.package import OFFICE_TYPE, PACKAGE, ZIP_EPOCH, Part, relationships
from wenming.kernel.documents.wml import Element, R, plain, require_printable, serialise, val, w

CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
PLACING: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_TYPE: Final = f"{OFFICE_TYPE}.spreadsheetml"
SHEET_NAME: Final = "Sheet1"

EMU_PER_TWIP: Final = 635
WIDTH_EMU: Final = m.TEXT_WIDTH * EMU_PER_TWIP
HEIGHT_EMU: Final = 2_340_000
# One dark grey and the number over each bar: nothing is lost on a printer without colour.
FILL: Final = "595959"
RULE: Final = "A6A6A6"
LABEL_SIZE: Final = "900"
GAP_PERCENT: Final = "60"
AXES: Final = ("111111101", "111111102")


@dataclass(frozen=True, slots=True)
class Bars:
    """One series: `name` is what is counted; a value is None where nothing is told, and no bar stands there."""

    name: str
    labels: tuple[str, ...]
    values: tuple[int | None, ...]

    def __post_init__(self) -> None:
        for text in (self.name, *self.labels):
            require_printable(text)


def chart_parts(bars: Bars, number: int) -> tuple[Part, Part]:
    """The `number`th chart of a document (from 1) and its workbook."""
    sheet = f"embeddings/chart{number}.xlsx"
    return (
        Part(
            f"word/charts/chart{number}.xml",
            _chart_space(bars),
            kind="chart",
            content_type=f"{OFFICE_TYPE}.drawingml.chart+xml",
            related=(("package", f"../{sheet}"),),
        ),
        Part(f"word/{sheet}", _workbook(bars), content_type=f"{SHEET_TYPE}.sheet"),
    )


def chart_paragraph(relationship: str, *, number: int, description: str) -> Element:
    """The paragraph that holds a chart as wide as the text; `description` is read to those who do not see it."""
    drawing = w("drawing", _inline(relationship, number, require_printable(description)))
    air = w("spacing", before=m.CELL_MARGIN, after=m.CELL_MARGIN, line=240, lineRule="auto")
    properties = w("pPr", val("pStyle", "TableFoot"), w("keepNext"), air, val("jc", "center"))
    return w("p", properties, w("r", drawing))


def _inline(relationship: str, number: int, description: str) -> Element:
    def placed(name: str, attributes: Mapping[str, str], *children: Element) -> Element:
        return plain(name, PLACING, attributes, *children)

    reference = plain("chart", CHART, {})
    reference.set(f"{{{R}}}id", relationship)
    return placed(
        "inline",
        {"distT": "0", "distB": "0", "distL": "0", "distR": "0"},
        placed("extent", {"cx": str(WIDTH_EMU), "cy": str(HEIGHT_EMU)}),
        placed("docPr", {"id": str(number), "name": f"chart{number}", "descr": description}),
        placed("cNvGraphicFramePr", {}),
        _a("graphic", {}, _a("graphicData", {"uri": CHART}, reference)),
    )


def _chart_space(bars: Bars) -> Element:
    external = _c("externalData", "", _c("autoUpdate", "0"))
    external.set(f"{{{R}}}id", "rId1")
    plot = _c("plotArea", "", _c("layout"), _bar_chart(bars), _category_axis(), _value_axis())
    chart = _c("chart", "", _c("autoTitleDeleted", "1"), plot, _c("plotVisOnly", "1"), _c("dispBlanksAs", "gap"))
    plain_edge = _c("spPr", "", _a("noFill", {}), _a("ln", {}, _a("noFill", {})))
    return _c("chartSpace", "", _c("roundedCorners", "0"), chart, plain_edge, _letters(), external)


def _bar_chart(bars: Bars) -> Element:
    last = len(bars.labels) + 1
    told = [(place, str(value)) for place, value in enumerate(bars.values) if value is not None]
    series = _c(
        "ser",
        "",
        _c("idx", "0"),
        _c("order", "0"),
        _c("tx", "", _reference("strRef", "$B$1", "strCache", [(0, bars.name)], 1)),
        _c("spPr", "", _solid(FILL)),
        _c("invertIfNegative", "0"),
        _labels(),
        _c("cat", "", _reference("strRef", f"$A$2:$A${last}", "strCache", list(enumerate(bars.labels)), last - 1)),
        _c("val", "", _reference("numRef", f"$B$2:$B${last}", "numCache", told, last - 1)),
    )
    return _c(
        "barChart",
        "",
        _c("barDir", "col"),
        _c("grouping", "clustered"),
        _c("varyColors", "0"),
        series,
        _c("gapWidth", GAP_PERCENT),
        *[_c("axId", axis) for axis in AXES],
    )


def _labels() -> Element:
    shown = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    switches = [_c(name, "1" if name == "showVal" else "0") for name in shown]
    return _c("dLbls", "", _c("dLblPos", "outEnd"), *switches)


def _reference(kind: str, cells: str, cache: str, points: Sequence[tuple[int, str]], count: int) -> Element:
    held = [_c("ptCount", str(count))]
    if cache == "numCache":
        held.insert(0, _said("formatCode", "General"))
    for place, text in points:
        point = _c("pt", "", _said("v", text))
        point.set("idx", str(place))
        held.append(point)
    return _c(kind, "", _said("f", f"{SHEET_NAME}!{cells}"), _c(cache, "", *held))


def _category_axis() -> Element:
    return _c(
        "catAx",
        "",
        *_axis(AXES[0], "b"),
        _c("majorTickMark", "none"),
        _c("minorTickMark", "none"),
        _c("tickLblPos", "low"),
        _c("spPr", "", _a("ln", {"w": "6350"}, _solid(RULE))),
        _c("crossAx", AXES[1]),
        _c("crosses", "autoZero"),
    )


def _value_axis() -> Element:
    whole = _c("numFmt")
    whole.set("formatCode", "0")
    whole.set("sourceLinked", "0")
    # The numbers stand over the bars: an axis beside them would say them twice.
    return _c("valAx", "", *_axis(AXES[1], "l", deleted="1"), whole, _c("crossAx", AXES[0]), _c("crosses", "autoZero"))


def _axis(own: str, side: str, deleted: str = "0") -> list[Element]:
    scaling = _c("scaling", "", _c("orientation", "minMax"))
    if deleted == "1":
        scaling.append(_c("min", "0"))
    return [_c("axId", own), scaling, _c("delete", deleted), _c("axPos", side)]


def _letters() -> Element:
    face = [_a(script, {"typeface": m.PAGE_NUMBER_FONT}) for script in ("latin", "ea")]
    size = _a("defRPr", {"sz": LABEL_SIZE}, *face)
    return _c("txPr", "", _a("bodyPr", {}), _a("p", {}, _a("pPr", {}, size), _a("endParaRPr", {"lang": "zh-CN"})))


def _solid(colour: str) -> Element:
    return _a("solidFill", {}, _a("srgbClr", {"val": colour}))


def _c(name: str, value: str = "", /, *children: Element) -> Element:
    return plain(name, CHART, {"val": value} if value else {}, *children)


def _said(name: str, text: str) -> Element:
    made = plain(name, CHART, {})
    made.text = text
    return made


def _a(name: str, attributes: Mapping[str, str], *children: Element) -> Element:
    return plain(name, DRAWING, attributes, *children)


def _workbook(bars: Bars) -> bytes:
    """The least that Excel opens; written here because the same numbers must give the same bytes."""
    kinds = {"/xl/workbook.xml": "sheet.main+xml", "/xl/worksheets/sheet1.xml": "worksheet+xml"}
    types = f"{PACKAGE}/content-types"
    sheet = plain("sheet", SHEET, {"name": SHEET_NAME, "sheetId": "1"})
    sheet.set(f"{{{R}}}id", "rId1")
    parts = {
        "[Content_Types].xml": plain(
            "Types",
            types,
            {},
            plain(
                "Default",
                types,
                {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"},
            ),
            *[
                plain("Override", types, {"PartName": name, "ContentType": f"{SHEET_TYPE}.{kind}"})
                for name, kind in kinds.items()
            ],
        ),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": plain("workbook", SHEET, {}, plain("sheets", SHEET, {}, sheet)),
        "xl/_rels/workbook.xml.rels": relationships(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": plain("worksheet", SHEET, {}, _rows(bars)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, serialise(content))
    return out.getvalue()


def _rows(bars: Bars) -> Element:
    rows: list[tuple[str, str | int | None]] = [("", bars.name), *zip(bars.labels, bars.values, strict=True)]
    made = plain("sheetData", SHEET, {})
    for place, cells in enumerate(rows, start=1):
        row = etree.SubElement(made, f"{{{SHEET}}}row", {"r": str(place)})
        for column, cell in zip("AB", cells, strict=True):
            row.append(_cell(f"{column}{place}", cell))
    return made


def _cell(at: str, held: str | int | None) -> Element:
    if isinstance(held, str):
        text = plain("t", SHEET, {})
        text.text = held
        return plain("c", SHEET, {"r": at, "t": "inlineStr"}, plain("is", SHEET, {}, text))
    cell = plain("c", SHEET, {"r": at})
    if held is not None:
        etree.SubElement(cell, f"{{{SHEET}}}v").text = str(held)
    return cell
