"""Regions and points for other programs."""

from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from wenming.foundation.people.doors import CallRequest, calls
from wenming.foundation.places import selectors
from wenming.foundation.places.selectors import PointFilters
from wenming.kernel import paging
from wenming.kernel.calls import REFUSALS, answer, page_document

router = Router(tags=["places"])
READ = "places:read"
REGIONS_MAX: Final = 500
Division = Annotated[int, Field(ge=100_000_000_000, le=999_999_999_999, description="12-digit division code")]


class PointQuestion(Schema):
    q: str = Field("", max_length=100)
    type: str = Field("", max_length=60)
    region: Division | None = None
    size: int = Field(paging.PAGE_SIZE, ge=1, le=paging.PAGE_SIZE_MAX)
    cursor: str = Field("", max_length=400)


class PointRow(Schema):
    public_id: UUID
    code: str
    name: str
    address: str
    lat: float | None = None
    lon: float | None = None
    county_code: int | None = None
    town_code: int | None = None


class PointRows(Schema):
    items: list[PointRow]
    next: str | None = None
    previous: str | None = None


class RegionQuestion(Schema):
    within: Division | None = None


class RegionRows(Schema):
    regions: list[dict[str, Any]]


@router.get("/points", response={200: PointRows, **REFUSALS}, url_name="points", summary="Points of the register")
@calls("places.view_points", right=READ)
def points(request: CallRequest, asked: Query[PointQuestion]) -> HttpResponse:
    chosen = PointFilters(text=asked.q, type_key=asked.type, region_code=asked.region)
    rows = selectors.find_points(request.acting, chosen).values(*PointRow.model_fields)
    page = paging.page(rows, order=("code",), cursor=asked.cursor or None, size=asked.size)
    return answer(page_document(page, ({name: row[name] for name in PointRow.model_fields} for row in page.rows)))


@router.get("/regions", response={200: RegionRows, **REFUSALS}, url_name="regions", summary="Divisions right under one")
@calls("places.view_points", right=READ)
def regions(request: CallRequest, asked: Query[RegionQuestion]) -> HttpResponse:
    """Without `within` the divisions at the top."""
    rows = selectors.children(asked.within).values("code", "name", "level")[:REGIONS_MAX]
    return answer({"regions": list(rows)})
