"""What the reader must know of the figures: which were declared, which are not there."""

from collections.abc import Iterable

from wenming.kernel.documents import measures as m
from wenming.kernel.documents.wml import Element, fonts, run, val, w
from wenming.outputs.reports import spans
from wenming.outputs.reports.paper.anchors import Marks, Numbering, marks_of
from wenming.outputs.reports.paper.blocks import (
    Declaration,
    Document,
    Figure,
    Table,
    Text,
    figures,
)
from wenming.outputs.reports.paper.tables import table

NO_SOURCE = "未附"


def appendix(document: Document, marks: Marks, numbering: Numbering) -> list[Element]:
    """Nothing when every figure was computed.

    The values are repeated here as plain text: a figure is followed at the place
    where the report tells it.
    """
    told = list(figures(document))
    declared = first_of_each(one for one in told if one.source == "declared")
    missing = first_of_each(one for one in told if one.source == "missing")
    if not declared and not missing:
        return []
    made = [
        w(
            "p",
            w("pPr", val("pStyle", "Recipient"), w("pageBreakBefore")),
            run("数据说明", fonts(m.HEAVY_FONT)),
        )
    ]
    if marks is Marks.DRAFT:
        made.append(_legend(told))
    if declared:
        made.append(_sentence("以下数据为申报数据，由申报单位提供，不由业务记录计算得出。"))
        made.extend(table(_declared(declared, document.declarations), marks, numbering))
    if missing:
        made.append(_sentence("以下数据尚无依据，定稿前应当补齐或者删去。"))
        made.extend(table(_missing(missing), marks, numbering))
    return made


def first_of_each(told: Iterable[Figure]) -> list[Figure]:
    found: dict[str, Figure] = {}
    for figure in told:
        found.setdefault(figure.reference, figure)
    return list(found.values())


def _sentence(text: str) -> Element:
    return w("p", w("pPr", val("pStyle", "BodyText")), run(text))


LEGEND = {"computed": "实线为计算", "declared": "点线为申报", "missing": "虚框为待补"}


def _legend(told: list[Figure]) -> Element:
    """The marks explained by themselves, for those that the paper uses."""
    runs = [run("正文标记：")]
    used = {figure.source: figure for figure in told}
    for source, words_ in LEGEND.items():
        for figure in [one for kind, one in used.items() if kind == source]:
            if len(runs) > 1:
                runs.append(run("，"))
            runs.append(run(words_, *marks_of(figure, Marks.DRAFT)))
    runs.append(run("。"))
    return w("p", w("pPr", val("pStyle", "BodyText")), *runs)


def _declared(declared: list[Figure], declarations: tuple[Declaration, ...]) -> Table:
    told = {(one.key, one.period): one for one in declarations}
    rows = []
    for count, figure in enumerate(declared, start=1):
        declaration = told.get((figure.key, figure.period))
        cells = (
            str(count),
            figure.name,
            spans.in_words(figure.period),
            figure.shown,
            declaration.declarer if declaration else NO_SOURCE,
            declaration.source if declaration else NO_SOURCE,
        )
        rows.append(tuple((Text(cell),) for cell in cells))
    return Table(("序号", "数据", "期间", "数值", "申报单位", "依据"), tuple(rows))


def _missing(missing: list[Figure]) -> Table:
    rows = []
    for count, figure in enumerate(missing, start=1):
        cells = (str(count), figure.name, spans.in_words(figure.period), figure.unit)
        rows.append(tuple((Text(cell),) for cell in cells))
    return Table(("序号", "数据", "期间", "单位"), tuple(rows))
