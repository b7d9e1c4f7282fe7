"""What an office's own template asks for, as an outline: one paragraph for each of its tags."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext

from wenming.engines.metrics import selectors as metrics
from wenming.outputs.reports import templating
from wenming.outputs.reports.errors import BadReportTemplate
from wenming.outputs.reports.outline import Outline, Placed
from wenming.outputs.reports.paper.blocks import Figure, Text
from wenming.outputs.reports.paper.filling import Form
from wenming.outputs.reports.templating import OutlineError, Paragraph, Section, Template

# Words of the report itself, as `writing` says them.
WORDS: Final = frozenset({"city", "place", "issuer", "parts", "period", "span", "before", "until", "next"})
KEY: Final = "template"


def template_of(tags: Sequence[str], *, base: str) -> Template:
    """Of tags that were checked; `base` is the outline whose way of reading figures it takes."""
    paragraphs = tuple(Paragraph(templating.pieces_of(f"{{{tag}}}")) for tag in tags)
    return replace(templating.template(base), sections=(Section(KEY, (), "", paragraphs),))


def check(form: Form) -> None:
    """Raises BadReportTemplate for the first tag that means nothing."""
    keys = {named.key for named in metrics.named_figures()}
    for number, tag in enumerate(form.tags):
        why = _why_not(tag, keys)
        if why:
            raise BadReportTemplate(tag=f"{{{{{tag}}}}}", why=why, place=form.place_of(number))


def runs_of(outline: Outline) -> list[list[Text | Figure]]:
    """What stands in the place of each tag."""
    return [
        [run.figure if isinstance(run, Placed) else Text(run) for run in paragraph.runs]
        for paragraph in outline.sections[0].paragraphs
    ]


def _why_not(tag: str, keys: set[str]) -> str:
    try:
        pieces = templating.pieces_of(f"{{{tag}}}")
    except OutlineError:
        return gettext("写法不对")
    if len(pieces) != 1:
        return gettext("写法不对")
    (piece,) = pieces
    if isinstance(piece, str):
        return "" if tag in WORDS else gettext("没有这个词")
    return "" if piece.key in keys else gettext("没有这个指标")
