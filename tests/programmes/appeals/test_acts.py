"""The way of an appeal, and who may say that it is solved."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import people
from tests.factories.appeals import Cast, ask, bring_to, draft, make_appeal
from wenming.engines.loop.errors import ReasonMissing, SameHands
from wenming.foundation.people.enums import Role, UnitKind
from wenming.kernel import clock
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action, ClosedAs, SaidBy, State
from wenming.programmes.appeals.errors import (
    AlreadyPublished,
    AppealNotFound,
    ContactWritten,
    NobodySaid,
    NobodyToAssignTo,
    NoConsent,
    NotYourAppeal,
    WrongUnit,
)
from wenming.programmes.appeals.models import Appeal, AppealFact
from wenming.programmes.appeals.selectors import visible_to
from wenming.programmes.appeals.services.machine import LOOP

pytestmark = pytest.mark.django_db


def test_close_after_the_resident_said_solved() -> None:
    cast = Cast()
    done = bring_to(cast, make_appeal(cast), Action.CLOSE)
    assert (done.state, done.closed_as, done.said_by) == (State.CLOSED, ClosedAs.SOLVED, SaidBy.RESIDENT)
    assert LOOP.verify() == []
    assert [clock.stopped_at is not None for clock in done.clocks.order_by("pk")] == [True, True, True]


@pytest.mark.parametrize("said", SaidBy)
def test_say_solved_is_refused_to_the_handler_and_to_his_unit(said: SaidBy) -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.ANSWER)
    colleague = people.make_acting(Role.LIAISON, unit=cast.street)
    for acting in (cast.liaison, colleague):
        with pytest.raises(SameHands):
            services.perform_one(acting, ask(appeal, Action.SAY_SOLVED, said_by=said))
    # The same man under another post of another unit is still the same man.
    moved = people.make_acting(
        Role.LIAISON, unit=cast.community, user=people.selectors.user_by_pk(cast.liaison.user_id)
    )
    with pytest.raises(SameHands):
        services.perform_one(moved, ask(appeal, Action.SAY_SOLVED, said_by=said))
    assert services.perform_one(cast.neighbour, ask(appeal, Action.SAY_SOLVED, said_by=said)).state == State.SOLVED


def test_say_solved_needs_somebody_who_said_it() -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.ANSWER)
    with pytest.raises(NobodySaid):
        services.perform_one(cast.county, ask(appeal, Action.SAY_SOLVED))


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmed_by": "answered_by"},
        {"confirmed_unit_id": "answered_unit_id"},
        {"confirmed_unit_id": None},
        {"confirmed_by": ""},
        {"said_by": ""},
        {"solved_at": None},
    ],
)
def test_database_refuses_what_the_handler_says_of_himself(wrong: dict[str, Any]) -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.SAY_SOLVED)
    values = {name: getattr(appeal, value) if value else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**values)


def test_database_refuses_a_solution_that_the_handling_unit_confirms_after_a_new_assignment() -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.SAY_SOLVED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(lead_id=appeal.confirmed_unit_id)


def test_say_unsolved_takes_the_solution_back_and_the_unit_goes_on() -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.SAY_SOLVED)
    with pytest.raises(ReasonMissing):
        services.perform_one(cast.neighbour, ask(appeal, Action.SAY_UNSOLVED))
    appeal = services.perform_one(cast.neighbour, ask(appeal, Action.SAY_UNSOLVED, reason="又坏了"))
    assert (appeal.state, appeal.solved_at, appeal.said_by) == (State.UNSOLVED, None, "")
    appeal = services.perform_one(cast.county, ask(appeal, Action.REOPEN, reason="请再去修"))
    assert (appeal.state, appeal.reopen_count, appeal.due_at is not None) == (State.HANDLING, 1, True)
    answered = services.perform_one(cast.liaison, ask(appeal, Action.ANSWER, answer="已换线路。"))
    assert (answered.answer, answered.state) == ("已换线路。", State.ANSWERED)


def test_close_unsolved_does_not_claim_that_it_was_solved() -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.ANSWER)
    appeal = services.perform_one(cast.county, ask(appeal, Action.SAY_UNSOLVED, reason="要等改造"))
    appeal = services.perform_one(cast.county, ask(appeal, Action.CLOSE_UNSOLVED, reason="列入明年改造"))
    assert (appeal.closed_as, appeal.solved_at) == (ClosedAs.EXPLAINED, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(closed_as=ClosedAs.SOLVED)


def test_hand_back_leaves_no_unit_and_is_counted() -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.SIGN)
    appeal = services.perform_one(cast.liaison, ask(appeal, Action.HAND_BACK, reason="属供电"))
    assert (appeal.state, appeal.lead_id, appeal.handback_count) == (State.RAISED, None, 1)
    again = services.perform_one(cast.county, ask(appeal, Action.ASSIGN, unit=cast.bureau))
    assert (again.lead_id, again.department_id) == (cast.bureau.pk, cast.bureau.pk)
    assert list(visible_to(cast.official)) == [again]


def test_assign_is_refused_for_a_unit_that_does_not_answer_there() -> None:
    cast = Cast()
    appeal = make_appeal(cast)
    elsewhere = people.make_unit(kind=UnitKind.STREET, region_code=people.OTHER_TOWN)
    for unit, error in ((elsewhere, WrongUnit), (None, NobodyToAssignTo)):
        with pytest.raises(error):
            services.perform_one(cast.county, ask(appeal, Action.ASSIGN, unit=unit))
    for unit in (cast.community, cast.street, cast.bureau):
        appeal = services.perform_one(cast.county, ask(appeal, Action.ASSIGN, unit=unit))
        assert appeal.lead_id == unit.pk


def test_act_is_refused_to_another_county_and_to_another_unit() -> None:
    cast, other = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    appeal = bring_to(cast, make_appeal(cast), Action.ASSIGN)
    with pytest.raises(AppealNotFound):
        services.perform_one(other.county, ask(appeal, Action.VOID, reason="x"))
    with pytest.raises(NotYourAppeal):
        services.perform_one(cast.neighbour, ask(appeal, Action.SIGN))


def test_publish_only_with_consent_and_once() -> None:
    cast = Cast()
    silent = bring_to(cast, make_appeal(cast), Action.ANSWER)
    words = {"public_text": "楼道灯不亮", "public_answer": "已换灯。"}
    with pytest.raises(NoConsent):
        services.perform_one(cast.county, ask(silent, Action.PUBLISH, **words))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=silent.pk).update(published_at=clock.now(), **words)
    open_one = bring_to(cast, make_appeal(cast, consents_public=True), Action.ANSWER)
    public = services.perform_one(cast.county, ask(open_one, Action.PUBLISH, **words))
    assert (public.state, public.public_answer) == (State.ANSWERED, "已换灯。")
    with pytest.raises(AlreadyPublished):
        services.perform_one(cast.county, ask(open_one, Action.PUBLISH, **words))
    hidden = services.perform_one(cast.county, ask(open_one, Action.UNPUBLISH, reason="措辞要改"))
    assert (hidden.published_at, hidden.public_text) == (None, "")


@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000", "0563-1234567", "１３８００１３８０００"])
def test_no_number_of_a_person_is_written(number: str) -> None:
    cast = Cast()
    for field in ("text", "how_to_reach", "place"):
        with pytest.raises(ContactWritten):
            services.raise_appeal(cast.county, draft(cast, **{field: f"找老王 {number}"}))
    appeal = bring_to(cast, make_appeal(cast, text="2024 年 3 月 12 日起 3 号楼停水"), Action.SIGN)
    with pytest.raises(ContactWritten):
        services.perform_one(cast.liaison, ask(appeal, Action.ANSWER, answer=f"已回电 {number}"))


def test_perform_costs_the_same_for_one_and_for_three(django_assert_num_queries: Any) -> None:
    cast = Cast()
    appeals = [make_appeal(cast) for _each in range(4)]
    asks = [ask(appeal, Action.ASSIGN, unit=cast.street) for appeal in appeals]
    with django_assert_num_queries(14):
        services.perform(cast.county, asks[:1])
    with django_assert_num_queries(14):
        services.perform(cast.county, asks[1:])


def test_perform_tells_each_refusal_and_carries_out_the_rest() -> None:
    cast = Cast()
    first, second = make_appeal(cast), bring_to(cast, make_appeal(cast), Action.CLOSE)
    outcomes = services.perform(cast.county, [ask(each, Action.VOID, reason="重复") for each in (first, second)])
    assert [outcome.is_done for outcome in outcomes] == [True, False]


def test_fact_follows_each_step_and_keeps_what_was_known() -> None:
    cast = Cast()
    with clock.set_to(datetime(2024, 5, 6, 1, tzinfo=UTC)):
        appeal = make_appeal(cast)
    with clock.set_to(datetime(2024, 5, 7, 1, tzinfo=UTC)):
        bring_to(cast, appeal, Action.SAY_SOLVED)
    rows = AppealFact.objects.filter(appeal_id=appeal.pk).order_by("valid_from_us")
    assert [(row.state, row.solved_us is not None) for row in rows] == [("raised", False), ("solved", True)]
