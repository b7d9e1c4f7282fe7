from django.db import models
from django.db.models import Q

from wenming.kernel import calendar
from wenming.programmes.standards.enums import TYPE_PREFIX, LimitUnit, Status, TypeKind

# Local extensions are numbered from here downwards, so that they never meet the national numbers coming up.
LOCAL_CODE_MAX = 99
TERRITORY_WORD = "属地"


class ProblemCatalogue(models.Model):
    """One version of the catalogue of problem types. Published versions never change; problems keep a snapshot too."""

    version = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    effective_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status=Status.DRAFT), name="catalogue_one_draft"),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, published_at__isnull=True)
                | Q(status=Status.PUBLISHED, published_at__isnull=False, effective_on__isnull=False),
                name="catalogue_published_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED


class ProblemType(models.Model):
    """A small class (小类) with its filing condition, limit and closing condition.

    Components and events number their classes alike, so `code` puts a letter before `type_code`: C0101 is the first
    component, E0101 the first event. It is ASCII, and unique within a version.
    """

    catalogue = models.ForeignKey(ProblemCatalogue, on_delete=models.CASCADE, related_name="types")
    code = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=TypeKind.choices)
    category_code = models.CharField(max_length=2)
    category = models.CharField(max_length=40)
    type_code = models.CharField(max_length=8)
    name = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    filing_condition = models.CharField(max_length=300)
    limit_value = models.PositiveSmallIntegerField()
    limit_unit = models.CharField(max_length=15, choices=LimitUnit.choices)
    close_condition = models.CharField(max_length=300)
    lead = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    lead_name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="problem_type_once"),
            models.CheckConstraint(
                condition=Q(limit_value__gte=1, limit_value__lte=calendar.LIMIT_VALUE_MAX),
                name="problem_type_limit_in_bounds",
            ),
        ]
        indexes = [models.Index(fields=["catalogue", "position"], name="problem_type_in_order")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def limit(self) -> calendar.Limit:
        return calendar.Limit(self.limit_value, calendar.LimitUnit(self.limit_unit))

    @property
    def is_led_by_territory(self) -> bool:
        """The catalogue names no department but the place itself (属地街道)."""
        return self.lead_name.startswith(TERRITORY_WORD)

    @property
    def is_local(self) -> bool:
        """Numbered down from 99 within its category."""
        serial = self.type_code[2:4]
        return serial.isdecimal() and int(serial) > LOCAL_CODE_MAX - 20


def code_of(kind: TypeKind, type_code: str) -> str:
    return TYPE_PREFIX[kind] + type_code
