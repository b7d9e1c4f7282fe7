"""Drafts: one for each unit or matter of what was chosen, or one of a period; each batch is one job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from wenming.engines.loop import selectors as loop
from wenming.foundation.audit import services as audit
from wenming.foundation.jobs import services as jobs
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, Actor
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.kernel.periods import Period
from wenming.outputs.papers import chasing, selectors, words
from wenming.outputs.papers.enums import TO_UNITS, Kind, State, Urgency
from wenming.outputs.papers.errors import NothingChosen, NothingLate, TooManyProblems, WrongState
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.services.building import BUILD
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.enums import OPEN_STATES

CHOSEN_MAX: Final = 200
NAMES: Final = {
    Kind.ORDER: "文明城市创建问题交办单",
    Kind.REMINDER: "关于抓紧办理文明创建问题的函",
    Kind.SUPERVISION: "督办单",
}


@dataclass(frozen=True, slots=True)
class PaperTexts:
    """What a person may write in a draft; empty texts are written by the system."""

    title: str = ""
    urgency: str = Urgency.PLAIN
    due_on: date | None = None
    cc: str = ""
    intro: str = ""
    next_steps: str = ""


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """Of chosen problems (public ids), for their lead units."""

    kind: Kind
    problems: Sequence[UUID | str]
    texts: PaperTexts = PaperTexts()


def draft_for_units(draft: PaperDraft, *, by: Acting) -> list[Paper]:
    """One paper for each lead unit (a 督办单: for each matter), in a fixed number of statements.

    Reminders take only what is overdue and was not reported back. Raises Refused, NothingChosen, NothingLate,
    TooManyProblems.
    """
    permissions.require(by, "papers.draft")
    if draft.kind not in TO_UNITS:
        raise NothingChosen
    if len(draft.problems) > CHOSEN_MAX:
        raise TooManyProblems(most=CHOSEN_MAX)
    rows = problems.visible_to(by).filter(public_id__in=list(draft.problems), lead__isnull=False)
    if draft.kind in chasing.CHASING:
        rows = chasing.awaited(rows, at=clock.now())
    else:
        rows = rows.filter(state__in=OPEN_STATES)
    chosen = list(rows.order_by("lead__code", "pk").values_list("pk", "lead_id"))
    if not chosen:
        raise NothingLate if draft.kind in chasing.CHASING else NothingChosen
    parts = [[pk] for pk, _lead in chosen] if draft.kind == Kind.SUPERVISION else _by_lead(chosen)
    leads = dict(chosen)
    texts = draft.texts if draft.texts.due_on else replace(draft.texts, due_on=_reply_by())
    papers = [_paper(draft.kind, texts, by=by.actor, unit_id=leads[part[0]], problem_ids=part) for part in parts]
    return _file(papers, by=by.actor)


def draft_of_period(*, kind: Kind, period: Period, by: Acting, texts: PaperTexts = PaperTexts()) -> Paper:
    """A circular or a list of a period. Raises Refused."""
    permissions.require(by, "papers.draft")
    return _file([_of_period(kind, period, texts, by=by.actor)], by=by.actor)[0]


def draft_scheduled() -> list[Paper]:
    """What the settings ask for by itself: last week's and last month's list and circular, each once."""
    settings, today = selectors.settings(), clock.local(clock.now()).date()
    periods = [
        *([Period.week_of(today).previous()] if settings.is_weekly_drafted else []),
        *([Period.parse(f"{today:%Y-%m}").previous()] if settings.is_monthly_drafted else []),
    ]
    wanted = {(kind, period.label): period for period in periods for kind in (Kind.CIRCULAR, Kind.LIST)}
    labels = [label for _kind, label in wanted]
    there = set(Paper.objects.filter(schedule_key__in=labels).values_list("kind", "schedule_key"))
    papers = [
        _of_period(kind, period, PaperTexts(), by=SYSTEM, schedule_key=label)
        for (kind, label), period in wanted.items()
        if (kind.value, label) not in there
    ]
    return _file(papers, by=SYSTEM) if papers else []


def change_texts(*, public_id: UUID | str, texts: PaperTexts, by: Acting) -> Paper:
    """Before it is signed; it is built anew, with the numbers of now.

    Raises Refused, PaperNotFound, WrongState, NothingLeftToChase.
    """
    permissions.require(by, "papers.draft")
    found = selectors.paper_for(by, public_id)
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=found.pk)
        if paper.state not in (State.DRAFT, State.READY):
            raise WrongState(state=State(paper.state).label)
        chasing.require_left(paper, at=clock.now())
        _write(paper, texts)
        paper.build, paper.state = paper.build + 1, State.DRAFT
        paper.save()
        audit.record(by=by.actor, action="papers.change", kind="paper", key=paper.public_id)
        _enqueue([paper], by=by.actor)
    return paper


def _by_lead(chosen: Iterable[tuple[int, int | None]]) -> list[list[int]]:
    found: dict[int | None, list[int]] = {}
    for pk, lead in chosen:
        found.setdefault(lead, []).append(pk)
    return list(found.values())


def _of_period(kind: Kind, period: Period, texts: PaperTexts, *, by: Actor, schedule_key: str = "") -> Paper:
    paper = _paper(kind, texts, by=by, unit_id=None, problem_ids=[])
    paper.period, paper.schedule_key = period.label, schedule_key
    told = words.period(period)
    paper.title = texts.title or (f"关于{told}督查情况的通报" if kind == Kind.CIRCULAR else f"{told}文明创建问题清单")
    return paper


def _paper(kind: Kind, texts: PaperTexts, *, by: Actor, unit_id: int | None, problem_ids: list[int]) -> Paper:
    paper = Paper(kind=kind, unit_id=unit_id, problem_ids=problem_ids, drafted_at=clock.now())
    paper.title = NAMES.get(kind, "")
    paper.drafted_by_id = int(by.id) if by.id.isdecimal() else None
    _write(paper, texts)
    return paper


def _write(paper: Paper, texts: PaperTexts) -> None:
    paper.title = texts.title or paper.title
    paper.urgency, paper.due_on, paper.cc = texts.urgency, texts.due_on, texts.cc
    paper.intro, paper.next_steps = texts.intro, texts.next_steps


def _file(papers: list[Paper], *, by: Actor) -> list[Paper]:
    with transaction.atomic():
        made = Paper.objects.bulk_create(papers)
        audit.record_all(
            [audit.Entry("papers.draft", "paper", str(each.public_id), None, {"kind": each.kind}) for each in made],
            by=by,
        )
        _enqueue(made, by=by)
    return made


def _enqueue(papers: Sequence[Paper], *, by: Actor) -> None:
    args = {"papers": [[str(each.public_id), each.build] for each in papers]}
    title = papers[0].title if len(papers) == 1 else f"{papers[0].title}等{len(papers)}份"
    job = jobs.enqueue(kind=BUILD, args=args, by=by, title=title)
    Paper.objects.filter(pk__in=[each.pk for each in papers]).update(job=job)
    for each in papers:
        each.job = job


def _reply_by() -> date:
    """The last day of the settings' working days from today on."""
    limit = Limit(selectors.settings().reply_days, LimitUnit.WORKING_DAY)
    return clock.local(loop.work_calendar().add(clock.now(), limit).at).date()
