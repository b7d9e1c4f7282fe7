"""What is asked about a photo, and what was answered. Nothing here is ever changed or deleted."""

from django.db import models
from django.db.models import F, Q

from wenming.kernel.actors import ActorKind
from wenming.programmes.problems.enums import FlagKind, FlagPart, Verdict

FLAG_TEXT_CHARS_MAX = 500
PERMILLE = 1000
ACTOR_KINDS = [(kind.value, kind.value) for kind in ActorKind]


class AnswerComparison(models.Model):
    """The photos of one answer were compared with all earlier ones; `round` counts how often it had been returned."""

    problem = models.ForeignKey("problems.Problem", on_delete=models.PROTECT, related_name="comparisons")
    round = models.PositiveSmallIntegerField()
    photo_count = models.PositiveSmallIntegerField()
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "round"], name="answer_compared_once")]

    def __str__(self) -> str:
        return f"{self.problem_id}/{self.round}"


class PhotoFlag(models.Model):
    """Something about a photo that the unit is asked to explain. It says what was measured and accuses nobody.

    `other` with `likeness_permille` for a likeness, `minutes` before the dispatch, or `metres` from the place.
    """

    problem = models.ForeignKey("problems.Problem", on_delete=models.PROTECT, related_name="photo_flags")
    photo = models.ForeignKey("problems.ProblemPhoto", on_delete=models.PROTECT, related_name="flags")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=FlagKind.choices)
    other = models.ForeignKey("problems.ProblemPhoto", on_delete=models.PROTECT, null=True, related_name="+")
    likeness_permille = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    metres = models.PositiveIntegerField(null=True)
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo", "round", "kind"], name="photo_flag_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[FlagKind.EARLIER, FlagKind.BEFORE],
                    other__isnull=False,
                    likeness_permille__lte=PERMILLE,
                    minutes__isnull=True,
                    metres__isnull=True,
                )
                | Q(
                    kind=FlagKind.TIME,
                    minutes__isnull=False,
                    metres__isnull=True,
                    other__isnull=True,
                    likeness_permille__isnull=True,
                )
                | Q(
                    kind=FlagKind.PLACE,
                    metres__isnull=False,
                    minutes__isnull=True,
                    other__isnull=True,
                    likeness_permille__isnull=True,
                ),
                name="photo_flag_evidence_of_its_kind",
            ),
            models.CheckConstraint(condition=~Q(other=F("photo")), name="photo_flag_other_photo"),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.kind}"


class PhotoFlagAnswer(models.Model):
    """What the unit said of it, the written reason of a reviewer, or the second look of another one at that reason."""

    flag = models.ForeignKey(PhotoFlag, on_delete=models.PROTECT, related_name="answers")
    part = models.CharField(max_length=8, choices=FlagPart.choices)
    text = models.CharField(max_length=FLAG_TEXT_CHARS_MAX, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    # The reason that a second look looked at, and who had written it.
    reason = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="look")
    reason_actor_id = models.CharField(max_length=64, blank=True)
    actor_kind = models.CharField(max_length=10, choices=ACTOR_KINDS)
    actor_id = models.CharField(max_length=64)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(part=FlagPart.LOOK, reason__isnull=False, verdict__in=Verdict.values)
                & ~Q(reason_actor_id="")
                | ~Q(part=FlagPart.LOOK) & Q(reason__isnull=True, verdict="", reason_actor_id=""),
                name="flag_answer_look_at_reason",
            ),
            # Reasons and second looks are written by people with accounts, so that their ids say who is who.
            models.CheckConstraint(
                condition=Q(part=FlagPart.TOLD) | Q(actor_kind=ActorKind.USER), name="flag_answer_by_user"
            ),
            models.CheckConstraint(
                condition=~Q(part=FlagPart.LOOK) | ~Q(actor_id=F("reason_actor_id")), name="flag_answer_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(part=FlagPart.LOOK, verdict=Verdict.ACCEPTED), name="flag_answer_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.part}"
