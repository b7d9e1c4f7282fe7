"""The criteria tree and the catalogue of problem types."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.paging import capped_count, page
from wenming.kernel.ui.filters import Chip, chip
from wenming.programmes.standards import selectors
from wenming.programmes.standards.enums import Level, Method, TypeKind
from wenming.programmes.standards.models import Criterion, ProblemCatalogue, ProblemType, Standard
from wenming.programmes.standards.views import asked

TREE_ROWS_MAX = 1_000
VERSIONS_MAX = 50
TYPE_ORDER = ("position", "id")


@require_safe
@staff("standards.view_standards")
def tree(request: StaffRequest) -> HttpResponse:
    query = request.GET
    standard = asked.standard(query)
    context: dict[str, Any] = {
        "standard": standard,
        "can_change": permissions.can(request.acting, "standards.change_standards"),
        "is_narrowed": any(value for name, value in query.items()),
        "text": query.get("q", ""),
    }
    if standard is not None:
        projects = list(selectors.criteria(standard, level=Level.PROJECT).values_list("code", "text"))
        rows = list(_criteria(standard, query)[: TREE_ROWS_MAX + 1])
        context |= {
            "projects": _sections(rows[:TREE_ROWS_MAX], selectors.point_types_by_criterion(standard)),
            "count": min(len(rows), TREE_ROWS_MAX),
            "is_cut": len(rows) > TREE_ROWS_MAX,
            "chips": _tree_chips(query, projects),
        }
    return render(request, "standards/tree.html", context)


def _criteria(standard: Standard, query: QueryDict) -> QuerySet[Criterion]:
    rows = selectors.criteria(standard, level=Level.CRITERION)
    rows = rows.select_related("parent__parent", "lead").prefetch_related("helpers")
    project, method, text = asked.text(query, "project"), asked.text(query, "method"), asked.text(query, "q")
    if project:
        rows = rows.filter(parent__parent__code=project)
    if method in Method.values:
        rows = rows.filter(method=method)
    if text:
        rows = rows.filter(
            Q(text__icontains=text)
            | Q(code__startswith=text)
            | Q(lead_name__icontains=text)
            | Q(helper_names__icontains=text)
        )
    return rows


def _sections(rows: list[Criterion], types: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Project → content → criteria, in the standard's own order."""
    sections: list[dict[str, Any]] = []
    for row in rows:
        content = row.parent
        assert content is not None
        project = content.parent
        if not sections or sections[-1]["project"] != project:
            sections.append({"project": project, "contents": []})
        contents = sections[-1]["contents"]
        if not contents or contents[-1]["content"] != content:
            contents.append({"content": content, "rows": []})
        contents[-1]["rows"].append({"criterion": row, "types": types.get(row.pk, [])})
    return sections


def _tree_chips(query: QueryDict, projects: list[tuple[str, str]]) -> list[Chip]:
    versions = [(str(row.pk), _version_name(row)) for row in selectors.standards()[:VERSIONS_MAX]]
    return [
        chip(query, param="project", label=_("测评项目"), options=projects),
        chip(query, param="method", label=_("测评方法"), options=Method.choices),
        chip(query, param="version", label=_("版本"), options=versions),
    ]


def _version_name(version: Standard | ProblemCatalogue) -> str:
    return _("{name}第 {version} 版（{status}）").format(
        name=version.name, version=version.version, status=version.get_status_display()
    )


@require_safe
@staff("standards.view_standards")
def types(request: StaffRequest) -> HttpResponse:
    query = request.GET
    catalogue = asked.catalogue(query)
    context: dict[str, Any] = {
        "catalogue": catalogue,
        "can_change": permissions.can(request.acting, "standards.change_standards"),
        "is_narrowed": any(value for name, value in query.items() if name != "cursor"),
        "text": query.get("q", ""),
        "kept": [(name, value) for name, value in query.items() if name not in ("q", "cursor")],
    }
    if catalogue is not None:
        found, versions = _types(catalogue, query), list(selectors.catalogues()[:VERSIONS_MAX])
        context |= {
            "page": page(found.select_related("lead"), order=TYPE_ORDER, cursor=query.get("cursor")),
            "count": capped_count(found),
            "chips": _type_chips(query, catalogue, versions),
            "draft": next((each for each in versions if not each.is_published), None),
        }
    return render(request, "standards/types.html", context)


def _types(catalogue: ProblemCatalogue, query: QueryDict) -> QuerySet[ProblemType]:
    rows = selectors.problem_types(catalogue)
    kind, category, text = asked.text(query, "kind"), asked.text(query, "category"), asked.text(query, "q")
    if kind in TypeKind.values:
        rows = rows.filter(kind=kind)
    if category:
        rows = rows.filter(category=category)
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(filing_condition__icontains=text)
            | Q(lead_name__icontains=text)
            | Q(code__istartswith=text)
            | Q(type_code__startswith=text)
        )
    return rows


def _type_chips(query: QueryDict, catalogue: ProblemCatalogue, known: list[ProblemCatalogue]) -> list[Chip]:
    rows = selectors.problem_types(catalogue)
    if query.get("kind") in TypeKind.values:
        rows = rows.filter(kind=query["kind"])
    categories = dict.fromkeys(rows.values_list("category", flat=True))
    versions = [(str(row.pk), _version_name(row)) for row in known]
    return [
        chip(query, param="kind", label=_("部件或事件"), options=TypeKind.choices),
        chip(query, param="category", label=_("大类"), options=[(name, name) for name in categories]),
        chip(query, param="version", label=_("版本"), options=versions),
    ]
