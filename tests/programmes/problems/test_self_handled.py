"""Put right on the spot by whoever found it: reviewed as any other, counted apart, no unit blamed or praised."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.problems import Cast, ask, make_photo, make_problem
from tests.programmes.problems.desk import as_, photo, url_of
from wenming.engines.loop.errors import EvidenceMissing, SameHands
from wenming.engines.metrics import selectors as metrics
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, selectors, services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db

EVER = Period.parse("2020..2030")


def handled(cast: Cast, **more: Any) -> Problem:
    asked = {"photos": (make_photo(),), "note": "顺手扶正", **more}
    return services.perform_one(cast.inspector, ask(make_problem(cast), Action.SELF_HANDLE, **asked))


def count(key: str) -> int:
    return metrics.evaluate(key, period=EVER).numerator


def test_self_handle_goes_to_review_without_a_unit() -> None:
    cast = Cast()
    problem = handled(cast)
    assert (problem.state, problem.lead_id, problem.handle_due_at) == (State.REPORTED_BACK, None, None)
    assert problem in selectors.review_queue(cast.county)
    services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    services.perform_one(cast.county, ask(problem, Action.CLOSE))
    assert (count("problems.self_handled"), count("problems.rectified"), count("problems.found")) == (1, 1, 1)
    assert metrics.evaluate("problems.on_time_rate", period=EVER).denominator == 0


def test_self_handle_needs_proof_and_is_not_a_units() -> None:
    cast = Cast()
    with pytest.raises(EvidenceMissing):
        handled(cast, photos=())
    with pytest.raises(errors.NotYourProblem):
        services.perform_one(cast.liaison, ask(make_problem(cast), Action.SELF_HANDLE, note="扶正"))


def test_self_handle_is_reviewed_by_somebody_else() -> None:
    cast = Cast()
    problem = services.perform_one(
        cast.county, ask(make_problem(cast), Action.SELF_HANDLE, photos=(make_photo(),), note="扶正")
    )
    with pytest.raises(SameHands):
        services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    assert services.perform_one(cast.office, ask(problem, Action.PASS_REVIEW)).state == State.REVIEWED


def test_return_self_sends_it_to_be_dispatched() -> None:
    cast = Cast()
    problem = handled(cast)
    with pytest.raises(errors.SelfHandled):
        services.perform_one(cast.county, ask(problem, Action.RETURN, reason="没有扶正"))
    problem = services.perform_one(cast.county, ask(problem, Action.RETURN_SELF, reason="没有扶正"))
    assert (problem.state, problem.reported_at, problem.self_handled_at) == (State.FILED, None, None)
    assert count("problems.self_handled") == 0


def test_new_form_files_and_handles_in_one(client: Client) -> None:
    cast = Cast()
    as_(client, cast.inspector)
    posted = {
        "title": "共享单车倒伏",
        "address": "文昌路口",
        "found_at": "2026-11-01T09:00",
        "key": "k1",
        "self_note": "已扶正",
    }
    missing = client.post("/problems/new/", posted)
    assert missing.status_code == 400
    assert not Problem.objects.exists()
    for _again in range(2):
        answer = client.post("/problems/new/", {**posted, "photos": [photo()], "self_photos": [photo("b.jpg")]})
        assert answer.status_code == 302
    problem = Problem.objects.get()
    assert problem.state == State.REPORTED_BACK
    assert problem.events.count() == 2
    as_(client, cast.liaison)
    assert "self_note" not in client.get("/problems/new/").context["form"].fields


def test_detail_offers_it_to_the_finder(client: Client) -> None:
    cast = Cast()
    problem = make_problem(cast)
    as_(client, cast.inspector)
    offered = {act.action for act in client.get(url_of(problem)).context["acts"].every}
    assert offered == {Action.SELF_HANDLE}
