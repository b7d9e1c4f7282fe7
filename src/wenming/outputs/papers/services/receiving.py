"""The unit's receipt: by an account, or by whoever holds the reply link of a problem that the order lists."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.registry import Progress, Result
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.outputs.papers import selectors
from wenming.outputs.papers.addresses import paper_url
from wenming.outputs.papers.enums import Kind, State
from wenming.outputs.papers.errors import NameMissing, NameTooLong, NotYours, WrongState
from wenming.outputs.papers.models import NAME_CHARACTERS_MAX, Paper
from wenming.outputs.papers.services.building import STEPS, content_of, lay_out
from wenming.programmes.problems.models import ReplyLink
from wenming.programmes.problems.services.links import holder

RECEIPT: Final = "papers.receipt"


def acknowledge(*, public_id: UUID | str, by: Acting) -> Paper:
    """The unit's receipt; a second one changes nothing. Raises Refused, PaperNotFound, NotYours, WrongState."""
    permissions.require(by, "papers.receive")
    found = selectors.paper_for(by, public_id)
    if not selectors.is_of(found, by):
        raise NotYours
    return _receive(found.pk, by=by.actor, user_id=by.user_id, name="")


def acknowledge_by_link(*, link: ReplyLink, public_id: UUID | str, name: str) -> Paper:
    """The same in the name that was typed, for the unit of an open link; a second one changes nothing.

    Raises PaperNotFound for an order that does not list the link's problem, NameMissing, NameTooLong, WrongState.
    """
    found = selectors.order_of_link(link, public_id)
    typed = " ".join(name.split())
    if not typed:
        raise NameMissing(fields={"name": NameMissing.message})
    if len(typed) > NAME_CHARACTERS_MAX:
        raise NameTooLong(most=NAME_CHARACTERS_MAX, fields={"name": NameTooLong.message})
    return _receive(found.pk, by=holder(link), user_id=None, name=typed)


def print_receipt(args: Mapping[str, Any], progress: Progress) -> Result:
    """`args`: paper. Lays it out once more with its receipt; the file that was issued is another and stays."""
    paper = Paper.objects.select_related("unit", "template__file", "received_by").get(public_id=args["paper"])
    if paper.receipt_docx_id is None:
        docx, pdf = lay_out(paper, content_of(paper), progress, done=0, total=STEPS)
        Paper.objects.filter(pk=paper.pk).update(receipt_docx=docx, receipt_pdf=pdf)
    return Result({"number": paper.number}, url=paper_url(paper.public_id))


def _receive(pk: int, *, by: Actor, user_id: int | None, name: str) -> Paper:
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=pk)
        if paper.state != State.SIGNED:
            raise WrongState(state=State(paper.state).label)
        if paper.received_at is None:
            paper.received_by_id, paper.received_name, paper.received_at = user_id, name, clock.now()
            paper.save()
            audit.record(
                by=by,
                action="papers.acknowledge",
                kind="paper",
                key=paper.public_id,
                after={"name": name} if name else None,
            )
            if paper.kind == Kind.ORDER:
                title = f"回执：{paper.number}"
                args = {"paper": str(paper.public_id)}
                jobs.enqueue(kind=RECEIPT, args=args, by=by, key=str(paper.public_id), title=title)
    return paper
