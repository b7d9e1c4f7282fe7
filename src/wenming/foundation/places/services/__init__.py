"""Verbs about regions, boundaries and points."""

from wenming.foundation.places.services.boundaries import import_boundaries
from wenming.foundation.places.services.divisions import add_region, change_region, restore_region
from wenming.foundation.places.services.point_sets import (
    POINTS_MAX,
    PointChanges,
    Restored,
    change_points,
    restore_points,
)
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
    "POINTS_MAX",
    "ImportReport",
    "PointChanges",
    "PointDraft",
    "PointEdit",
    "RegionRow",
    "Restored",
    "RowReport",
    "add_region",
    "change_point",
    "change_points",
    "change_region",
    "edit_of",
    "import_boundaries",
    "import_regions",
    "region_rows",
    "register_point",
    "register_points",
    "restore_points",
    "restore_region",
]
