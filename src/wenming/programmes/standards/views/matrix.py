"""The matrix of responsibility, on the screen, on paper and as a workbook."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.foundation.audit import services as audit
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import DEPARTMENTS, UnitKind
from wenming.foundation.people.selectors import units
from wenming.foundation.places import pages
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.regions import RegionLevel
from wenming.kernel.ui.filters import Chip, chip
from wenming.programmes.standards import selectors, workbook
from wenming.programmes.standards.enums import Level
from wenming.programmes.standards.errors import MatrixTooLarge, NoStandard
from wenming.programmes.standards.models import Standard
from wenming.programmes.standards.selectors.matrix import EXPORT_POINTS_MAX, Group
from wenming.programmes.standards.views import asked

UNIT_CHOICES_MAX = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff("standards.view_standards")
def matrix(request: StaffRequest) -> HttpResponse:
    query, acting = request.GET, request.acting
    standard = asked.standard(query)
    filters = asked.matrix_filters(query)
    context: dict[str, Any] = {
        "standard": standard,
        "filters": filters,
        "is_narrowed": any(value for name, value in query.items() if name not in ("cursor", "version")),
    }
    if standard is not None:
        found = selectors.responsibility_matrix(acting, standard=standard, filters=filters, cursor=query.get("cursor"))
        context |= {
            "page": found.page,
            "groups": [_group(acting, group) for group in found.groups],
            "gaps": found.gaps,
            "count": found.gaps.points if not filters.is_gaps_only else None,
            "chips": _chips(acting, query, standard),
        }
    return render(request, "standards/matrix.html", context)


@require_safe
@staff("standards.view_standards")
def export(request: StaffRequest) -> HttpResponse:
    """The rows of the screen, of all pages. Raises NoStandard, MatrixTooLarge."""
    query, acting = request.GET, request.acting
    standard = asked.standard(query)
    if standard is None:
        raise NoStandard
    filters = asked.matrix_filters(query)
    groups = selectors.matrix_groups(acting, standard=standard, filters=filters, points_max=EXPORT_POINTS_MAX + 1)
    if len(groups) > EXPORT_POINTS_MAX:
        raise MatrixTooLarge(max=EXPORT_POINTS_MAX)
    answer = HttpResponse(workbook.matrix_workbook(standard, groups), content_type=XLSX)
    asked_for = {name: value for name, value in query.items() if value}
    after = {"points": len(groups), "filters": asked_for}
    audit.record(by=acting.actor, action="standards.export", kind="standard", key=standard.pk, after=after)
    day = clock.local(clock.now()).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="responsibility-{day}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _group(acting: Acting, group: Group) -> dict[str, Any]:
    return {
        "point": group.point,
        "cells": group.cells,
        "url": pages.url_of(group.point.public_id),
        "can_assign": permissions.can(acting, "standards.assign_responsibility", group.point),
    }


def _chips(acting: Acting, query: QueryDict, standard: Standard) -> list[Chip]:
    projects = selectors.criteria(standard, level=Level.PROJECT).values_list("code", "text")
    counties = places.regions().filter(level=RegionLevel.COUNTY).values_list("code", "name")
    if acting.scope.column == "county_code" and acting.scope.value is not None:
        counties = counties.filter(code=acting.scope.value)
    answering = (*DEPARTMENTS, UnitKind.STREET, UnitKind.TOWN)
    known = units().filter(kind__in=answering).order_by("kind", "code").values_list("pk", "name")[:UNIT_CHOICES_MAX]
    types = selectors.point_types(standard).values_list("key", "name")
    chips = [
        chip(query, param="type", label=_("点位类型"), options=list(types)),
        chip(query, param="county", label=_("县区"), options=[(str(code), name) for code, name in counties]),
        chip(query, param="unit", label=_("单位"), options=[(str(pk), name) for pk, name in known]),
        chip(query, param="project", label=_("测评项目"), options=list(projects)),
        chip(query, param="gaps", label=_("缺口"), options=[("1", _("只看没有单位负责的"))]),
    ]
    return [each for each in chips if each.choices or each.chosen]
