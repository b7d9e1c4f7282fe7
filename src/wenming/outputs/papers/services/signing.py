"""From the finished draft to the register, and what comes after."""

from typing import Final
from uuid import UUID

from django.db import connection, transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.jobs import services as jobs
from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.outputs.papers import chasing, selectors, words
from wenming.outputs.papers.addresses import paper_url
from wenming.outputs.papers.enums import Counting, Kind, State
from wenming.outputs.papers.errors import NotBuilt, OwnDraft, ReasonMissing, WrongState
from wenming.outputs.papers.models import Paper, PaperNumber, PaperSettings
from wenming.outputs.papers.services.building import RELEASE

RUNNING: Final = 0


def sign(*, public_id: UUID | str, by: Acting) -> Paper:
    """Gives it the next number of its register and orders the file; another than the drafter does it.

    A number is taken in the same transaction, so that the register has no gap. Raises Refused, PaperNotFound,
    WrongState, NotBuilt, OwnDraft; of a reminder whose problems were answered NothingLeftToChase, AnsweredSinceBuilt.
    """
    permissions.require(by, "papers.sign")
    found = selectors.paper_for(by, public_id)
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=found.pk)
        if paper.state != State.READY:
            raise NotBuilt if paper.state == State.DRAFT else WrongState(state=State(paper.state).label)
        if paper.drafted_by_id == by.user_id:
            raise OwnDraft
        chasing.require_awaited(paper, at=clock.now())
        _number(paper, selectors.settings())
        paper.state, paper.signed_by_id, paper.signed_at = State.SIGNED, by.user_id, clock.now()
        paper.job = jobs.enqueue(
            kind=RELEASE,
            args={"paper": str(paper.public_id)},
            by=by.actor,
            key=str(paper.public_id),
            title=f"{paper.number} {paper.title}",
        )
        paper.save()
        audit.record(
            by=by.actor, action="papers.sign", kind="paper", key=paper.public_id, after={"number": paper.number}
        )
    return paper


def withdraw(*, public_id: UUID | str, reason: str, by: Acting) -> Paper:
    """Its number stays used. Raises Refused, PaperNotFound, ReasonMissing, WrongState."""
    permissions.require(by, "papers.sign")
    if not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    found = selectors.paper_for(by, public_id)
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=found.pk)
        if paper.state == State.WITHDRAWN:
            raise WrongState(state=State.WITHDRAWN.label)
        was_signed = paper.state == State.SIGNED
        paper.state, paper.withdrawn_by_id, paper.withdrawn_at = State.WITHDRAWN, by.user_id, clock.now()
        paper.reason = reason.strip()[:500]
        paper.save()
        audit.record(
            by=by.actor, action="papers.withdraw", kind="paper", key=paper.public_id, after={"reason": paper.reason}
        )
        if was_signed and paper.unit_id is not None:
            notices.notify(
                NoticeDraft(
                    kind="papers.withdrawn",
                    title=f"已撤回：{paper.number}",
                    body=paper.reason,
                    unit_id=paper.unit_id,
                    subject_kind="paper",
                    subject_key=str(paper.public_id),
                    url=paper_url(paper.public_id),
                )
            )
    return paper


def _number(paper: Paper, settings: PaperSettings) -> None:
    kind, year = Kind(paper.kind), clock.local(clock.now()).year
    is_running = kind == Kind.CIRCULAR and settings.circular_counting == Counting.RUNNING
    paper.serial_year = RUNNING if is_running else year
    paper.serial = _next(kind, paper.serial_year)
    prefixes = {
        Kind.ORDER: settings.order_prefix,
        Kind.REMINDER: settings.reminder_prefix,
        Kind.SUPERVISION: settings.supervision_prefix,
    }
    if kind in prefixes:
        paper.number = words.document_number(prefixes[kind], year, paper.serial)
    else:
        paper.number = f"（第{paper.serial}期）" if is_running else f"（{year}年第{paper.serial}期）"


def _next(kind: Kind, year: int) -> int:
    table = connection.ops.quote_name(PaperNumber._meta.db_table)  # noqa: SLF001 - Django's documented way to a table's name
    sql = (
        f"INSERT INTO {table} (kind, year, last) VALUES (%s, %s, 1) "  # noqa: S608 - a table's name and placeholders
        f"ON CONFLICT (kind, year) DO UPDATE SET last = {table}.last + 1 RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind.value, year])
        return int(cursor.fetchone()[0])
