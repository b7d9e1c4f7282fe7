"""A template tried with a paper of the office's own: nothing is kept but the file to look at."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from wenming.foundation.audit import services as audit
from wenming.foundation.files import selectors as stored
from wenming.foundation.files import services as files
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Progress, Result
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.outputs.papers import rendering, selectors
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import NotBuilt, PaperNotFound
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.pdf import pdf_of
from wenming.outputs.papers.services.building import STEPS, content_of

TRY: Final = "papers.try"


def try_upload(*, kind: Kind, data: bytes, name: str, paper: UUID | str, by: Acting) -> Job:
    """A file that is not in force yet, with what stands in `paper`. Wrong tags are told at once, the rest is a job.

    Raises Refused, PaperNotFound, NotBuilt, BadTemplate, NotATemplate.
    """
    found = _paper(kind, paper, by=by)
    rendering.check(data, kind)
    template = files.receive_document(data=data, name=name, by=by.actor)
    return _enqueue(found, {"file": template.pk}, by=by)


def try_version(*, kind: Kind, version: int, paper: UUID | str, by: Acting) -> Job:
    """A version that is kept (0: the one that comes with the system). Raises Refused, PaperNotFound, NotBuilt,
    TemplateNotThere."""
    found = _paper(kind, paper, by=by)
    kept = selectors.version_of(kind, version).file if version else None
    return _enqueue(found, {"file": kept.pk if kept is not None else None}, by=by)


def try_paper(args: Mapping[str, Any], progress: Progress) -> Result:
    """`args`: paper (its public id), file (None for the template that comes with the system)."""
    paper = Paper.objects.select_related("unit").get(public_id=args["paper"])
    kind = Kind(paper.kind)
    pk = args["file"]
    template = rendering.starter_of(kind) if pk is None else stored.open_received(stored.files_of([pk])[pk])
    data = rendering.render(
        template, content_of(paper), told=lambda done, of: progress(done * (STEPS // 2) // of, STEPS)
    )
    progress(STEPS // 2, STEPS)
    made, ending = pdf_of(data), "pdf"
    if made is None:
        made, ending = data, "docx"
    name = f"{kind.label}-试填.{ending}"
    return Result(file=files.receive_document(data=made, name=name, by=progress.actor))


def _paper(kind: Kind, public_id: UUID | str, *, by: Acting) -> Paper:
    """Who may not read the paper may not try a template with it."""
    permissions.require(by, "papers.set_up")
    found = selectors.paper_for(by, public_id)
    if found.kind != kind:
        raise PaperNotFound
    if found.as_of is None:
        raise NotBuilt
    return found


def _enqueue(paper: Paper, template: Mapping[str, int | None], *, by: Acting) -> Job:
    audit.record(by=by.actor, action="papers.try_template", kind="paper", key=paper.public_id)
    args = {"paper": str(paper.public_id), **template}
    return jobs.enqueue(kind=TRY, args=args, by=by.actor, title=f"试填{Kind(paper.kind).label}：{paper.title}")
