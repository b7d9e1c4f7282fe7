"""Reminders and supervision sheets whose problems are answered before the paper goes out."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from tests.factories.papers import built, make_order, signed
from tests.factories.people import make_acting
from tests.factories.problems import STAGES, Cast, ask, bring_to, make_photo, make_problem
from tests.outputs.papers.test_pages import enter
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.outputs.papers import services
from wenming.outputs.papers.enums import Kind, State
from wenming.outputs.papers.errors import AnsweredSinceBuilt, NothingLate, NothingLeftToChase
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.services import PaperDraft, PaperTexts
from wenming.programmes.problems import services as problems
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without LibreOffice: each conversion takes seconds."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def cast() -> Iterator[Cast]:
    """Everything happens when what was dispatched is long late."""
    made = Cast()
    with clock.set_to(clock.now() + timedelta(days=60)):
        yield made


def late(cast: Cast) -> Problem:
    with clock.set_to(clock.now() - timedelta(days=50)):
        return bring_to(cast, make_problem(cast), Action.DISPATCH)


def answer(cast: Cast, problem: Problem) -> None:
    for action in STAGES[STAGES.index(Action.DISPATCH) + 1 : STAGES.index(Action.REPORT_BACK) + 1]:
        more: dict[str, Any] = {"photos": (make_photo(),), "note": "已清理。"} if action == Action.REPORT_BACK else {}
        problem = problems.perform_one(cast.liaison, ask(problem, action, **more))


def codes(paper: Paper) -> list[str]:
    return [line["code"] for line in paper.content["problems"]]


def test_build_drops_what_was_answered_since_the_draft(cast: Cast) -> None:
    answered, open_still = late(cast), late(cast)
    paper = make_order(cast, answered, open_still, kind=Kind.REMINDER)
    answer(cast, answered)
    built(paper)
    assert (paper.state, codes(paper), paper.content["left_out"]) == (State.READY, [open_still.code], 1)
    assert "下列1个问题" in paper.content["intro"]
    assert signed(paper).state == State.SIGNED


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.SUPERVISION])
def test_build_refuses_when_nothing_is_left_and_says_which_and_what_to_do(cast: Cast, kind: Kind) -> None:
    problem = late(cast)
    paper = make_order(cast, problem, kind=kind)
    answer(cast, problem)
    built(paper)
    assert paper.job_id is not None
    job = Job.objects.get(pk=paper.job_id)
    assert (paper.state, job.state, job.error_code) == (State.DRAFT, "failed", NothingLeftToChase.code)
    assert problem.code in job.error_text
    assert "请撤回" in job.error_text


def test_build_of_a_batch_goes_on_after_a_sheet_with_nothing_left(cast: Cast) -> None:
    chosen = [late(cast) for _each in range(2)]
    draft = PaperDraft(Kind.SUPERVISION, [each.public_id for each in chosen])
    empty, other = services.draft_for_units(draft, by=cast.office)
    answer(cast, chosen[0])
    assert (built(empty).state, built(other).state) == (State.DRAFT, State.READY)
    client = enter(cast.office)
    pages = [client.get(reverse("papers:detail", args=[each.public_id])).content.decode() for each in (empty, other)]
    assert [chosen[0].code in page for page in pages] == [True, False]


def test_page_refuses_to_build_anew_what_has_nothing_left(cast: Cast) -> None:
    problem = late(cast)
    paper = built(make_order(cast, problem, kind=Kind.REMINDER))
    answer(cast, problem)
    client = enter(cast.office)
    page = client.post(reverse("papers:texts", args=[paper.public_id]), {"title": "函", "urgency": "plain"})
    assert page.status_code == HTTPStatus.CONFLICT
    assert problem.code in page.content.decode()
    paper.refresh_from_db()
    assert paper.state == State.READY


def test_sign_refuses_what_lists_an_answered_problem_until_it_is_built_anew(cast: Cast) -> None:
    answered, open_still = late(cast), late(cast)
    paper = built(make_order(cast, answered, open_still, kind=Kind.REMINDER))
    answer(cast, answered)
    with pytest.raises(AnsweredSinceBuilt, match=answered.code):
        services.sign(public_id=paper.public_id, by=make_acting(Role.LEADER))
    services.change_texts(public_id=paper.public_id, texts=PaperTexts(), by=cast.office)
    assert codes(signed(built(paper))) == [open_still.code]


def test_sign_refuses_a_reminder_of_nothing(cast: Cast) -> None:
    problem = late(cast)
    paper = built(make_order(cast, problem, kind=Kind.REMINDER))
    answer(cast, problem)
    with pytest.raises(NothingLeftToChase, match=problem.code):
        services.sign(public_id=paper.public_id, by=make_acting(Role.LEADER))


def test_draft_refuses_to_remind_of_what_was_reported_back(cast: Cast) -> None:
    problem = late(cast)
    answer(cast, problem)
    with pytest.raises(NothingLate):
        make_order(cast, problem, kind=Kind.REMINDER)


def test_order_lists_its_problems_whatever_was_answered(cast: Cast) -> None:
    problem = late(cast)
    paper = make_order(cast, problem)
    answer(cast, problem)
    assert codes(built(paper)) == [problem.code]
