"""Which registered unit a name in a standard belongs to; repeated after units were registered or renamed."""

from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from wenming.foundation.audit import services as audit
from wenming.kernel.actors import Actor
from wenming.programmes.standards.models import Criterion, FieldRule, ProblemType
from wenming.programmes.standards.services.plans import WRITE_ROWS, Leads

Led = TypeVar("Led", Criterion, FieldRule, ProblemType)


@dataclass(frozen=True, slots=True)
class Linking:
    linked: int
    unknown_names: tuple[str, ...]


def link_leads(*, by: Actor) -> Linking:
    """Looks up every lead that is named and not linked, in all versions: the text of a version is not touched."""
    leads = Leads()
    unknown: set[str] = set()
    with transaction.atomic():
        linked = _link(Criterion.objects.all(), leads, unknown)
        linked += _link(FieldRule.objects.all(), leads, unknown)
        linked += _link(ProblemType.objects.all(), leads, unknown)
        if linked:
            audit.record(by=by, action="standards.link_leads", kind="standard", key="*", after={"linked": linked})
    return Linking(linked, tuple(sorted(unknown)))


def _link(rows: QuerySet[Led], leads: Leads, unknown: set[str]) -> int:
    changed = []
    for row in rows.filter(lead__isnull=True).exclude(lead_name=""):
        unit, _remark = leads.find(row.lead_name)
        if unit is None:
            unknown.add(row.lead_name)
        else:
            row.lead = unit
            changed.append(row)
    rows.model._default_manager.bulk_update(changed, ["lead"], batch_size=WRITE_ROWS)  # noqa: SLF001
    return len(changed)
