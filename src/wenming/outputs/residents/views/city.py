"""What the city shows to everybody: published problems, open and solved, as a list, on a map and as a feed by area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from wenming.foundation.files import access
from wenming.foundation.places import maps
from wenming.foundation.places import selectors as places
from wenming.kernel import paging
from wenming.kernel.regions import RegionLevel
from wenming.kernel.ui.parts import Shot
from wenming.kernel.ui.strangers import tail_of
from wenming.outputs.residents import words
from wenming.outputs.residents.doors import page, resident
from wenming.outputs.residents.errors import NotShown, Withdrawn
from wenming.outputs.residents.views.filing import OUTLINES
from wenming.programmes.problems import public
from wenming.programmes.problems.models import Publication, PublishedPhoto

ROWS: Final = 20
FEED_ROWS: Final = 50
POINTS_MAX: Final = 500
CACHE: Final = "public, max-age=300"
# About ten metres: where it is, and not at which door.
DECIMALS: Final = 4
NEWEST: Final = ("-published_at", "-id")
STANDINGS: Final = {"open": False, "solved": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """The area and the standing that an address asks for; what cannot be meant counts as not said."""

    region: int | None
    state: str

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        text, state = request.GET.get("region", ""), request.GET.get("state", "")
        is_code = text.isascii() and text.isdecimal() and len(text) == 12
        return cls(int(text) if is_code else None, state if state in STANDINGS else "")

    def rows(self) -> Any:
        rows = public.published()
        if self.region is not None:
            rows = public.within(rows, self.region)
        return public.standing(rows, is_solved=STANDINGS.get(self.state))

    @property
    def query(self) -> str:
        told = {"region": self.region, "state": self.state}
        query = urlencode({name: value for name, value in told.items() if value})
        return f"?{query}" if query else ""


@resident("GET", "HEAD")
def board(request: HttpRequest) -> HttpResponse:
    asked = Asked.read(request)
    found = paging.page(asked.rows(), order=NEWEST, cursor=request.GET.get("cursor"), size=ROWS)
    counties = [county for city in places.region_tree(RegionLevel.COUNTY) for county in city.children]
    context = {
        "asked": asked,
        "rows": _rows(found.rows),
        "page": found,
        "counties": counties,
        "geojson_url": reverse("places:regions_geojson") + OUTLINES,
        "points_url": reverse("residents:points") + asked.query,
        "feed_url": reverse("residents:feed") + asked.query,
    }
    return page(request, "residents/city.html", context)


@resident("GET", "HEAD")
def shown(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Raises NotShown, Withdrawn."""
    found = public.publication_of(public_id)
    if found is None:
        raise NotShown
    if not public.is_visible(found):
        raise Withdrawn
    photos = public.photos_shown([found]).get(found.pk, [])
    context = {
        "row": _row(found, photos),
        "shots": [_shot(photo) for photo in photos],
        "joins": public.joins_of(found.problem),
    }
    return page(request, "residents/shown.html", context)


@resident("GET", "HEAD")
def points(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the POINTS_MAX newest of these in `bbox`. Raises BadBox."""
    box = maps.box_of(request.GET.get("bbox", ""))
    located = (
        Asked.read(request)
        .rows()
        .filter(
            problem__is_unlocated=False,
            problem__lat__range=(box.south, box.north),
            problem__lon__range=(box.west, box.east),
        )
    )
    features = [_feature(request, each) for each in located.order_by(*NEWEST)[:POINTS_MAX]]
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    return _kept(answer)


@resident("GET", "HEAD")
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: the FEED_ROWS newest, open and solved; no reader is known by it."""
    asked = Asked.read(request)
    names = places.region_names([asked.region])
    title = _("{city}身边的问题").format(city=names.get(asked.region or 0, settings.CITY_NAME))
    made = Atom1Feed(
        title=title,
        link=request.build_absolute_uri(reverse("residents:city") + asked.query),
        description="",
        feed_url=request.build_absolute_uri(),
    )
    for each in asked.rows().order_by(*NEWEST)[:FEED_ROWS]:
        row = _row(each, [])
        made.add_item(
            title=f"{row['standing'].label}{_('：')}{each.title}",
            link=request.build_absolute_uri(reverse("residents:shown", args=[each.public_id])),
            description=str(row["place"]),
            unique_id=f"urn:uuid:{each.public_id}",
            pubdate=each.published_at,
            updateddate=max(each.published_at, each.problem.last_happened_at),
        )
    answer = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    return _kept(answer)


def _kept(answer: HttpResponse) -> HttpResponse:
    """For everybody alike, but for the language."""
    answer["Cache-Control"] = CACHE
    patch_vary_headers(answer, ["Cookie"])
    return answer


def _rows(publications: Sequence[Publication]) -> list[dict[str, Any]]:
    photos = public.photos_shown(publications)
    return [_row(each, photos.get(each.pk, [])) for each in publications]


def _row(publication: Publication, photos: Sequence[PublishedPhoto]) -> dict[str, Any]:
    problem = publication.problem
    return {
        "publication": publication,
        "title": publication.title,
        "standing": words.standing_of(problem),
        "found_at": problem.found_at,
        "closed_at": problem.closed_at,
        "unit": problem.lead.name if problem.lead else "",
        "place": problem.type_name,
        "thumb": access.published_url(photos[0].file, size="thumb") if photos else "",
    }


def _shot(photo: PublishedPhoto) -> Shot:
    label = photo.get_moment_display()
    return Shot(
        url=access.published_url(photo.file),
        thumb_url=access.published_url(photo.file, size="thumb"),
        alt=_("{moment}的照片").format(moment=label),
        label=label,
    )


def _feature(request: HttpRequest, publication: Publication) -> dict[str, Any]:
    problem, standing = publication.problem, words.standing_of(publication.problem)
    about = {
        "key": str(publication.public_id),
        "n": 1,
        "late": 0,
        "title": publication.title,
        "sub": str(standing.label),
        "tone": standing.tone,
        "url": reverse("residents:shown", args=[publication.public_id]) + tail_of(request),
    }
    position = [round(problem.lon or 0.0, DECIMALS), round(problem.lat or 0.0, DECIMALS)]
    return {"type": "Feature", "properties": about, "geometry": {"type": "Point", "coordinates": position}}
