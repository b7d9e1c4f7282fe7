"""What becomes of problems, links, points, types and assignments when one unit goes into another."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import people, places, standards
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, url_of
from wenming.engines.loop.commands import Command
from wenming.engines.metrics.facts import CURRENT_US
from wenming.foundation.people import errors
from wenming.foundation.people import services as units
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit, UnitMerger
from wenming.foundation.places.models import Point, PointChange
from wenming.kernel.actors import SYSTEM
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.errors import NotYourProblem
from wenming.programmes.problems.models import Problem, ProblemFact, ProblemHelper, ReplyLink
from wenming.programmes.problems.services.machine import LOOP
from wenming.programmes.standards.models import ProblemType, Responsibility
from wenming.programmes.standards.services import Assignment, assign_responsibilities

pytestmark = pytest.mark.django_db


def absorb(unit: Unit, into: Unit) -> UnitMerger:
    return units.absorb_unit(unit, into=into, on=date(2024, 3, 1), note="", by=SYSTEM)


def street() -> Unit:
    return people.make_unit(kind=UnitKind.STREET, region_code=people.TOWN)


def sides(problem: Problem) -> tuple[int | None, int | None, int | None]:
    problem.refresh_from_db()
    return problem.lead_id, problem.territory_id, problem.department_id


def helpers(problem: Problem) -> set[int]:
    return set(ProblemHelper.objects.filter(problem=problem).values_list("unit_id", flat=True))


def test_open_problems_go_over_and_closed_ones_stay() -> None:
    cast, new = Cast(), street()
    old = cast.street
    filed, handling = make_problem(cast), bring_to(cast, make_problem(cast), Action.SIGN)
    closed = bring_to(cast, make_problem(cast), Action.CLOSE)
    merger = absorb(old, new)
    assert sides(filed) == (None, new.pk, cast.bureau.pk)
    assert sides(handling) == (new.pk, new.pk, cast.bureau.pk)
    assert sides(closed) == (old.pk, old.pk, cast.bureau.pk)
    assert handling.state == State.HANDLING
    assert (merger.counts["problems.lead"], merger.counts["problems.territory"]) == (1, 2)
    fact = ProblemFact.objects.get(problem_id=handling.pk, valid_to_us=CURRENT_US)
    assert (fact.lead_id, fact.territory_id) == (new.pk, new.pk)
    assert ProblemFact.objects.get(problem_id=closed.pk, valid_to_us=CURRENT_US).lead_id == old.pk
    told = handling.events.order_by("-seq").first()
    assert told is not None
    assert (told.action, told.evidence["lead"]) == (Action.HAND_OVER, new.pk)
    assert handling.events.get(action=Action.SIGN).unit_id == old.pk
    assert LOOP.verify([filed.pk, handling.pk, closed.pk]) == []


def test_the_people_of_the_new_unit_go_on_where_the_old_ones_stood() -> None:
    cast, new = Cast(), street()
    handling = bring_to(cast, make_problem(cast), Action.SIGN)
    absorb(cast.street, new)
    liaison = people.make_acting(Role.LIAISON, unit=new)
    done = services.perform_one(liaison, ask(handling, Action.ASK_HANDBACK, reason="不归我们管"))
    assert done.pending_request
    page = as_(Client(), cast.county).get(url_of(handling)).content.decode()
    assert "单位合并移交" in page
    assert new.name in page


def test_an_open_link_answers_for_the_new_unit() -> None:
    cast, new = Cast(), street()
    dispatched = bring_to(cast, make_problem(cast), Action.DISPATCH)
    link = ReplyLink.objects.get(problem=dispatched, revoked_at__isnull=True)
    merger = absorb(cast.street, new)
    assert merger.counts["problems.link"] == 1
    link.refresh_from_db()
    assert link.unit_id == new.pk
    assert Client().get(services.reply_url(link)).status_code == 200
    units.undo_merger(merger, by=SYSTEM)
    link.refresh_from_db()
    assert link.unit_id == cast.street.pk


def test_a_helper_that_comes_to_lead_helps_no_more_and_the_undoing_knows_it() -> None:
    cast, new = Cast(), street()
    problem = make_problem(cast)
    services.perform_one(cast.county, ask(problem, Action.DISPATCH, helper_ids=(new.pk,)))
    before = helpers(problem)
    assert before == {new.pk, cast.bureau.pk}
    merger = absorb(cast.street, new)
    assert (sides(problem)[0], helpers(problem)) == (new.pk, {cast.bureau.pk})
    units.undo_merger(merger, by=SYSTEM)
    assert (sides(problem)[0], helpers(problem)) == (cast.street.pk, before)
    assert LOOP.verify([problem.pk]) == []


def test_the_helper_goes_over_too() -> None:
    cast, new = Cast(), people.make_unit(kind=UnitKind.DEPARTMENT)
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    merger = absorb(cast.bureau, new)
    assert helpers(problem) == {new.pk}
    assert (merger.counts["problems.helper"], merger.counts["problems.department"]) == (1, 1)


def test_undo_is_refused_once_a_problem_has_moved_on() -> None:
    cast, new = Cast(), street()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    merger = absorb(cast.street, new)
    services.perform_one(cast.county, ask(problem, Action.REMIND, reason="请抓紧"))
    with pytest.raises(errors.MergerOvertaken):
        units.undo_merger(merger, by=SYSTEM)
    assert sides(problem)[0] == new.pk


def test_nobody_hands_over_without_a_merger() -> None:
    cast, new = Cast(), street()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    command = Command(item_id=problem.pk, action=Action.HAND_OVER, reason="试试", changes={"lead_id": new.pk})
    (refused,) = LOOP.apply([command], by=cast.office.actor)
    assert isinstance(refused.error, NotYourProblem)
    (asked,) = services.perform(cast.office, [ask(problem, Action.HAND_OVER, reason="试试")])
    assert isinstance(asked.error, NotYourProblem)


def test_points_and_assignments_and_types_go_over_and_come_back() -> None:
    old, new = (people.make_unit(kind=UnitKind.DEPARTMENT) for _ in range(2))
    kept, retired = (places.make_point(department_id=old.pk) for _ in range(2))
    Point.objects.filter(pk=retired.pk).update(is_active=False)
    kind = standards.make_catalogue().types.all()[0]
    ProblemType.objects.filter(pk=kind.pk).update(lead=old)
    criterion = standards.make_standard().criteria.get(code="01-01-01")
    assign_responsibilities([Assignment(criterion, kept, None, old)], reason="会议纪要", by=SYSTEM)
    merger = absorb(old, new)
    assert {code: merger.counts[code] for code in ("places.points_department", "standards.types")} == {
        "places.points_department": 1,
        "standards.types": 1,
    }
    assert _owners(kept, retired, kind) == (new.pk, old.pk, new.pk, new.pk)
    units.undo_merger(merger, by=SYSTEM)
    assert _owners(kept, retired, kind) == (old.pk, old.pk, old.pk, old.pk)
    assert PointChange.objects.filter(point=kept).count() == 3
    assert Responsibility.objects.filter(point=kept).count() == 3


def _owners(kept: Point, retired: Point, kind: ProblemType) -> tuple[int | None, ...]:
    for each in (kept, retired, kind):
        each.refresh_from_db()
    in_force = Responsibility.objects.get(point=kept, valid_until_at__isnull=True)
    return kept.department_id, retired.department_id, kind.lead_id, in_force.department_id


def test_undo_is_refused_once_a_point_was_changed() -> None:
    old, new = (people.make_unit(kind=UnitKind.DEPARTMENT) for _ in range(2))
    point = places.make_point(department_id=old.pk)
    merger = absorb(old, new)
    Point.objects.filter(pk=point.pk).update(version=99)
    with pytest.raises(errors.MergerOvertaken):
        units.undo_merger(merger, by=SYSTEM)


def test_absorb_unit_costs_the_same_for_many() -> None:
    def cost(number: int) -> tuple[int, int]:
        cast, new = Cast(), street()
        for _ in range(number):
            bring_to(cast, make_problem(cast), Action.DISPATCH)
            places.make_point(territory_id=cast.street.pk)
        with CaptureQueriesContext(connection) as there:
            merger = absorb(cast.street, new)
        with CaptureQueriesContext(connection) as back:
            units.undo_merger(merger, by=SYSTEM)
        return len(there), len(back)

    cost(1)
    assert cost(2) == cost(5)
