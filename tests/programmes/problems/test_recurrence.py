"""The same fault at the same point soon after it was rectified: a new case, linked and counted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import places, standards
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, url_of
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.places.models import Point
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, services
from wenming.programmes.problems.enums import Action, Channel
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import ProblemDraft
from wenming.programmes.standards.models import ProblemType

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def at_point() -> Any:
    places.make_city()
    with clock.set_to(NOW):
        yield {"point": places.make_point(), "type": standards.make_catalogue().types.order_by("pk")[0]}


def _closed(cast: Cast, at: dict[str, Any], *, days_ago: int) -> Problem:
    with clock.set_to(NOW - timedelta(days=days_ago)):
        return bring_to(cast, make_problem(cast, **at), Action.CLOSE)


@pytest.mark.parametrize(("days_ago", "is_linked"), [(1, True), (29, True), (31, False)])
def test_file_links_what_came_back_within_the_window(at_point: dict[str, Any], days_ago: int, is_linked: bool) -> None:
    cast = Cast()
    old = _closed(cast, at_point, days_ago=days_ago)
    new = make_problem(cast, **at_point)
    assert new.recurs_id == (old.pk if is_linked else None)
    rate = metrics.evaluate("problems.recurrence_rate", period=Period.parse("2026"))
    assert (rate.numerator, rate.denominator) == (int(is_linked), 2)


def test_file_takes_the_window_of_the_installation(at_point: dict[str, Any], settings: Any) -> None:
    settings.RECURRENCE_DAYS = 60
    cast = Cast()
    old = _closed(cast, at_point, days_ago=50)
    assert make_problem(cast, **at_point).recurs_id == old.pk


def test_file_links_the_latest_of_several(at_point: dict[str, Any]) -> None:
    cast = Cast()
    _closed(cast, at_point, days_ago=20)
    latest = _closed(cast, at_point, days_ago=5)
    assert make_problem(cast, **at_point).recurs_id == latest.pk


def test_file_does_not_link_what_was_never_rectified_or_is_elsewhere(at_point: dict[str, Any]) -> None:
    cast = Cast()
    make_problem(cast, **at_point)
    explained = make_problem(cast, **at_point)
    services.perform_one(cast.county, ask(explained, Action.CLOSE_UNFIXED, reason="不属实"))
    assert make_problem(cast, **at_point).recurs_id is None
    _closed(cast, at_point, days_ago=2)
    assert make_problem(cast, **{**at_point, "point": places.make_point()}).recurs_id is None
    assert make_problem(cast, **{**at_point, "type": None}).recurs_id is None


def test_unlink_needs_a_reason_and_keeps_the_link_in_the_history(at_point: dict[str, Any]) -> None:
    cast = Cast()
    old = _closed(cast, at_point, days_ago=2)
    new = make_problem(cast, **at_point)
    done = services.perform_one(cast.county, ask(new, Action.UNLINK, reason="另一只桶"))
    assert done.recurs_id is None
    event = done.events.get(action="unlink")
    assert (event.reason, event.evidence) == ("另一只桶", {"recurs": old.pk})
    assert metrics.evaluate("problems.recurrence_rate", period=Period.parse("2026")).numerator == 0
    with pytest.raises(errors.NoRecurrence):
        services.perform_one(cast.county, ask(new, Action.UNLINK, reason="另一只桶"))


def test_detail_shows_the_link_on_both(at_point: dict[str, Any], client: Client) -> None:
    cast = Cast()
    old = _closed(cast, at_point, days_ago=2)
    new = make_problem(cast, **at_point)
    as_(client, cast.county)
    assert url_of(old) in client.get(url_of(new)).content.decode()
    assert "后来反弹" in client.get(url_of(old)).content.decode()
    assert Action.UNLINK in {act.action for act in client.get(url_of(new)).context["acts"].every}
    assert Action.UNLINK not in {act.action for act in client.get(url_of(old)).context["acts"].every}


def _draft(point: Point, kind: ProblemType) -> ProblemDraft:
    return ProblemDraft(title="又满了", channel=Channel.INSPECTOR, found_at=NOW, address="路口", point=point, type=kind)


def test_file_many_asks_as_much_as_for_few(at_point: dict[str, Any]) -> None:
    cast = Cast()
    _closed(cast, at_point, days_ago=2)
    counts = []
    for count in (1, 6):
        drafts = [_draft(at_point["point"], at_point["type"])] * count
        with CaptureQueriesContext(connection) as asked:
            filed = services.file_problems(drafts, by=cast.inspector.actor)
        assert all(problem.recurs_id for problem in filed)
        counts.append(len(asked))
    assert counts[0] == counts[1]
