"""Reads of dossiers; every one of them starts at `visible_to`."""

from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock, paging
from wenming.kernel.paging import Page
from wenming.programmes.dossiers.enums import OPEN_STATES
from wenming.programmes.dossiers.errors import DossierNotFound
from wenming.programmes.dossiers.models import Dossier, DossierClock, DossierEvent, DossierPaper, Signature

BY_FOUND: Final = ("-found_at", "-id")
EVENTS_MAX: Final = 500
LIST_COLUMNS: Final = (
    *("id", "public_id", "issue", "source", "state", "found_at", "found_on", "due_at", "due_on", "cancelled_at"),
    *("owner__name", "step_count", "signed_count"),
)


def visible_to(acting: Acting) -> QuerySet[Dossier]:
    """All of them for the house, none for anybody else."""
    is_house = permissions.can(acting, "dossiers.view_dossier")
    return Dossier.objects.all() if is_house else Dossier.objects.none()


def dossier_for(acting: Acting, public_id: UUID | str) -> Dossier:
    """Raises DossierNotFound."""
    try:
        return visible_to(acting).select_related("owner").get(public_id=public_id)
    except (Dossier.DoesNotExist, ValidationError) as error:
        raise DossierNotFound from error


def find_dossiers(acting: Acting, *, text: str = "", state: str = "", is_late: str = "") -> QuerySet[Dossier]:
    rows = visible_to(acting)
    if text:
        rows = rows.filter(Q(issue__contains=text) | Q(source__contains=text))
    if is_late:
        rows = rows.filter(state__in=OPEN_STATES, due_at__lt=clock.now())
    if state == "open":
        return rows.filter(state__in=OPEN_STATES)
    return rows.filter(state=state) if state else rows


def counts_by_state(acting: Acting) -> dict[str, int]:
    """One statement; the open ones under "open"."""
    found = dict(visible_to(acting).order_by().values_list("state").annotate(n=Count("pk")))
    return {**found, "open": sum(n for state, n in found.items() if state in OPEN_STATES)}


def page_of(rows: QuerySet[Dossier], *, cursor: str | None = None) -> Page[dict[str, Any]]:
    """One page of plain rows in one statement."""
    return paging.page(rows.values(*LIST_COLUMNS), order=BY_FOUND, cursor=cursor)


def timeline(dossier: Dossier) -> list[DossierEvent]:
    """Newest first."""
    return list(DossierEvent.objects.filter(item=dossier).order_by("-seq")[:EVENTS_MAX])


def clocks_of(dossier: Dossier) -> list[DossierClock]:
    return list(DossierClock.objects.filter(item=dossier).order_by("started_at", "pk")[:EVENTS_MAX])


def signatures_of(dossier: Dossier) -> list[Signature]:
    """Of this round, by step."""
    rows = Signature.objects.filter(dossier=dossier, round=dossier.round).select_related("unit")
    return list(rows.order_by("step")[:EVENTS_MAX])


def papers_of(dossier: Dossier) -> list[DossierPaper]:
    return list(DossierPaper.objects.filter(dossier=dossier).select_related("file").order_by("pk")[:EVENTS_MAX])
