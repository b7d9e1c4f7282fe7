"""What jobs do: a draft is composed and laid out; a signed paper is laid out once more under its number, and kept."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.jobs.registry import Progress, Result
from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.kernel import clock
from wenming.outputs.papers import chasing, selectors, words
from wenming.outputs.papers.addresses import paper_url
from wenming.outputs.papers.composing.papers import compose
from wenming.outputs.papers.enums import Kind, State
from wenming.outputs.papers.errors import NothingLeftToChase
from wenming.outputs.papers.models import Paper, PaperRelease
from wenming.outputs.papers.pdf import pdf_of
from wenming.outputs.papers.rendering import render

BUILD: Final = "papers.build"
RELEASE: Final = "papers.release"
STEPS: Final = 100
UNNUMBERED: Final = "（签发后编号）"


def build_papers(args: Mapping[str, Any], progress: Progress) -> Result:
    """`args`: papers, a list of [public id, build]; what was changed since or signed is left to its own job.

    Raises NothingLeftToChase for those that have nothing to list any more, when the others are built.
    """
    wanted = dict(args["papers"])
    rows = Paper.objects.filter(public_id__in=list(wanted)).select_related("unit", "template__file").order_by("pk")
    papers = [each for each in rows if each.state == State.DRAFT and each.build == wanted[str(each.public_id)]]
    total = max(len(papers), 1) * STEPS
    empty: list[int] = []
    for number, paper in enumerate(papers):
        try:
            _build(paper, progress, done=number * STEPS, total=total)
        except NothingLeftToChase:
            empty += paper.problem_ids
    if empty:
        raise chasing.nothing_left(empty)
    progress(total, total)
    first = next(iter(wanted), "")
    return Result({"papers": len(papers)}, url=paper_url(first) if len(wanted) == 1 else paper_url())


def release_paper(args: Mapping[str, Any], progress: Progress) -> Result:
    """`args`: paper. Writes the file under its number, keeps it for good, and tells the unit."""
    paper = Paper.objects.select_related("unit", "template__file").get(public_id=args["paper"])
    url = paper_url(paper.public_id)
    if paper.state != State.SIGNED or PaperRelease.objects.filter(paper=paper).exists():
        return Result(url=url)
    content = content_of(paper)
    docx, pdf = lay_out(paper, content, progress, done=0, total=STEPS)
    with transaction.atomic():
        release = PaperRelease.objects.create(
            paper=paper,
            number=paper.number,
            docx=docx,
            docx_sha256=docx.sha256_received,
            pdf=pdf,
            content=content,
            figures=paper.figures,
            released_at=clock.now(),
        )
        Paper.objects.filter(pk=paper.pk).update(docx=docx, pdf=pdf)
        after = {"number": paper.number, "docx_sha256": docx.sha256_received}
        audit.record(by=progress.actor, action="papers.release", kind="paper", key=paper.public_id, after=after)
        if paper.unit_id is not None:
            notices.notify(_notice(paper, url))
    return Result({"number": release.number}, url=url)


def content_of(paper: Paper) -> dict[str, Any]:
    """What a template sees of a paper that was composed, under its number where it has one."""
    return {
        **paper.content,
        "number": paper.number or UNNUMBERED,
        "date": words.day_of(paper.signed_at or clock.now()),
        "receipt": _receipt_of(paper),
    }


def _receipt_of(paper: Paper) -> dict[str, str]:
    """Empty until the unit has signed, so that it can sign by hand."""
    if paper.received_at is None or paper.unit is None:
        return {"unit": "", "name": "", "time": ""}
    return {"unit": selectors.signing_unit(paper), "name": paper.receiver, "time": words.moment(paper.received_at)}


def _build(paper: Paper, progress: Progress, *, done: int, total: int) -> None:
    at = clock.now()
    kind = Kind(paper.kind)
    paper.template = selectors.template_of(kind)
    composed = compose(paper, selectors.settings(), at=at)
    paper.content = composed.content
    docx, pdf = lay_out(paper, content_of(paper), progress, done=done, total=total)
    Paper.objects.filter(pk=paper.pk, build=paper.build, state=State.DRAFT).update(
        content=composed.content,
        figures=composed.figures,
        as_of=at,
        template=paper.template,
        docx=docx,
        pdf=pdf,
        state=State.READY,
    )


def lay_out(
    paper: Paper, content: Mapping[str, Any], progress: Progress, *, done: int, total: int
) -> tuple[StoredFile, StoredFile | None]:
    """As Word and, where the server can, as PDF. Expects `unit` and `template__file` to be loaded."""

    def told(number: int, of: int) -> None:
        progress(done + number * (STEPS // 2) // of, total)

    data = render(selectors.template_bytes(paper.template, Kind(paper.kind)), content, told=told)
    progress(done + STEPS // 2, total)
    docx = files.receive_document(data=data, name=f"{_name(paper)}.docx", by=progress.actor)
    made = pdf_of(data)
    pdf = files.receive_document(data=made, name=f"{_name(paper)}.pdf", by=progress.actor) if made else None
    progress(done + STEPS - 1, total)
    return docx, pdf


def _name(paper: Paper) -> str:
    owner = f"-{paper.unit.name}" if paper.unit is not None else ""
    return f"{paper.number or paper.title}{owner}".replace("/", "／")


def _notice(paper: Paper, url: str) -> NoticeDraft:
    label = str(Kind(paper.kind).label)
    return NoticeDraft(
        kind="papers.sent",
        title=f"收到{label}：{paper.number}",
        body=paper.title,
        unit_id=paper.unit_id,
        subject_kind="paper",
        subject_key=str(paper.public_id),
        url=url,
    )
