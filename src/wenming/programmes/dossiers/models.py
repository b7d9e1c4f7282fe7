"""A rectification dossier: one issue that an inspection found in the office itself, its measures, papers and signatures."""

from django.db import models
from django.db.models import F, Q

from wenming.engines.loop.models import LoopClock, LoopEvent, LoopItem
from wenming.engines.metrics import facts
from wenming.engines.metrics.facts import FactRow
from wenming.programmes.dossiers.enums import State

ISSUE_CHARS_MAX = 500
SOURCE_CHARS_MAX = 80
MEASURES_CHARS_MAX = 2000
ACTOR_CHARS_MAX = 80


class Dossier(LoopItem):
    issue = models.CharField(max_length=ISSUE_CHARS_MAX)
    # Whose inspection, in the words of its paper.
    source = models.CharField(max_length=SOURCE_CHARS_MAX)
    owner = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    measures = models.CharField(max_length=MEASURES_CHARS_MAX, blank=True)
    result = models.CharField(max_length=MEASURES_CHARS_MAX, blank=True)
    found_on = models.DateField()
    found_at = models.DateTimeField()
    found_ym = models.PositiveIntegerField()
    due_on = models.DateField()
    planned_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=ACTOR_CHARS_MAX, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    # As the chain stood when the dossier was opened; a later change of it changes nothing here.
    chain = models.JSONField(default=list)
    step_count = models.PositiveSmallIntegerField()
    # Of this round alone: what was returned is signed anew from the first step.
    round = models.PositiveSmallIntegerField(default=1)
    signed_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0)
    origin_key = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin_key"], condition=~Q(origin_key=""), name="dossier_origin_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="dossier_state_known"),
            models.CheckConstraint(condition=~Q(issue="") & ~Q(source=""), name="dossier_has_issue"),
            models.CheckConstraint(condition=Q(step_count__gte=1), name="dossier_has_chain"),
            models.CheckConstraint(condition=Q(signed_count__lte=F("step_count")), name="dossier_signed_within"),
            models.CheckConstraint(condition=Q(due_on__gte=F("found_on")), name="dossier_due_after_found"),
            models.CheckConstraint(
                condition=~Q(state=State.CANCELLED) | Q(cancelled_at__isnull=False, signed_count=F("step_count")),
                name="dossier_cancelled_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(state=State.CANCELLED), name="dossier_cancelled_stays"
            ),
        ]
        indexes = [models.Index(fields=["-found_at", "-id"], name="dossier_by_found")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return code_of(self.pk)


def code_of(pk: int) -> str:
    """What people call a dossier."""
    return f"ZG{pk:04d}"


class DossierEvent(LoopEvent):
    item = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")

    def __str__(self) -> str:
        return f"{self.item_id}.{self.seq} {self.action}"


class DossierClock(LoopClock):
    item = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="clocks")

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage} {self.round}"


class Signature(models.Model):
    """One step of the chain, signed in one round. Each by another person, and none by whoever submitted the dossier."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    signer = models.CharField(max_length=ACTOR_CHARS_MAX)
    submitted_by = models.CharField(max_length=ACTOR_CHARS_MAX)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "round", "step"], name="dossier_step_signed_once"),
            models.UniqueConstraint(fields=["dossier", "round", "signer"], name="dossier_each_step_by_another"),
            models.CheckConstraint(condition=~Q(signer=F("submitted_by")), name="dossier_not_signed_by_submitter"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.round}.{self.step}"


class DossierPaper(models.Model):
    """A document that shows what was done."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="papers")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "file"], name="dossier_paper_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.file_id}"


class DossierFact(FactRow):
    """What the figures count: integers and ASCII codes only."""

    id_column = "dossier_id"

    dossier_id = models.BigIntegerField()
    state = models.CharField(max_length=10)
    owner_id = models.BigIntegerField()
    found_ym = models.IntegerField()
    found_us = models.BigIntegerField()
    submitted_us = models.BigIntegerField(null=True)
    cancelled_us = models.BigIntegerField(null=True)
    voided_us = models.BigIntegerField(null=True)
    due_us = models.BigIntegerField()
    return_count = models.IntegerField()

    class Meta:
        constraints = facts.constraints("dossier_id", prefix="dossier_fact")
        indexes = facts.indexes("found_us", prefix="dossier_fact")

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.state}"
