"""Reads of papers: the city's own staff see all, a unit what was signed and sent to it or to one merged into it."""

from uuid import UUID

from django.db.models import Q, QuerySet

from wenming.foundation.files import selectors as files
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import CITY_ROLES
from wenming.outputs.papers.enums import Kind, State
from wenming.outputs.papers.errors import PaperNotFound, TemplateNotThere
from wenming.outputs.papers.models import Paper, PaperSettings, PaperTemplate
from wenming.outputs.papers.rendering import starter_of
from wenming.programmes.problems.models import ReplyLink

VERSIONS_MAX = 50
TO_TRY_MAX = 30
ORDERS_LOOKED_THROUGH_MAX = 100
SETTINGS_PK = 1


def visible_to(acting: Acting) -> QuerySet[Paper]:
    if acting.is_any(*CITY_ROLES) and acting.scope.is_everything:
        return Paper.objects.all()
    return Paper.objects.filter(unit_id__in=people.with_absorbed(acting.unit_id), signed_at__isnull=False)


def papers(acting: Acting, *, kind: str = "", state: str = "", text: str = "") -> QuerySet[Paper]:
    """To be paged in the order ("-id",), without what stands in them."""
    rows = visible_to(acting).select_related("unit", "drafted_by").defer("content", "figures", "problem_ids")
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(number__contains=text) | Q(title__contains=text) | Q(unit__name__contains=text))
    return rows


def paper_for(acting: Acting, public_id: UUID | str) -> Paper:
    """Raises PaperNotFound, also for what was sent to another."""
    related = (
        "unit",
        "drafted_by",
        "signed_by",
        "withdrawn_by",
        "received_by",
        "docx",
        "pdf",
        "job",
        "template",
        "receipt_docx",
        "receipt_pdf",
    )
    found = visible_to(acting).select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise PaperNotFound
    return found


def is_of(paper: Paper, acting: Acting) -> bool:
    """Whether it was sent to the unit, or to one that was merged into it."""
    return paper.unit_id is not None and paper.unit_id in people.with_absorbed(acting.unit_id)


def signing_unit(paper: Paper) -> str:
    """Who signs for it today: the unit that it was sent to, or the one that took that in. Expects `unit` to be loaded."""
    if paper.unit is None:
        return ""
    heir = people.heirs([paper.unit.pk]).get(paper.unit.pk)
    return paper.unit.name if heir is None else f"{people.names_of([heir])[heir]}（原{paper.unit.name}）"


def orders_of_link(link: ReplyLink) -> list[Paper]:
    """Orders in force that the link's unit or one merged into it got and that list its problem, newest first.

    Two statements. Of a unit's last ORDERS_LOOKED_THROUGH_MAX orders.
    """
    units = people.with_absorbed(link.unit_id)
    rows = Paper.objects.filter(unit_id__in=units, kind=Kind.ORDER, state=State.SIGNED, release__isnull=False)
    rows = rows.select_related("unit", "received_by").defer("content", "figures").order_by("-id")
    return [each for each in rows[:ORDERS_LOOKED_THROUGH_MAX] if link.problem_id in each.problem_ids]


def order_of_link(link: ReplyLink, public_id: UUID | str) -> Paper:
    """Raises PaperNotFound."""
    found = next((each for each in orders_of_link(link) if str(each.public_id) == str(public_id)), None)
    if found is None:
        raise PaperNotFound
    return found


def papers_to_try(acting: Acting, kind: Kind) -> list[Paper]:
    """The newest of a kind that a template can be tried with, at most TO_TRY_MAX; one statement."""
    rows = visible_to(acting).filter(kind=kind, as_of__isnull=False).select_related("unit")
    return list(rows.only("public_id", "number", "title", "unit__name").order_by("-id")[:TO_TRY_MAX])


def settings() -> PaperSettings:
    """As the office set them, or as they come."""
    return PaperSettings.objects.filter(pk=SETTINGS_PK).first() or PaperSettings(pk=SETTINGS_PK)


def versions(kind: Kind) -> list[PaperTemplate]:
    """Newest first, at most VERSIONS_MAX."""
    rows = PaperTemplate.objects.filter(kind=kind).select_related("file", "added_by")
    return list(rows.order_by("-version")[:VERSIONS_MAX])


def template_of(kind: Kind) -> PaperTemplate | None:
    """The version in force; None while the office goes by the one that comes with the system."""
    return PaperTemplate.objects.filter(kind=kind).select_related("file").order_by("-version").first()


def template_bytes(template: PaperTemplate | None, kind: Kind) -> bytes:
    """A version without a file is a return to the one that comes with the system."""
    if template is None or template.file is None:
        return starter_of(kind)
    return files.open_received(template.file)


def version_of(kind: Kind, version: int) -> PaperTemplate:
    """Raises TemplateNotThere."""
    found = PaperTemplate.objects.filter(kind=kind, version=version).select_related("file").first()
    if found is None:
        raise TemplateNotThere
    return found


def waiting_for_signature(acting: Acting) -> int:
    return visible_to(acting).filter(state=State.READY).count()
