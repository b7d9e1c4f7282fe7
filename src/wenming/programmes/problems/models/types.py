"""What proposes the type of a problem, and what people made of each proposal. No row is ever changed."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from wenming.kernel.ids import uuid7

PERMILLE_MAX = 1000


class TypeModel(models.Model):
    """A machine that was trained on closed cases; `data` is what `triage.services.dump` wrote, `run` the job's own key."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    run = models.UUIDField(unique=True)
    card = models.JSONField(encoder=DjangoJSONEncoder)
    data = models.BinaryField()
    trained_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)


class TypeProposal(models.Model):
    """A type that was shown while a problem was filed, beside the one that the person filed it under."""

    problem = models.OneToOneField("problems.Problem", on_delete=models.PROTECT, related_name="type_proposal")
    model = models.ForeignKey(TypeModel, on_delete=models.PROTECT, related_name="proposals")
    proposed_code = models.CharField(max_length=20)
    confidence_permille = models.PositiveSmallIntegerField()
    filed_code = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence_permille__lte=PERMILLE_MAX) & ~Q(proposed_code=""), name="type_proposal_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.proposed_code}"
