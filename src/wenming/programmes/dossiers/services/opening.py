"""Opening dossiers: one issue of the inspection's list, one dossier; many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import New, Until
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.periods import year_month
from wenming.programmes.dossiers import rules
from wenming.programmes.dossiers.chain import Chain, as_body
from wenming.programmes.dossiers.enums import Action
from wenming.programmes.dossiers.errors import DueBeforeFound, FoundInFuture, TextMissing, TextTooLong, TooManyAtOnce
from wenming.programmes.dossiers.flow import RECTIFY
from wenming.programmes.dossiers.models import ISSUE_CHARS_MAX, SOURCE_CHARS_MAX, Dossier
from wenming.programmes.dossiers.services.chains import house_chain
from wenming.programmes.dossiers.services.machine import LOOP, due_at, write_new_facts

ROWS_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierDraft:
    """One issue as the inspection worded it. `origin_key` names the form that sent it, so that it comes once."""

    issue: str
    source: str
    owner: Unit
    found_on: date
    due_on: date
    origin_key: str = ""


def open_dossiers(acting: Acting, drafts: Sequence[DossierDraft]) -> list[Dossier]:
    """All or none, under the chain that holds now; what was sent before is found again.

    Raises Refused, TextMissing, TextTooLong, FoundInFuture, DueBeforeFound, TooManyAtOnce.
    """
    permissions.require(acting, rules.permission(Action.OPEN))
    if len(drafts) > ROWS_MAX:
        raise TooManyAtOnce(most=ROWS_MAX)
    for draft in drafts:
        _check(draft)
    try:
        with transaction.atomic():
            chain = house_chain()
            dossiers = LOOP.create([_new(draft, chain) for draft in drafts], by=acting.actor, action=Action.OPEN.value)
            write_new_facts(dossiers, at=clock.now())
    except IntegrityError:
        keys = [draft.origin_key for draft in drafts]
        before = {row.origin_key: row for row in Dossier.objects.filter(origin_key__in=keys).exclude(origin_key="")}
        if not all(key in before for key in keys):
            raise
        return [before[key] for key in keys]
    return dossiers


def _check(draft: DossierDraft) -> None:
    for name, text, most, what in (
        ("issue", draft.issue, ISSUE_CHARS_MAX, _("反馈的问题")),
        ("source", draft.source, SOURCE_CHARS_MAX, _("哪次检查反馈的")),
    ):
        if not text.strip():
            raise TextMissing(what=what, fields={name: _("请填写。")})
        if len(text) > most:
            raise TextTooLong(most=most, fields={name: _("请改短。")})
    if draft.found_on > clock.local(clock.now()).date():
        raise FoundInFuture(fields={"found_on": FoundInFuture.message})
    if draft.due_on < draft.found_on:
        raise DueBeforeFound(fields={"due_on": DueBeforeFound.message})


def _new(draft: DossierDraft, chain: Chain) -> New[Dossier]:
    found_at = datetime.combine(draft.found_on, time(), clock.SHANGHAI)
    dossier = Dossier(
        issue=draft.issue.strip(),
        source=draft.source.strip(),
        owner=draft.owner,
        found_on=draft.found_on,
        found_at=found_at,
        found_ym=year_month(found_at),
        due_on=draft.due_on,
        chain=as_body(chain),
        step_count=len(chain),
        origin_key=draft.origin_key[:80],
    )
    return New(item=dossier, evidence={"owner": draft.owner.pk}, limits={RECTIFY: Until(due_at(dossier))})
