"""Figures for other programs: the value, its parts, its digest, and the ids of the rows behind it."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from wenming.engines.metrics import documents, evaluation, moments, named, registry, selectors
from wenming.foundation.people.doors import CallRequest, calls
from wenming.kernel.calls import REFUSALS, answer
from wenming.kernel.errors import NotFound
from wenming.kernel.periods import Period

router = Router(tags=["figures"])
READ = "figures:read"
KEY_CHARS_MAX = 80


class FigureQuestion(Schema):
    period: str = Field(max_length=40, description="2024, 2024-H1, 2024-Q3, 2024-03 or 2024-01..2024-09, in Shanghai")
    by: str = Field(
        "", max_length=80, description="dimensions, separated by commas: region, town, unit, type, channel, ym"
    )
    as_of: str = Field("", max_length=40, description="what was recorded by then")
    cutoff: str = Field("", max_length=40, description="what had happened by then")


class EvidenceQuestion(FigureQuestion):
    part: str = Field("all", pattern="^(all|numerator|rest)$")
    cursor: str = Field("", max_length=400)


class FigureList(Schema):
    figures: list[dict[str, Any]]


class FigureAnswer(Schema):
    """Rates are fractions carried as text. Declared figures have no numerator and no evidence."""

    key: str
    version: int | None = None
    name: str
    unit: str
    period: str
    numerator: int | None = None
    denominator: int | None = None
    value: str | None = None
    display: str
    as_of: str
    cutoff: str | None = None
    evidence_count: int | None = None
    evidence_sha256: str | None = None
    numerator_sha256: str | None = None
    source: str
    on: str
    rows: list[dict[str, Any]] = []


class EvidenceRows(Schema):
    items: list[dict[str, Any]] = Field(description="those of the page that the caller may see")
    hidden: int
    next: str | None = None
    previous: str | None = None


class NoRows(NotFound):
    code = "metrics.no_rows"


@router.get("", response={200: FigureList, **REFUSALS}, url_name="figures", summary="The named figures")
@calls("metrics.view_figures", right=READ)
def figures(request: CallRequest) -> HttpResponse:
    return answer({"figures": [documents.summary(each, None) for each in selectors.named_figures()]})


@router.get("/{key}", response={200: FigureAnswer, **REFUSALS}, url_name="figure", summary="The value of a figure")
@calls("metrics.view_figures", right=READ)
def figure(request: CallRequest, key: str, asked: Query[FigureQuestion]) -> HttpResponse:
    """Within the caller's scope: a county's key reads the county's figure."""
    by = tuple(name.strip() for name in asked.by.split(",") if name.strip())
    found = selectors.figure(
        key[:KEY_CHARS_MAX],
        period=Period.parse(asked.period),
        by=by,
        as_of=moments.parse(asked.as_of) if asked.as_of else None,
        cutoff=moments.parse(asked.cutoff) if asked.cutoff else None,
        scope=request.acting.scope,
    )
    return answer(documents.evaluated(found, by))


@router.get(
    "/{key}/meaning", response={200: dict[str, Any], **REFUSALS}, url_name="meaning", summary="How it is defined"
)
@calls("metrics.view_figures", right=READ)
def meaning(request: CallRequest, key: str) -> HttpResponse:
    known = named.find(key[:KEY_CHARS_MAX])
    return answer(documents.meaning(known, registry.metric(known.key) if registry.has_metric(known.key) else None))


@router.get(
    "/{key}/rows", response={200: EvidenceRows, **REFUSALS}, url_name="figure_rows", summary="The rows behind a figure"
)
@calls("metrics.view_figures", right=READ)
def rows(request: CallRequest, key: str, asked: Query[EvidenceQuestion]) -> HttpResponse:
    question = evaluation.question(
        named.find(key[:KEY_CHARS_MAX]).key,
        period=Period.parse(asked.period),
        as_of=moments.parse(asked.as_of) if asked.as_of else None,
        cutoff=moments.parse(asked.cutoff) if asked.cutoff else None,
        scope=request.acting.scope,
    )
    provider = registry.rows_of(question.metric.fact)
    if provider is None:
        raise NoRows
    page = evaluation.evidence_page(question, part=asked.part, cursor=asked.cursor or None)
    visible = provider(request.acting, page.rows)
    document = {"items": visible, "hidden": len(page.rows) - len(visible)}
    return answer({**document, "next": page.next_cursor, "previous": page.previous_cursor})
