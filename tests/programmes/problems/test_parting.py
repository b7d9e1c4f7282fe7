"""A source takes back a case into which others were merged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.problems import Cast, ask, make_problem
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.notices.models import Notice
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.periods import Period
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.filing import Step
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db
SOURCE = Actor.importer("hotline")


def void(*problems: Problem) -> None:
    at = clock.now()
    step = Step(action=Action.VOID, happened_at=at, changes={"voided_at": at}, reason="误报", by=SOURCE)
    services.advance_problems([(problem, [step]) for problem in problems], by=SOURCE)


def merged_into(cast: Cast, taker: Problem, count: int = 1) -> list[Problem]:
    asks = [ask(make_problem(cast), Action.MERGE, into_id=taker.pk) for _ in range(count)]
    return [outcome.item for outcome in services.perform(cast.county, asks) if outcome.item is not None]


def found() -> int:
    return metrics.evaluate("problems.found", period=Period.parse("2020..2030")).numerator


def test_what_was_merged_into_a_void_one_stands_by_itself() -> None:
    cast = Cast()
    taker = make_problem(cast)
    (copy,) = merged_into(cast, taker)
    taker.refresh_from_db()
    assert found() == 1
    void(taker)
    copy.refresh_from_db()
    assert (copy.state, copy.duplicate_of_id, copy.voided_at, found()) == (State.FILED, None, None, 1)
    last = copy.events.get(seq=copy.seq)
    assert (last.action, last.actor_kind, taker.code in last.reason) == (Action.UNMERGE, SOURCE.kind, True)
    told = Notice.objects.get(kind="problems.parted")
    assert (told.unit_id, told.subject_key) == (cast.county_office.pk, str(copy.public_id))
    assert LOOP.verify([copy.pk, taker.pk]) == []
    assert services.perform_one(cast.county, ask(copy, Action.DISPATCH)).state == State.DISPATCHED


def test_what_was_parted_before_is_left_alone() -> None:
    cast = Cast()
    taker = make_problem(cast)
    (copy,) = merged_into(cast, taker)
    copy = services.perform_one(cast.county, ask(copy, Action.UNMERGE, reason="不是同一处"))
    taker.refresh_from_db()
    void(taker)
    before = copy.version
    copy.refresh_from_db()
    assert (copy.version, Notice.objects.filter(kind="problems.parted").count()) == (before, 0)


def test_void_by_a_source_costs_the_same_for_many_merged() -> None:
    def cost(count: int) -> int:
        cast = Cast()
        taker = make_problem(cast)
        merged_into(cast, taker, count)
        taker.refresh_from_db()
        with CaptureQueriesContext(connection) as seen:
            void(taker)
        return len(seen)

    cost(1)
    assert cost(2) == cost(5)
