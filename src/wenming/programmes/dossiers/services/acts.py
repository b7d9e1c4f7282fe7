"""What people do with a dossier: measures, papers, signatures one after another, and the cancelling of its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError
from wenming.programmes.dossiers import rules
from wenming.programmes.dossiers.chain import of_body
from wenming.programmes.dossiers.enums import Action, State
from wenming.programmes.dossiers.errors import (
    DossierNotFound,
    NotYourDossier,
    NotYourTurn,
    TextTooLong,
    TooManyAtOnce,
    TooManyPapers,
)
from wenming.programmes.dossiers.flow import SIGNERS
from wenming.programmes.dossiers.models import MEASURES_CHARS_MAX, Dossier, DossierPaper, Signature
from wenming.programmes.dossiers.selectors import visible_to
from wenming.programmes.dossiers.services.machine import carry_out

ASKS_MAX: Final = 200
PAPERS_MAX: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One act on one dossier. What an action does not need is left out."""

    dossier: UUID
    action: Action
    reason: str = ""
    text: str = ""
    papers: tuple[StoredFile, ...] = ()
    expected_version: int | None = None
    key: str = ""


Changes = dict[str, Any]
Planner = Callable[[Dossier, Ask, Actor, datetime], tuple[Changes, Changes]]
"""The columns that an act changes, and the evidence that its event keeps."""


def perform(acting: Acting, asks: Sequence[Ask], *, at: datetime | None = None) -> list[Outcome[Dossier]]:
    """Carries out what is allowed and says why the rest is not, in the order asked; one transaction.

    Raises TooManyAtOnce.
    """
    if len(asks) > ASKS_MAX:
        raise TooManyAtOnce(most=ASKS_MAX)
    at = at or clock.now()
    with transaction.atomic():
        rows = visible_to(acting).filter(public_id__in={ask.dossier for ask in asks})
        dossiers = {dossier.public_id: dossier for dossier in rows}
        signers = _signers(dossiers.values()) if any(ask.action == Action.SIGN for ask in asks) else {}
        outcomes: list[Outcome[Dossier]] = []
        planned: list[tuple[int, Command]] = []
        for index, ask in enumerate(asks):
            dossier = dossiers.get(ask.dossier)
            try:
                command = _command(acting, _allowed(acting, ask, dossier), ask, signers=signers, at=at)
                planned.append((index, command))
                outcomes.append(Outcome(item_id=command.item_id))
            except DomainError as error:
                outcomes.append(Outcome(item_id=dossier.pk if dossier else 0, error=error, item=dossier))
        done = carry_out([command for _index, command in planned], by=acting.actor, at=at)
        for (index, _planned), outcome in zip(planned, done, strict=True):
            outcomes[index] = outcome
        happened = [
            (ask, outcome.item)
            for ask, outcome in zip(asks, outcomes, strict=True)
            if outcome.is_done and not outcome.is_replay and outcome.item is not None
        ]
        _attach(happened, by=acting.actor, at=at)
    return outcomes


def perform_one(acting: Acting, ask: Ask, *, at: datetime | None = None) -> Dossier:
    """The dossier after the act; raises what refused it."""
    outcome = perform(acting, [ask], at=at)[0].result()
    assert outcome.item is not None
    return outcome.item


def named(by: Actor) -> str:
    """Who did it, as rows keep it: an id, never a name."""
    return f"{by.kind.value}:{by.id}"


def _signers(dossiers: Any) -> dict[int, set[str]]:
    """Who has signed in the present round of each; one statement."""
    rounds = {dossier.pk: dossier.round for dossier in dossiers}
    found: dict[int, set[str]] = {}
    rows = Signature.objects.filter(dossier_id__in=list(rounds)).values_list("dossier_id", "round", "signer")
    for pk, number, signer in rows:
        if number == rounds[pk]:
            found.setdefault(pk, set()).add(signer)
    return found


def _allowed(acting: Acting, ask: Ask, dossier: Dossier | None) -> Dossier:
    if dossier is None:
        raise DossierNotFound
    if permissions.can(acting, rules.permission(ask.action), dossier):
        return dossier
    if ask.action in (Action.SIGN, Action.RETURN) and dossier.state == State.SUBMITTED:
        chain = of_body(dossier.chain)
        raise NotYourTurn(step=chain[min(dossier.signed_count, len(chain) - 1)].name)
    raise NotYourDossier(action=ask.action.label)


def _command(acting: Acting, dossier: Dossier, ask: Ask, *, signers: dict[int, set[str]], at: datetime) -> Command:
    if len(ask.text) > MEASURES_CHARS_MAX:
        raise TextTooLong(most=MEASURES_CHARS_MAX, fields={"text": _("请改短。")})
    if len(ask.papers) > PAPERS_MAX:
        raise TooManyPapers(most=PAPERS_MAX)
    changes, evidence = PLANNERS[ask.action](dossier, ask, acting.actor, at)
    return Command(
        item_id=dossier.pk,
        action=ask.action.value,
        happened_at=at,
        reason=ask.reason.strip(),
        evidence=evidence,
        expected_version=dossier.version if ask.expected_version is None else ask.expected_version,
        idempotency_key=ask.key,
        changes=changes,
        known={SIGNERS: signers.get(dossier.pk, set())},
    )


def _attach(happened: Sequence[tuple[Ask, Dossier]], *, by: Actor, at: datetime) -> None:
    """Signatures and papers of what was done; at most one statement each."""
    signatures = [
        Signature(
            dossier=after,
            round=after.round,
            step=after.signed_count,
            signer=named(by),
            submitted_by=after.submitted_by,
            unit_id=by.unit_id,
            signed_at=at,
        )
        for ask, after in happened
        if ask.action == Action.SIGN
    ]
    papers = [
        DossierPaper(dossier=after, file=file, round=after.round, added_at=at)
        for ask, after in happened
        for file in ask.papers
    ]
    if signatures:
        Signature.objects.bulk_create(signatures)
    if papers:
        DossierPaper.objects.bulk_create(papers)


# What each act changes ------------------------------------------------------


def _plan(_dossier: Dossier, ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    measures = ask.text.strip()
    return {"measures": measures, "planned_at": at}, {"measures": measures}


def _submit(_dossier: Dossier, ask: Ask, by: Actor, at: datetime) -> tuple[Changes, Changes]:
    result = ask.text.strip()
    changes = {"result": result, "submitted_at": at, "submitted_by": named(by)}
    return changes, {"result": result, "papers": [str(file.public_id) for file in ask.papers]}


def _sign(dossier: Dossier, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    chain = of_body(dossier.chain)
    step = chain[min(dossier.signed_count, len(chain) - 1)]
    return {"signed_count": min(dossier.signed_count + 1, dossier.step_count)}, {"step": step.name}


def _return(dossier: Dossier, _ask: Ask, _by: Actor, _at: datetime) -> tuple[Changes, Changes]:
    changes = {"signed_count": 0, "round": dossier.round + 1, "return_count": dossier.return_count + 1}
    return changes, {}


def _cancel(_dossier: Dossier, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"cancelled_at": at}, {}


def _void(_dossier: Dossier, _ask: Ask, _by: Actor, at: datetime) -> tuple[Changes, Changes]:
    return {"voided_at": at}, {}


PLANNERS: Final[dict[Action, Planner]] = {
    Action.PLAN: _plan,
    Action.SUBMIT: _submit,
    Action.SIGN: _sign,
    Action.RETURN: _return,
    Action.CANCEL: _cancel,
    Action.VOID: _void,
}
