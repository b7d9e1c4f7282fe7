"""Verbs about regions, boundaries and points."""

from wenming.foundation.places.services.boundaries import import_boundaries
from wenming.foundation.places.services.points import (
    PointDraft,
    PointEdit,
    change_point,
    edit_of,
    register_point,
    register_points,
)
from wenming.foundation.places.services.regions import RegionRow, import_regions, region_rows
from wenming.foundation.places.services.report import ImportReport, RowReport

__all__ = [
    "ImportReport",
    "PointDraft",
    "PointEdit",
    "RegionRow",
    "RowReport",
    "change_point",
    "edit_of",
    "import_boundaries",
    "import_regions",
    "region_rows",
    "register_point",
    "register_points",
]
