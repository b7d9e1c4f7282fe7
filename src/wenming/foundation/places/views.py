"""The list of points with its map, the form of a point, and what the maps draw."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import DEPARTMENTS
from wenming.foundation.people.selectors import units
from wenming.foundation.places import maps, pages, selectors, services
from wenming.foundation.places.bulk_views import history_of
from wenming.foundation.places.errors import BadBox, PointOutOfReach
from wenming.foundation.places.forms import PointForm
from wenming.foundation.places.models import Point
from wenming.foundation.places.selectors import PointFilters
from wenming.kernel.errors import Conflict, DomainError
from wenming.kernel.paging import capped_count, page
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.ui.filters import Chip, chip

ORDER = ("code",)
LEVELS = {"county": RegionLevel.COUNTY, "town": RegionLevel.TOWN, "village": RegionLevel.VILLAGE}
MISSING = {
    "territory": gettext_lazy("缺属地单位"),
    "department": gettext_lazy("缺主管单位"),
    "position": gettext_lazy("缺位置"),
}
RETIRED = "retired"
TEXT_CHARACTERS_MAX = 60
UNIT_CHOICES_MAX = 300
OUTLINE_SECONDS = 600


@require_safe
@staff("places.view_points")
def points(request: StaffRequest) -> HttpResponse:
    acting, query = request.acting, request.GET
    found = _in_box(selectors.find_points(acting, _filters(query)), query)
    rows = found.select_related("territory", "department")
    listed = page(rows, order=ORDER, cursor=query.get("cursor"))
    names = selectors.region_names([point.town_code or point.county_code for point in listed.rows])
    context = {
        "page": listed,
        "rows": [_row(acting, point, names) for point in listed.rows],
        "count": capped_count(found),
        "chips": _chips(request),
        "text": query.get("q", ""),
        "kept": [(name, value) for name, value in query.items() if name not in ("q", "cursor")],
        "is_narrowed": any(value for name, value in query.items() if name != "cursor"),
        "can_change": permissions.can(acting, "places.change_point"),
        "can_register": permissions.can(acting, "places.register_point"),
        "geojson_url": outlines_url(acting),
    }
    return render(request, "places/points.html", context)


@require_safe
@staff("places.view_points")
def pins(request: StaffRequest) -> HttpResponse:
    """The same points as the list, within the map's box."""
    found = selectors.find_points(request.acting, _filters(request.GET))
    box, zoom = maps.box_of(request.GET.get("bbox", "")), maps.zoom_of(request.GET.get("zoom", ""))
    answer = JsonResponse(
        maps.pins(found, box=box, zoom=zoom, url_of=pages.url_of), content_type="application/geo+json"
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
def regions_geojson(request: HttpRequest) -> HttpResponse:
    """Outlines of divisions are public, and the pages of residents and of reply links draw them too."""
    level = LEVELS.get(request.GET.get("level", "county"))
    within = request.GET.get("within", "")
    if level is None or (within and not _is_code(within)):
        raise BadBox
    drawn = maps.outlines(level, int(within) if within else None)
    etag = quote_etag(drawn.tag)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = JsonResponse(drawn.collection, content_type="application/geo+json")
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={OUTLINE_SECONDS}"
    return answer


@require_http_methods(["GET", "POST"])
@staff("places.register_point")
def register(request: StaffRequest) -> HttpResponse:
    acting = request.acting

    def act(form: PointForm) -> Point:
        region = form.region_code()
        _require_reach(acting, region, form.cleaned_data["department"])
        return services.register_point(form.draft(region), by=acting.actor)

    form = PointForm(request.POST or None, acting=acting, types=selectors.point_types(acting))
    return _answer(request, form, act, _("已登记点位“{name}”。"))


@require_http_methods(["GET", "POST"])
@staff("places.change_point")
def change(request: StaffRequest, public_id: UUID) -> HttpResponse:
    acting = request.acting
    point = selectors.point_for(acting, public_id)
    permissions.require(acting, "places.change_point", point)

    def act(form: PointForm) -> Point:
        region = form.region_code()
        _require_reach(acting, region, form.cleaned_data["department"])
        version = form.cleaned_data["version"] or 0
        return services.change_point(point.pk, form.edit(region), expected_version=version, by=acting.actor)

    form = PointForm(request.POST or None, acting=acting, types=selectors.point_types(acting), point=point)
    return _answer(request, form, act, _("已保存点位“{name}”。"))


def outlines_url(acting: Acting) -> str:
    """What the map of this session shows: its county, or the counties of the city."""
    query = {"level": "county"}
    scope = acting.scope
    if scope.column.endswith("_code") and scope.value is not None:
        query["within"] = str(cut(scope.value, RegionLevel.COUNTY))
    return f"{reverse('places:regions_geojson')}?{urlencode(query)}"


def _answer(request: StaffRequest, form: PointForm, act: Callable[[PointForm], Point], done: str) -> HttpResponse:
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                point = act(form)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, done.format(name=point.name))
                return redirect(pages.url_of(point.public_id) or reverse("places:points"))
    context = {
        "form": form,
        "error": error,
        "is_conflict": isinstance(error, Conflict),
        "geojson_url": outlines_url(request.acting),
        "kept": history_of(form.point) if form.point else [],
    }
    return render(request, "places/point_form.html", context, status=status)


