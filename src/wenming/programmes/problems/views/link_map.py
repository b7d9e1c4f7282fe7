"""Where it is: our own outlines with one pin, and a position that any map on the phone understands."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wenming.foundation.places.datum import wgs84_to_gcj02
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.services.links import find_link
from wenming.programmes.problems.views.link_doors import by_link
from wenming.programmes.problems.views.link_page import context_of, page_url

# About 600 m to each side: the streets' names are on the paper, the outlines show which village it is.
NEAR_DEGREES: Final = 0.006


@by_link("GET", "HEAD")
def place(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    problem = link.problem
    if problem.lat is None or problem.lon is None:
        return redirect(page_url(request, link))
    lat, lon = wgs84_to_gcj02(problem.lat, problem.lon)
    box = (
        problem.lon - NEAR_DEGREES,
        problem.lat - NEAR_DEGREES,
        problem.lon + NEAR_DEGREES,
        problem.lat + NEAR_DEGREES,
    )
    context = context_of(request, link) | {
        "geojson_url": _outlines_url(problem),
        "points_url": page_url(request, link, "pin"),
        "bounds": ",".join(f"{each:.5f}" for each in box),
        "position": f"{lat:.6f},{lon:.6f}",
    }
    return render(request, "problems/link/map.html", context)


@by_link("GET", "HEAD", find=find_link)
def pin(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    """Asked for each time the map moves, and so not counted as an opening."""
    problem = link.problem
    features = []
    if problem.lat is not None and problem.lon is not None:
        about = {"key": "here", "n": 1, "late": 0, "title": problem.title, "sub": problem.address, "tone": "todo"}
        geometry = {"type": "Point", "coordinates": [problem.lon, problem.lat]}
        features.append({"type": "Feature", "properties": about, "geometry": geometry})
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _outlines_url(problem: Problem) -> str:
    """The villages of its town, or the towns of its county where only that is known."""
    if problem.town_code is not None:
        query: dict[str, object] = {"level": "village", "within": problem.town_code}
    elif problem.county_code is not None:
        query = {"level": "town", "within": problem.county_code}
    else:
        query = {"level": "county"}
    return f"{reverse('places:regions_geojson')}?{urlencode(query)}"
