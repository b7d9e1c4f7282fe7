"""The list of figures for a period, and one figure with its definition, its parts and its rows."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.engines.metrics import declarations, evaluation, moments, named, pages, registry, selectors
from wenming.engines.metrics.named import NamedFigure
from wenming.engines.metrics.sql import Question
from wenming.engines.metrics.values import FigureValue, Source, of_measure
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.kernel.ui.filters import chip


@require_safe
@staff("metrics.view_figures")
def figures(request: StaffRequest) -> HttpResponse:
    query, acting = request.GET, request.acting
    period = _period(request)
    found = selectors.figures(
        period=period, as_of=_moment(request, "as_of"), cutoff=_moment(request, "cutoff"), scope=acting.scope
    )
    wanted = query.get("source", "")
    context = {
        "period": period,
        "period_word": pages.period_word(period.label),
        "chips": [_period_chip(request, period), _source_chip(request)],
        "is_narrowed": any(query.get(name) for name in ("source", "as_of", "cutoff")),
        "rows": [_list_row(value, request) for value in found if wanted in ("", value.source)],
        "done": selectors.completeness(found),
        "is_city": acting.scope.is_everything,
        "can_declare": permissions.can(acting, "metrics.declare_figure"),
    }
    return render(request, "metrics/list.html", context)


@require_safe
@staff("metrics.view_figures")
def figure(request: StaffRequest, key: str) -> HttpResponse:
    known = named.find(key)
    period = _period(request)
    context: dict[str, Any] = {
        "named": known,
        "period": period,
        "period_word": pages.period_word(period.label),
        "chips": [_period_chip(request, period)],
        "as_of": request.GET.get("as_of", ""),
        "cutoff": request.GET.get("cutoff", ""),
        "can_declare": permissions.can(request.acting, "metrics.declare_figure"),
    }
    if registry.has_metric(key):
        context |= _computed(request, known, period)
        return render(request, "metrics/figure.html", context)
    value = selectors.figure(key, period=period, as_of=_moment(request, "as_of"))
    context |= {
        "value": value,
        "badge": pages.source_badge(value),
        "figure": pages.head(value, None),
        "declared": value.declaration,
        "history": [pages.declared_row(each) for each in declarations.history(key, period)],
        "can_open_file": permissions.can(request.acting, "files.open_document"),
    }
    return render(request, "metrics/figure.html", context)


def _computed(request: StaffRequest, known: NamedFigure, period: Period) -> dict[str, Any]:
    query = request.GET
    by = tuple(name for name in query.get("by", "").split(",") if name)
    asked = evaluation.question(
        known.key,
        period=period,
        by=by,
        as_of=_moment(request, "as_of"),
        cutoff=_moment(request, "cutoff"),
        where=pages.region_filter(query.get("region", "")),
        scope=request.acting.scope,
    )
    found = evaluation.evaluate(asked)
    value = of_measure(known, found.measure, found.evidence)
    metric = asked.metric
    context = {
        "value": value,
        "region": query.get("region", ""),
        "region_name": pages.region_word(query.get("region", "")),
        "metric": metric,
        "meaning": pages.meaning(metric),
        "badge": pages.source_badge(value),
        "figure": pages.head(value, metric),
        "months": pages.month_chart(asked),
        "counties": pages.county_chart(asked),
        "by_chip": _by_chip(request, asked),
        "by_words": [pages.dimension_word(name) for name in by],
        "table": pages.table(asked, value.rows),
        "table_is_cut": len(value.rows) > pages.TABLE_CELLS_MAX,
    }
    return context | _rows(request, asked, value)


def _rows(request: StaffRequest, asked: Question, value: FigureValue) -> dict[str, Any]:
    """The rows that this person may see: the figure itself is theirs to see, every row behind it may not be."""
    provider = pages.rows_provider(asked.metric)
    if provider is None:
        return {"has_rows": False}
    part = request.GET.get("part", "all")
    listed = evaluation.evidence_page(asked, part=part, cursor=request.GET.get("cursor"))
    visible = provider(request.acting, listed.rows)
    counted = value.evidence.numerator_count if value.evidence else 0
    return {
        "has_rows": True,
        "page": listed,
        "rows": visible,
        "hidden": len(listed.rows) - len(visible),
        "count": value.evidence_count if part == "all" else (counted if part == "numerator" else None),
        "part": part if part in evaluation.PARTS else "all",
        "parts": _parts(value) if asked.metric.is_ratio else [],
    }


def _parts(value: FigureValue) -> list[tuple[str, str, int]]:
    if value.evidence is None:
        return []
    total, counted = value.evidence.count, value.evidence.numerator_count
    return [
        ("all", _("全部"), total),
        ("numerator", _("计入分子"), counted),
        ("rest", _("没有计入分子"), total - counted),
    ]


def _list_row(value: FigureValue, request: StaffRequest) -> dict[str, Any]:
    metric = registry.metric(value.key) if value.version is not None else None
    kept = {name: request.GET.get(name, "") for name in ("as_of", "cutoff")}
    return {
        "value": value,
        "shown": pages.shown(value),
        "badge": pages.source_badge(value),
        "owner": metric.owner if metric else "",
        "is_ratio": metric is not None and metric.is_ratio,
        "url": pages.figure_url(value.key, period=value.period, **kept),
        "is_missing": value.source is Source.MISSING,
    }


def _period(request: StaffRequest) -> Period:
    return Period.parse(request.GET.get("period") or str(clock.local(clock.now()).year))


def _moment(request: StaffRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "")
    return moments.parse(text) if text else None


def _period_chip(request: StaffRequest, period: Period) -> Any:
    return chip(request.GET, param="period", label=_("期间"), options=pages.periods(clock.now(), period.label))


def _source_chip(request: StaffRequest) -> Any:
    options = [
        (Source.COMPUTED.value, _("已计算")),
        (Source.DECLARED.value, _("已申报")),
        (Source.MISSING.value, _("缺依据")),
    ]
    return chip(request.GET, param="source", label=_("依据"), options=options)


def _by_chip(request: StaffRequest, asked: Question) -> Any:
    options = [(name, pages.dimension_word(name)) for name in asked.metric.dimensions]
    return chip(request.GET, param="by", label=_("分组"), options=options)
