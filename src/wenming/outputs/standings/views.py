"""The tables: how regions, units and posts stand in a period, on screen and as a workbook."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.engines.metrics import named
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.kernel.ui import numbers
from wenming.kernel.ui.filters import chip
from wenming.outputs.standings import selectors
from wenming.outputs.standings.definitions import Definition, Indicator, definition_of, house_definitions
from wenming.outputs.standings.enums import Along, Level
from wenming.outputs.standings.forms import percent_of
from wenming.outputs.standings.scoring import Counts
from wenming.outputs.standings.selectors import Group, Row
from wenming.outputs.standings.workbook import XLSX, write

POINT_DECIMALS: Final = 1
RATE_DECIMALS: Final = 1
MONTHS_OFFERED: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    definition: Definition
    definitions: list[Definition]
    period: Period
    at: datetime


@require_safe
@staff("standings.view")
def table(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    groups = selectors.standing(asked.definition, asked.period, at=asked.at, acting=request.acting)
    context = {
        "definition": asked.definition,
        "tabs": [_tab(request, each, asked.definition) for each in asked.definitions],
        "chips": [_period_chip(request, asked.period)],
        "period": asked.period.label,
        "at": asked.at,
        "along": Along(asked.definition.along).label,
        "level": Level(asked.definition.level).label,
        "heads": heads(asked.definition, asked.period),
        "groups": [{"group": group, "rows": [_row(row, asked.definition) for row in group.rows]} for group in groups],
        "is_partial": not request.acting.scope.is_everything,
        "file_url": f"{reverse('standings:workbook')}?{request.GET.urlencode()}",
        "can_define": permissions.can(request.acting, "standings.define"),
    }
    return render(request, "standings/table.html", context)


@require_safe
@staff("standings.view")
def workbook(request: StaffRequest) -> HttpResponse:
    """As on the screen. The numbers are of offices, so no reason is asked; who took it and when stands on top."""
    asked = _asked(request)
    groups = selectors.standing(asked.definition, asked.period, at=asked.at, acting=request.acting)
    mark = _("{name} · {period} · 截至 {at} · {unit} {person} 导出").format(
        name=asked.definition.name,
        period=asked.period.label,
        at=f"{clock.local(asked.at):%Y-%m-%d %H:%M}",
        unit=request.acting.unit_name,
        person=request.acting.user_name,
    )
    response = HttpResponse(write(asked.definition, groups, mark=mark), content_type=XLSX)
    name = f"{asked.definition.name}-{asked.period.label}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: StaffRequest) -> Asked:
    """The first in use and this month, unless the address says otherwise. Raises EvaluationNotFound, BadPeriod."""
    definitions = [each for each in house_definitions() if each.is_active]
    now = clock.now()
    key = request.GET.get("of", "") or (definitions[0].key if definitions else "")
    period = Period.parse(request.GET.get("period", "") or f"{clock.local(now):%Y-%m}")
    return Asked(definition_of(definitions, key), definitions, period, now)


def heads(definition: Definition, period: Period) -> list[dict[str, Any]]:
    return [
        {
            "label": named.find(each.figure).label,
            "weight": each.weight,
            "full": percent_of(each.full),
            "nought": percent_of(each.nought),
            "url": f"{reverse('metrics:figure', args=[each.figure])}?"
            + urlencode({"period": period.label, "by": definition.along.value}),
        }
        for each in definition.indicators
    ]


def _row(row: Row, definition: Definition) -> dict[str, Any]:
    return {
        "row": row,
        "points": points_text(row.score.points),
        "weighed": None if row.score.weighed in (0, 1) else numbers.percent(row.score.weighed, 0),
        "moved": _moved(row),
        "cells": [
            _cell(indicator, counts, definition.least)
            for indicator, counts in zip(definition.indicators, row.score.counts, strict=True)
        ],
    }


def _cell(indicator: Indicator, counts: Counts, least: int) -> dict[str, Any]:
    return {
        "label": named.find(indicator.figure).label,
        "counts": counts,
        "rate": numbers.percent(counts.rate, RATE_DECIMALS),
        "is_small": 0 < counts.denominator < least,
    }


def points_text(points: Fraction | None) -> str:
    return numbers.DASH if points is None else str(numbers.rounded(points, POINT_DECIMALS))


def _moved(row: Row) -> str:
    if row.place is None or row.before is None:
        return numbers.DASH
    if row.place == row.before:
        return _("持平")
    by = abs(row.place - row.before)
    return _("升 {n} 位").format(n=by) if row.place < row.before else _("降 {n} 位").format(n=by)


def _tab(request: StaffRequest, each: Definition, chosen: Definition) -> dict[str, Any]:
    query = request.GET.copy()
    query["of"] = each.key
    url = f"{reverse('standings:table')}?{query.urlencode()}"
    return {"label": each.name, "url": url, "is_on": each.key == chosen.key}


def _period_chip(request: StaffRequest, period: Period) -> Any:
    """The last months, the quarter and the years; another one can be written in the address."""
    month = Period.parse(f"{clock.local(clock.now()):%Y-%m}")
    labels = []
    for _each in range(MONTHS_OFFERED):
        labels.append(month.label)
        month = month.previous()
    year = clock.local(clock.now()).year
    quarter = (clock.local(clock.now()).month + 2) // 3
    labels += [f"{year}-Q{quarter}", f"{year}", f"{year - 1}"]
    if period.label not in labels:
        labels.insert(0, period.label)
    return chip(request.GET, param="period", label=_("期间"), options=[(label, label) for label in labels])


def groups_told(groups: list[Group]) -> dict[int, Row]:
    """Every row by its region or unit."""
    return {row.id: row for group in groups for row in group.rows}
