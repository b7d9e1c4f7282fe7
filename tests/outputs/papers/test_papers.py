"""A paper's way: drafted, built, signed by another, kept, received, withdrawn."""

from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from docx import Document

from tests.factories.papers import built, make_circular, make_order, signed
from tests.factories.people import make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.foundation.files import selectors as files
from wenming.foundation.notices.models import Notice
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.kernel.periods import Period
from wenming.outputs.papers import selectors, services
from wenming.outputs.papers.enums import Counting, Kind, State
from wenming.outputs.papers.errors import (
    NotBuilt,
    NothingChosen,
    OwnDraft,
    PaperNotFound,
    ReasonMissing,
    TooManyProblems,
    WrongState,
)
from wenming.outputs.papers.models import Paper, PaperRelease
from wenming.outputs.papers.services import PaperDraft, PaperTexts
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without LibreOffice: what is tested here is not the picture, and each conversion takes seconds."""
    monkeypatch.setenv("PATH", "")


def text_of(paper: Paper) -> str:
    assert paper.docx is not None
    document = Document(BytesIO(files.open_received(paper.docx)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def dispatched(cast: Cast, **more: Any) -> Any:
    return bring_to(cast, make_problem(cast, **more), Action.DISPATCH)


def test_draft_for_units_makes_one_paper_for_each_unit() -> None:
    first, second = Cast(), Cast()
    problems = [dispatched(first), dispatched(second), dispatched(first)]
    made = services.draft_for_units(PaperDraft(Kind.ORDER, [each.public_id for each in problems]), by=first.office)
    assert {paper.unit_id: len(paper.problem_ids) for paper in made} == {first.street.pk: 2, second.street.pk: 1}


@pytest.mark.parametrize("number", [1, 3])
def test_draft_for_units_takes_a_fixed_number_of_statements(number: int, django_assert_num_queries: Any) -> None:
    casts = [Cast() for _each in range(number)]
    draft = PaperDraft(Kind.ORDER, [dispatched(cast).public_id for cast in casts])
    selectors.settings()
    with django_assert_num_queries(11):
        services.draft_for_units(draft, by=casts[0].office)


def test_draft_for_units_refuses_what_has_no_lead_and_too_much() -> None:
    cast = Cast()
    with pytest.raises(NothingChosen):
        make_order(cast, make_problem(cast))
    with pytest.raises(TooManyProblems):
        services.draft_for_units(PaperDraft(Kind.ORDER, ["x"] * 201), by=cast.office)
    with pytest.raises(Refused):
        services.draft_for_units(PaperDraft(Kind.ORDER, []), by=cast.liaison)


def test_reminder_takes_only_what_is_overdue() -> None:
    cast = Cast()
    problem = dispatched(cast)
    with pytest.raises(NothingChosen):
        make_order(cast, problem, kind=Kind.REMINDER)
    assert problem.handle_due_at is not None
    with clock.set_to(
        problem.handle_due_at.replace(microsecond=0) + 3 * (problem.handle_due_at - problem.dispatched_at)
    ):
        paper = built(make_order(cast, problem, kind=Kind.REMINDER))
    line = paper.content["problems"][0]
    assert line["code"] == problem.code
    assert line["overdue"].endswith("天")


def test_order_holds_the_problems_and_leaves_opinions_empty() -> None:
    cast = Cast()
    paper = built(make_order(cast, dispatched(cast, title="井盖缺失", address="学府路5号")))
    assert paper.state == State.READY
    text = text_of(paper)
    for words in ("井盖缺失", "学府路5号", cast.street.name, "回　执", "□合格销号", "签发后编号"):
        assert words in text
    assert "{{" not in text
    assert "{%" not in text


def test_sign_gives_the_next_number_and_keeps_the_file() -> None:
    cast = Cast()
    papers = [signed(built(make_order(cast, dispatched(cast)))) for _each in range(2)]
    year = clock.local(clock.now()).year
    assert [paper.number for paper in papers] == [f"创交〔{year}〕1号", f"创交〔{year}〕2号"]
    release = PaperRelease.objects.get(paper=papers[1])
    assert release.docx_sha256 == papers[1].docx.sha256_received  # type: ignore[union-attr]
    assert papers[1].number in text_of(papers[1])
    assert release.content["problems"] == papers[1].content["problems"]


def test_sign_tells_the_unit_which_then_acknowledges() -> None:
    cast = Cast()
    paper = signed(built(make_order(cast, dispatched(cast))))
    notice = Notice.objects.get(kind="papers.sent")
    assert (notice.unit_id, paper.number in notice.title) == (cast.street.pk, True)
    assert selectors.paper_for(cast.liaison, paper.public_id) == paper
    services.acknowledge(public_id=paper.public_id, by=cast.liaison)
    paper.refresh_from_db()
    assert paper.received_by_id == cast.liaison.user_id


def test_unit_sees_nothing_before_the_signature_nor_of_another() -> None:
    cast, other = Cast(), Cast()
    paper = built(make_order(cast, dispatched(cast)))
    for liaison in (cast.liaison, other.liaison):
        with pytest.raises(PaperNotFound):
            selectors.paper_for(liaison, paper.public_id)
    signed(paper)
    with pytest.raises(PaperNotFound):
        services.acknowledge(public_id=paper.public_id, by=other.liaison)


def test_sign_refuses_the_drafter_and_what_is_not_built() -> None:
    cast = Cast()
    paper = make_order(cast, dispatched(cast))
    with pytest.raises(NotBuilt):
        services.sign(public_id=paper.public_id, by=make_acting(Role.LEADER))
    built(paper)
    with pytest.raises(OwnDraft):
        services.sign(public_id=paper.public_id, by=cast.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(signed_by_id=paper.drafted_by_id)


def test_register_has_no_gap_after_a_refusal() -> None:
    cast = Cast()
    papers = [built(make_order(cast, dispatched(cast))) for _each in range(2)]
    with pytest.raises(OwnDraft):
        services.sign(public_id=papers[0].public_id, by=cast.office)
    assert signed(papers[1]).serial == 1
    assert signed(papers[0]).serial == 2


def test_release_cannot_be_changed() -> None:
    cast = Cast()
    signed(built(make_order(cast, dispatched(cast))))
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperRelease.objects.update(number="1")
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperRelease.objects.all().delete()


def test_release_again_after_a_kill_writes_nothing_twice() -> None:
    cast = Cast()
    paper = signed(built(make_order(cast, dispatched(cast))))

    class Told:
        actor = cast.office.actor

        def __call__(self, done: int, total: int) -> None:
            raise AssertionError("nothing is built again")

    services.release_paper({"paper": str(paper.public_id)}, Told())
    assert PaperRelease.objects.count() == 1


def test_signed_paper_keeps_its_words_whatever_happens_to_the_problem() -> None:
    cast = Cast()
    problem = dispatched(cast, title="井盖缺失")
    paper = built(make_order(cast, problem))
    type(problem).objects.filter(pk=problem.pk).update(title="改过的标题")
    assert "井盖缺失" in text_of(signed(paper))


def test_change_texts_builds_anew_until_it_is_signed() -> None:
    cast = Cast()
    paper = built(make_order(cast, dispatched(cast)))
    services.change_texts(
        public_id=paper.public_id, texts=PaperTexts(title="单", intro="请三日内整改。"), by=cast.office
    )
    assert built(paper).state == State.READY
    assert "请三日内整改。" in text_of(paper)
    signed(paper)
    with pytest.raises(WrongState):
        services.change_texts(public_id=paper.public_id, texts=PaperTexts(), by=cast.office)


def test_withdraw_keeps_the_number_used_and_tells_the_unit() -> None:
    cast, leader = Cast(), make_acting(Role.LEADER)
    paper = signed(built(make_order(cast, dispatched(cast))), by=leader)
    with pytest.raises(ReasonMissing):
        services.withdraw(public_id=paper.public_id, reason=" ", by=leader)
    services.withdraw(public_id=paper.public_id, reason="单位写错了", by=leader)
    assert Notice.objects.filter(kind="papers.withdrawn", unit_id=cast.street.pk).count() == 1
    assert signed(built(make_order(cast, dispatched(cast)))).serial == 2
    with pytest.raises(WrongState):
        services.acknowledge(public_id=paper.public_id, by=cast.liaison)


def test_circular_is_counted_by_year_or_without_end() -> None:
    office, year = make_acting(Role.OFFICE), clock.local(clock.now()).year
    assert signed(make_circular(office, "2026-03")).number == f"（{year}年第1期）"
    services.save_settings(values={"circular_counting": Counting.RUNNING}, by=office)
    assert signed(make_circular(office, "2026-04")).number == "（第1期）"


def test_papers_of_nothing_can_be_built() -> None:
    office = make_acting(Role.OFFICE)
    for kind in (Kind.CIRCULAR, Kind.LIST):
        assert make_circular(office, "2026-W09", kind=kind).state == State.READY


def test_scheduled_drafts_are_made_once_and_signed_by_anybody_entitled() -> None:
    assert services.draft_scheduled() == []
    office = make_acting(Role.OFFICE)
    services.save_settings(values={"is_weekly_drafted": True, "is_monthly_drafted": True}, by=office)
    made = services.draft_scheduled()
    week = Period.week_of(clock.local(clock.now()).date()).previous()
    assert {(paper.kind, paper.period) for paper in made} >= {(Kind.CIRCULAR, week.label), (Kind.LIST, week.label)}
    assert (len(made), services.draft_scheduled()) == (4, [])
    assert signed(built(made[0]), by=office).state == State.SIGNED


def test_supervision_sheet_is_one_for_each_matter() -> None:
    cast = Cast()
    problems = [dispatched(cast), dispatched(cast)]
    with clock.set_to(clock.now() + (problems[0].handle_due_at - clock.now()) * 3):
        made = services.draft_for_units(
            PaperDraft(Kind.SUPERVISION, [each.public_id for each in problems]), by=cast.office
        )
        assert len(made) == 2
        text = text_of(built(made[0]))
    assert "红色（超期）" in text
