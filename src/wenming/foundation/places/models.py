"""Regions with their boundaries, and the register of points (点位) that the work is done at."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from wenming.foundation.places.columns import RegionColumns
from wenming.kernel.actors import ActorKind
from wenming.kernel.ids import uuid7
from wenming.kernel.regions import RegionLevel

ACTOR_KINDS = [(kind.value, kind.value) for kind in ActorKind]


class Region(models.Model):
    """One division in one edition of the statistical codes. `is_current` marks the newest edition."""

    code = models.BigIntegerField()
    edition = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in RegionLevel])
    parent_code = models.BigIntegerField(null=True)
    full_name = models.CharField(max_length=300)
    is_current = models.BooleanField(default=True)
    # No more: it is offered to nobody, and what was filed under it keeps it.
    is_retired = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "edition"], name="region_once")]
        indexes = [
            models.Index(fields=["edition", "parent_code", "code"], name="region_by_parent"),
            models.Index(fields=["edition", "level", "code"], name="region_by_level"),
        ]

    def __str__(self) -> str:
        return self.name


class BoundarySet(models.Model):
    """All boundaries of one edition. `revision` changes with every import, so that what is kept in memory can tell."""

    edition = models.PositiveSmallIntegerField(unique=True)
    revision = models.UUIDField(default=uuid7)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.edition)


class Boundary(models.Model):
    """The outline of a region: a GeoJSON Polygon or MultiPolygon in WGS-84, and the box around it."""

    code = models.BigIntegerField()
    edition = models.PositiveSmallIntegerField()
    geometry = models.JSONField()
    min_lat = models.FloatField()
    max_lat = models.FloatField()
    min_lon = models.FloatField()
    max_lon = models.FloatField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "edition"], name="boundary_once")]

    def __str__(self) -> str:
        return str(self.code)


class Point(RegionColumns):
    """A place that is inspected (点位). `type_key` names a kind of point in the standards, which this app does not know.

    `territory` (属地) and `department` (主管) both answer for it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    type_key = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    territory = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="point_on_earth",
            )
        ]
        indexes = [
            models.Index(fields=["county_code", "code"], name="point_by_county"),
            models.Index(fields=["town_code", "code"], name="point_by_town"),
            models.Index(fields=["village_code", "code"], name="point_by_village"),
            models.Index(fields=["department", "code"], name="point_by_department"),
            models.Index(fields=["territory", "code"], name="point_by_territory"),
            models.Index(fields=["type_key", "code"], name="point_by_type"),
            models.Index(fields=["lat", "lon"], name="point_by_position"),
        ]

    def __str__(self) -> str:
        return self.name


class PointChange(models.Model):
    """Append-only: what a point was before and after each change; a trigger refuses anything else."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)
    changed_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ACTOR_KINDS)
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "version"], name="point_change_once")]

    def __str__(self) -> str:
        return f"{self.point_id} v{self.version}"
