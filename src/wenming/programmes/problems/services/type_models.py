"""The machine that proposes the type of what is being filed: trained on closed cases, switched on by a person, counted.

Which one is on is a revision, so that every switch is kept and the former one comes back at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from wenming.foundation.audit import services as audit
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Progress, Result
from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.lazily import Lazily
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.errors import TypeModelMissing
from wenming.programmes.problems.models import Problem, TypeModel, TypeProposal
from wenming.programmes.standards.models import ProblemType
from wenming.programmes.standards.selectors import types_by_code

if TYPE_CHECKING:
    from wenming.engines.triage import services as triage
    from wenming.engines.triage.machine import Machine
else:
    triage = Lazily("wenming.engines.triage.services")

JOB: Final = "problems.train_type_model"
KIND: Final = "problems.type_model"
KEY: Final = "house"
NONE: Final = ""
# The latest closed cases: what is older is told in other words and under other types.
CASES_MAX: Final = 6_000
MODELS_SHOWN_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Proposed:
    """`words` stand in the text and speak most for the type; `is_sure` above the measured threshold."""

    model: UUID
    type: ProblemType
    confidence: float
    is_sure: bool
    words: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A model with how often what it proposed was filed so, and otherwise."""

    model: TypeModel
    accepted: int
    corrected: int


def ask_training(*, by: Actor) -> Job:
    return jobs.enqueue(kind=JOB, args={"run": str(uuid4())}, by=by, title=_("训练分类建议"))


def train_model(args: Mapping[str, Any], progress: Progress) -> Result:
    """Run a second time it makes no second model. Raises TooFewClasses."""
    page, run = Result(url=reverse("problems:type_models")), UUID(str(args["run"]))
    if TypeModel.objects.filter(run=run).exists():
        return page
    closed = Problem.objects.filter(state=State.CLOSED, voided_at=None).exclude(type_code="")
    rows = list(closed.order_by("-closed_at", "-pk").values_list("title", "description", "type_code")[:CASES_MAX])
    made = triage.train(
        [f"{title} {description}" for title, description, _code in rows],
        [code for _title, _description, code in rows],
        source=_("本市办结的问题"),
        progress=progress,
    )
    try:
        with transaction.atomic():
            row = TypeModel.objects.create(run=run, card=made.card, data=triage.dump(made), trained_at=clock.now())
            audit.record(by=progress.actor, action="problems.train_type_model", kind="type_model", key=row.public_id)
    except IntegrityError:
        # Another worker finished the same run.
        return page
    return page


def switch_to(*, public_id: str, expected: int, by: Actor) -> None:
    """NONE switches proposals off. `expected` is the revision seen, 0 for none. Raises TypeModelMissing, RevisionStale."""
    if public_id != NONE and _named(public_id) is None:
        raise TypeModelMissing
    saving.save(kind=KIND, key=KEY, body={"model": public_id}, by=by, expected=expected)


def model_in_use() -> tuple[str, int]:
    """Its public id or NONE, and the number of the revision."""
    held = revisions.current(KIND, KEY)
    return (str(held.body["model"]), held.number) if held is not None else (NONE, 0)


def shown_models() -> list[Shown]:
    """The latest, with their counts, in one statement and without their weights."""
    is_as_proposed = Q(proposals__proposed_code=F("proposals__filed_code"))
    rows = TypeModel.objects.defer("data").annotate(
        all=Count("proposals"), accepted=Count("proposals", filter=is_as_proposed)
    )
    found = rows.order_by("-trained_at", "-pk")[:MODELS_SHOWN_MAX]
    return [Shown(row, row.accepted, row.all - row.accepted) for row in found]


def propose(text: str) -> Proposed | None:
    """None where nothing is on, nothing is written, or the type is no longer in the catalogue. Raises NoCatalogue."""
    public_id = model_in_use()[0]
    if public_id == NONE or not text.strip():
        return None
    machine = _machine(public_id)
    said = triage.predict(machine, [text])[0]
    found = types_by_code().get(said.label)
    if found is None:
        return None
    return Proposed(UUID(public_id), found, said.confidence, said.is_sure, triage.reasons(machine, text, said.label))


def record_proposal(problem: Problem, *, shown: str) -> None:
    """`shown` is the model's public id, the code and the confidence in thousandths, as the form had them; else nothing.

    After the filing has committed: what it costs, and whatever goes wrong with it, is not the problem's.
    """
    public_id, _colon, rest = shown.partition(":")
    code, _colon, permille = rest.partition(":")
    is_whole = code and len(code) <= 20 and permille.isascii() and permille.isdecimal() and len(permille) <= 4
    model = _named(public_id) if is_whole else None
    if model is None or int(permille) > 1000:
        return
    TypeProposal.objects.bulk_create(
        [
            TypeProposal(
                problem=problem,
                model=model,
                proposed_code=code,
                confidence_permille=int(permille),
                filed_code=problem.type_code,
                made_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


@lru_cache(maxsize=1)
def _machine(public_id: str) -> "Machine":
    """Of a row that never changes."""
    return triage.load(bytes(TypeModel.objects.values_list("data", flat=True).get(public_id=public_id)))


def _named(public_id: str) -> TypeModel | None:
    """Without its weights."""
    try:
        return TypeModel.objects.only("pk").filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None
