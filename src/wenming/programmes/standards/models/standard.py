from django.db import models
from django.db.models import Q

from wenming.programmes.standards.enums import Effect, Evidence, Level, Method, RuleKind, Status


class Standard(models.Model):
    """One version of one assessment system (测评体系). A published version never changes; what follows is a new one."""

    edition = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    effective_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="standard_version_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(status=Status.DRAFT), name="standard_one_draft_an_edition"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, published_at__isnull=True)
                | Q(status=Status.PUBLISHED, published_at__isnull=False, effective_on__isnull=False),
                name="standard_published_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition} v{self.version}"

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED


class Criterion(models.Model):
    """A line of the tree: project, content or criterion. `position` keeps the superior's own order."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=500)
    method = models.CharField(max_length=15, choices=Method.choices, blank=True)
    effect = models.CharField(max_length=15, choices=Effect.choices, blank=True)
    marks_hundredths = models.PositiveIntegerField(null=True)
    lead = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    lead_name = models.CharField(max_length=100, blank=True)
    helpers = models.ManyToManyField("people.Unit", related_name="+")
    helper_names = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="criterion_code_once"),
            models.CheckConstraint(
                condition=Q(level=Level.PROJECT, parent__isnull=True)
                | Q(level__in=[Level.CONTENT, Level.CRITERION], parent__isnull=False),
                name="criterion_below_its_parent",
            ),
        ]
        indexes = [models.Index(fields=["standard", "position"], name="criterion_in_order")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class PointType(models.Model):
    """A kind of point (点位类型). `key` is what `places.Point.type_key` carries."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="point_types")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["standard", "key"], name="point_type_once")]
        indexes = [models.Index(fields=["standard", "position"], name="point_type_in_order")]

    def __str__(self) -> str:
        return self.name


class FieldRule(models.Model):
    """What is looked at on points of a type, how it is graded (`cutoffs`: "0=A;1=B;2=C;3+=C#"), and by whose duty."""

    point_type = models.ForeignKey(PointType, on_delete=models.CASCADE, related_name="rules")
    criterion = models.ForeignKey(Criterion, on_delete=models.SET_NULL, null=True, related_name="rules")
    position = models.PositiveIntegerField()
    item = models.CharField(max_length=200)
    rule = models.CharField(max_length=15, choices=RuleKind.choices)
    full_marks_hundredths = models.PositiveIntegerField()
    cutoffs = models.CharField(max_length=200)
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    lead = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    lead_name = models.CharField(max_length=100, blank=True)
    is_territory_answerable = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point_type", "item"], name="field_rule_once")]
        indexes = [models.Index(fields=["point_type", "position"], name="field_rule_in_order")]

    def __str__(self) -> str:
        return self.item


class Publication(models.Model):
    """The proof of what was published: a hash over every row of the version. Append-only, by trigger.

    `kind` is "standard" or "catalogue" and `subject_id` the version's primary key: no foreign key, so that the proof
    outlives what it proves.
    """

    kind = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    content_sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="publication_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
