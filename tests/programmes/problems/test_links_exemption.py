"""An appeal against lateness by whoever holds the link: the guards are those of who signed in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from wenming.foundation.notices.models import Notice
from wenming.kernel import clock
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import links

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
LATE = MONDAY + timedelta(days=10)
REASON = "供水抢修占道三天，街道不能开挖"


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def problem(cast: Cast) -> Problem:
    with clock.set_to(MONDAY):
        return bring_to(cast, make_problem(cast), Action.SIGN)


def visit(problem: Problem, name: str = "reply") -> Any:
    return Client().get(reverse(f"links:{name}", args=[links.token_of(problem.links.get())]))


def appeal(problem: Problem, reason: str = REASON, key: str = "a-key-of-one-form") -> Any:
    path = reverse("links:exemption", args=[links.token_of(problem.links.get())])
    return Client(enforce_csrf_checks=True).post(path, {"key": key, "reason": reason})


def report_back(cast: Cast, problem: Problem) -> None:
    services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(make_photo(),), note="已清理"))


@pytest.mark.parametrize("is_answered", [False, True])
def test_appeal_by_link_when_late_waits_for_the_office(cast: Cast, problem: Problem, is_answered: bool) -> None:
    with clock.set_to(LATE):
        if is_answered:
            report_back(cast, problem)
        assert reverse("links:exemption", args=[links.token_of(problem.links.get())]) in visit(problem).content.decode()
        assert "为什么超期不是你单位的责任" in visit(problem, "exemption").content.decode()
        assert appeal(problem).status_code == 302
        problem.refresh_from_db()
        assert problem.exemption_asked_at == LATE
        page = visit(problem).content.decode()
        assert ("申请免责，等待答复" in page, REASON in page) == (True, True)
        event = problem.events.get(action=Action.ASK_EXEMPTION)
        assert (event.actor_kind, event.unit_id) == ("link", problem.lead_id)
        assert Notice.objects.filter(kind__contains="exemption").exists()
        services.perform_one(cast.county, ask(problem, Action.GRANT_EXEMPTION, reason="情况属实"))
        assert "已同意免责" in visit(problem).content.decode()


def test_appeal_by_link_of_what_is_not_late(problem: Problem) -> None:
    with clock.set_to(MONDAY + timedelta(minutes=5)):
        assert "申请免责" not in visit(problem).content.decode()
        assert visit(problem, "exemption").status_code == 302
        assert appeal(problem).status_code == 409
        problem.refresh_from_db()
        assert problem.exemption_asked_at is None


def test_appeal_by_link_without_reason_keeps_the_form(problem: Problem) -> None:
    with clock.set_to(LATE):
        refused = appeal(problem, reason="")
        assert refused.status_code == 400
        assert "为什么超期不是你单位的责任" in refused.content.decode()


def test_appeal_by_link_twice(cast: Cast, problem: Problem) -> None:
    with clock.set_to(LATE):
        appeal(problem)
        assert appeal(problem).status_code == 302
        assert problem.events.filter(action=Action.ASK_EXEMPTION).count() == 1
        assert appeal(problem, key="a-key-of-another-form").status_code == 409


def test_appeal_by_the_link_of_a_unit_that_no_longer_leads(cast: Cast, problem: Problem) -> None:
    token = links.token_of(problem.links.get())
    with clock.set_to(LATE):
        services.perform_one(cast.county, ask(problem, Action.VOID, reason="重复"))
        path = reverse("links:exemption", args=[token])
        assert Client().post(path, {"key": "a-key-of-one-form", "reason": REASON}).status_code == 410


def test_appeal_by_link_of_what_nobody_signed_for_signs_first(cast: Cast) -> None:
    with clock.set_to(MONDAY):
        unsigned = bring_to(cast, make_problem(cast), Action.DISPATCH)
    with clock.set_to(LATE):
        assert appeal(unsigned).status_code == 302
        unsigned.refresh_from_db()
        assert (unsigned.signed_at, unsigned.exemption_asked_at) == (LATE, LATE)
