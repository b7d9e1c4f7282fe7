"""The problems of a list on the map: gathered into cells of the screen, with how many of them are late."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Avg, Count, F, Min, Q, QuerySet
from django.db.models.functions import Floor
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import maps
from wenming.kernel import clock
from wenming.kernel.ui import times
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import OPEN_STATES
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.views import filtering

_COLUMNS: Final = ("pk", "public_id", "title", "address", "state", "due_at", "territory__name", "department__name")


@require_safe
@staff("problems.view_problem")
def points(request: StaffRequest) -> HttpResponse:
    """GeoJSON of the filtered problems in `bbox`; `only` is one problem. Raises BadBox, BadPeriod, ProblemNotFound."""
    query = request.GET
    box, zoom = query.get("bbox", ""), maps.zoom_of(query.get("zoom", ""))
    maps.box_of(box)
    if query.get("only"):
        problem = selectors.problem_for(request.acting, query["only"])
        rows = selectors.visible_to(request.acting).filter(pk=problem.pk)
    else:
        rows = filtering.rows_of(request.acting, query)
    answer = JsonResponse(_collection(rows, zoom), content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _collection(rows: QuerySet[Problem], zoom: int) -> dict[str, Any]:
    """Two statements, however many problems there are."""
    cell = maps.SPOT_DEGREES if zoom >= maps.ZOOM_APART else 360 / 2**zoom * maps.CELL_PX / maps.TILE_PX
    late = Count("pk", filter=Q(state__in=OPEN_STATES, due_at__lt=clock.now()))
    located = rows.filter(is_unlocated=False).annotate(row=Floor(F("lat") / cell), column=Floor(F("lon") / cell))
    cells = list(
        located.order_by()
        .values("row", "column")
        .annotate(n=Count("pk"), late=late, first=Min("pk"), mid_lat=Avg("lat"), mid_lon=Avg("lon"))
        .order_by("-n", "first")[: maps.CELLS_MAX]
    )
    single = [each["first"] for each in cells if each["n"] == 1]
    found = {row["pk"]: row for row in Problem.objects.filter(pk__in=single).values(*_COLUMNS)} if single else {}
    features = [_feature(dict(each), found.get(each["first"])) for each in cells]
    return {"type": "FeatureCollection", "features": features}


def _feature(cell: dict[str, Any], problem: dict[str, Any] | None) -> dict[str, Any]:
    about: dict[str, Any] = {"n": cell["n"], "late": cell["late"]}
    if problem is not None:
        about |= _about(problem)
    position = [round(cell["mid_lon"], 6), round(cell["mid_lat"], 6)]
    return {"type": "Feature", "properties": about, "geometry": {"type": "Point", "coordinates": position}}


def _about(problem: dict[str, Any]) -> dict[str, Any]:
    state = FLOW.states[problem["state"]]
    tone = "todo"
    if not state.is_open:
        tone = "done"
    elif problem["due_at"] is not None:
        tone = times.left(problem["due_at"], clock.now()).tone or "todo"
    units = " · ".join(filter(None, (problem["territory__name"], problem["department__name"])))
    public_id: UUID = problem["public_id"]
    return {
        "key": str(public_id),
        "title": problem["title"],
        "sub": "，".join(filter(None, (str(state.label), problem["address"], units))),
        "tone": tone,
        "url": reverse("problems:detail", args=[public_id]),
    }