def _require_reach(acting: Acting, region: int | None, department_id: int | None) -> None:
    """Nobody files a point where they would not see it."""
    asked = Point(department_id=department_id)
    asked.set_region(region)
    if not acting.scope.covers(asked):
        raise PointOutOfReach


def _filters(query: QueryDict) -> PointFilters:
    """What the address asks for. A value that makes no sense narrows nothing."""
    town, county, missing = query.get("town", ""), query.get("county", ""), query.get("missing", "")
    region = town if _is_code(town) else county
    return PointFilters(
        text=query.get("q", "").strip()[:TEXT_CHARACTERS_MAX],
        type_key=query.get("type", "")[:TEXT_CHARACTERS_MAX],
        region_code=int(region) if _is_code(region) else None,
        territory_id=_number(query.get("territory", "")),
        department_id=_number(query.get("department", "")),
        is_without_territory=missing == "territory",
        is_without_department=missing == "department",
        is_unlocated=missing == "position",
        is_retired=query.get("state") == RETIRED,
    )


def _in_box(rows: QuerySet[Point], query: QueryDict) -> QuerySet[Point]:
    box = query.get("bbox", "")
    return selectors.points_in(rows, maps.box_of(box)) if box else rows


def _chips(request: StaffRequest) -> list[Chip]:
    query, acting = request.GET, request.acting
    town, county = query.get("town", ""), query.get("county", "")
    if _is_code(town):
        county = str(cut(int(town), RegionLevel.COUNTY))
    regions = selectors.regions().filter(level=RegionLevel.COUNTY)
    if _is_code(county):
        regions = regions.filter(code=int(county)) | selectors.children(int(county))
    known = list(regions.values_list("code", "name", "level"))
    counties = [(str(code), name) for code, name, level in known if level == RegionLevel.COUNTY]
    towns = [(str(code), name) for code, name, level in known if level == RegionLevel.TOWN]
    departments = units().filter(kind__in=DEPARTMENTS).values_list("pk", "name")[:UNIT_CHOICES_MAX]
    chips = [
        chip(query, param="type", label=_("类型"), options=[(key, key) for key in selectors.point_types(acting)]),
        chip(query, param="county", label=_("县区"), options=counties),
        chip(query, param="town", label=_("乡镇街道"), options=towns),
        chip(query, param="department", label=_("主管单位"), options=[(str(pk), name) for pk, name in departments]),
        chip(query, param="missing", label=_("缺什么"), options=list(MISSING.items())),
        chip(query, param="state", label=_("状态"), options=[(RETIRED, _("已停用"))]),
    ]
    return [each for each in chips if each.choices or each.chosen]


def _row(acting: Acting, point: Point, names: dict[int, str]) -> dict[str, Any]:
    code = point.town_code or point.county_code
    can_change = permissions.can(acting, "places.change_point", point)
    change_url = reverse("places:change", args=[point.public_id]) if can_change else ""
    return {
        "point": point,
        "place": names.get(code, "") if code is not None else "",
        "url": pages.url_of(point.public_id) or change_url,
        "change_url": change_url,
    }


def _is_code(text: str) -> bool:
    if not (len(text) == 12 and text.isascii() and text.isdecimal() and text[0] != "0"):
        return False
    return level_of(int(text)) >= RegionLevel.CITY


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
