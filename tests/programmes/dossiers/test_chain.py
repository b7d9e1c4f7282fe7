"""Signing step by step, each by another person, and what it takes to cancel a number."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories import people
from tests.factories.dossiers import House, ask, draft, make_dossier, sign, submit
from wenming.engines.loop.errors import EvidenceMissing, NotPossibleNow, ReasonMissing
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.people.enums import Role
from wenming.foundation.people.selectors import user_by_pk
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.kernel.periods import Period
from wenming.programmes.dossiers import services
from wenming.programmes.dossiers.chain import BROUGHT, ChainStep
from wenming.programmes.dossiers.enums import Action, State
from wenming.programmes.dossiers.errors import (
    ChainComplete,
    ChainOpen,
    ChainUnusable,
    DossierNotFound,
    DueBeforeFound,
    FoundInFuture,
    NotYourDossier,
    NotYourTurn,
    SignedAlready,
    TextMissing,
)
from wenming.programmes.dossiers.metrics import rows_for
from wenming.programmes.dossiers.models import Dossier, Signature
from wenming.programmes.dossiers.services.machine import LOOP

pytestmark = pytest.mark.django_db

TWO_OF_THE_OFFICE = (ChainStep("初核", Role.OFFICE), ChainStep("复核", Role.OFFICE), ChainStep("签批", Role.LEADER))


def test_cancel_when_all_have_signed_and_not_before() -> None:
    house = House()
    dossier = submit(house, make_dossier(house))
    for signer, left in ((house.keeper, 2), (house.leader, 1)):
        with pytest.raises(ChainOpen) as caught:
            services.perform_one(house.keeper, ask(dossier, Action.CANCEL))
        assert caught.value.params["left"] == left
        dossier = sign(dossier, signer)
    with pytest.raises(ChainComplete):
        services.perform_one(people.make_acting(Role.LEADER), ask(dossier, Action.SIGN))
    done = services.perform_one(house.keeper, ask(dossier, Action.CANCEL))
    assert (done.state, done.cancelled_at is not None) == (State.CANCELLED, True)
    assert LOOP.verify() == []


def test_sign_out_of_turn_is_refused() -> None:
    house = House()
    dossier = submit(house, make_dossier(house))
    with pytest.raises(NotYourTurn) as caught:
        sign(dossier, house.leader)
    assert caught.value.params["step"] == BROUGHT[0].name
    with pytest.raises(NotYourTurn):
        sign(dossier, house.author)


def test_each_step_is_signed_by_another_person_and_none_by_the_submitter() -> None:
    house = House()
    services.set_chain(TWO_OF_THE_OFFICE, note="办公会", expected=0, by=house.keeper.actor)
    dossier = sign(submit(house, make_dossier(house)), house.keeper)
    with pytest.raises(SignedAlready):
        sign(dossier, house.keeper)
    own = submit_by(house, house.keeper)
    with pytest.raises(SignedAlready):
        sign(own, house.keeper)
    # Nor under another post that he holds.
    other = people.make_acting(Role.OFFICE, user=user_by_pk(house.keeper.user_id))
    with pytest.raises(SignedAlready):
        sign(dossier, other)
    colleague = people.make_acting(Role.OFFICE)
    assert sign(dossier, colleague).signed_count == 2


def submit_by(house: House, acting: Any) -> Dossier:
    return submit_as(make_dossier(house, owner=house.creation), acting)


def submit_as(dossier: Dossier, acting: Any) -> Dossier:
    services.perform_one(acting, ask(dossier, Action.PLAN, text="措施"))
    return services.perform_one(acting, ask(dossier, Action.SUBMIT, text="结果"))


def test_database_refuses_a_second_signature_and_a_cancelling_without_them() -> None:
    house = House()
    dossier = sign(submit(house, make_dossier(house)), house.keeper)
    kept = Signature.objects.get(dossier=dossier)
    values = {
        "dossier": dossier,
        "round": 1,
        "step": 2,
        "signer": kept.signer,
        "submitted_by": kept.submitted_by,
        "signed_at": clock.now(),
    }
    for wrong in ({}, {"signer": kept.submitted_by}, {"step": 1, "signer": "user:0"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.create(**{**values, **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(state=State.CANCELLED, cancelled_at=clock.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=kept.pk).update(signer="user:0")


def test_return_begins_the_chain_anew_and_keeps_what_was_signed() -> None:
    house = House()
    dossier = sign(submit(house, make_dossier(house)), house.keeper)
    with pytest.raises(ReasonMissing):
        services.perform_one(house.leader, ask(dossier, Action.RETURN))
    dossier = services.perform_one(house.leader, ask(dossier, Action.RETURN, reason="佐证不够"))
    assert (dossier.state, dossier.signed_count, dossier.round, dossier.return_count) == (State.RECTIFYING, 0, 2, 1)
    dossier = services.perform_one(house.author, ask(dossier, Action.SUBMIT, text="已补佐证。"))
    dossier = sign(dossier, house.keeper, house.leader)
    assert list(dossier.signatures.order_by("round", "step").values_list("round", "step")) == [(1, 1), (2, 1), (2, 2)]


def test_chain_is_kept_with_the_dossier() -> None:
    house = House()
    before = make_dossier(house)
    services.set_chain(TWO_OF_THE_OFFICE, note="办公会", expected=0, by=house.keeper.actor)
    after = make_dossier(house)
    assert (before.step_count, after.step_count) == (2, 3)
    assert services.house_chain() == TWO_OF_THE_OFFICE
    services.restore_chain(1, expected=2, by=house.keeper.actor)
    assert services.house_chain() == BROUGHT


def test_set_chain_refuses_what_is_none_and_what_is_stale() -> None:
    house = House()
    for wrong in ((), (ChainStep("", Role.OFFICE),), (ChainStep("县里", Role.COUNTY),), TWO_OF_THE_OFFICE * 3):
        with pytest.raises(ChainUnusable):
            services.set_chain(wrong, note="x", expected=0, by=house.keeper.actor)
    with pytest.raises(RevisionStale):
        services.set_chain(TWO_OF_THE_OFFICE, note="x", expected=7, by=house.keeper.actor)


def test_step_of_a_unit_is_signed_in_that_unit_alone() -> None:
    house = House()
    chain = (ChainStep("创建科复核", Role.OFFICE, house.creation.pk), ChainStep("签批", Role.LEADER))
    services.set_chain(chain, note="办公会", expected=0, by=house.keeper.actor)
    dossier = submit(house, make_dossier(house))
    with pytest.raises(NotYourTurn):
        sign(dossier, people.make_acting(Role.OFFICE))
    assert sign(dossier, house.keeper).signed_count == 1


def test_measures_and_result_are_the_owners_and_are_written() -> None:
    house = House()
    dossier = make_dossier(house)
    with pytest.raises(NotYourDossier):
        services.perform_one(house.keeper, ask(dossier, Action.PLAN, text="x"))
    with pytest.raises(EvidenceMissing):
        services.perform_one(house.author, ask(dossier, Action.PLAN, text=" "))
    with pytest.raises(NotPossibleNow):
        services.perform_one(house.author, ask(dossier, Action.SUBMIT, text="结果"))


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.ADMINISTRATOR, Role.AUDITOR])
def test_dossier_is_not_for_anybody_outside_the_house(role: Role) -> None:
    house = House()
    dossier = make_dossier(house)
    acting = people.make_acting(role)
    with pytest.raises(DossierNotFound):
        services.perform_one(acting, ask(dossier, Action.VOID, reason="x"))
    assert rows_for(acting, [dossier.pk]) == []
    with pytest.raises(Refused):
        services.open_dossiers(acting, [draft(house)])


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"issue": " "}, TextMissing),
        ({"found_on": date(2099, 1, 1), "due_on": date(2099, 2, 1)}, FoundInFuture),
        ({"due_on": date(2024, 3, 4)}, DueBeforeFound),
    ],
)
def test_open_refuses_what_lacks_something(wrong: dict[str, Any], error: type[Exception]) -> None:
    house = House()
    with pytest.raises(error):
        services.open_dossiers(house.keeper, [draft(house), draft(house, **wrong)])
    assert Dossier.objects.count() == 0


def test_open_twice_by_one_form_is_one_dossier() -> None:
    house = House()
    assert make_dossier(house, origin_key="1:a") == make_dossier(house, origin_key="1:a")


def test_open_costs_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    house = House()
    make_dossier(house)
    for number in (1, 20):
        with django_assert_num_queries(8):
            services.open_dossiers(house.keeper, [draft(house) for _each in range(number)])


def test_deadline_is_the_one_that_was_named() -> None:
    dossier = make_dossier(House())
    assert dossier.due_at is not None
    assert clock.local(dossier.due_at).date() == date(2024, 9, 30)


def test_figures_count_what_was_signed_off_and_say_all_only_when_it_is() -> None:
    house = House()
    period = Period.parse("2024")

    def of(key: str) -> tuple[int | None, int | None]:
        found = metrics.evaluate(f"dossiers.{key}", period=period)
        return found.numerator, found.denominator

    with clock.set_to(datetime(2024, 6, 3, 1, tzinfo=UTC)):
        first, second, third = (make_dossier(house) for _each in range(3))
        services.perform_one(house.keeper, ask(third, Action.VOID, reason="重复"))
        cancel(house, first)
    with clock.set_to(datetime(2024, 6, 4, 1, tzinfo=UTC)):
        assert [of("total"), of("cancelled"), of("cancelled_rate")] == [(2, None), (1, None), (1, 2)]
        assert metrics.evaluate("dossiers.all_rectified", period=period).exact != 1
        cancel(house, second)
    with clock.set_to(datetime(2024, 6, 5, 1, tzinfo=UTC)):
        assert metrics.evaluate("dossiers.all_rectified", period=period).exact == 1
        assert [row["code"] for row in rows_for(house.leader, [second.pk])] == [second.code]


def cancel(house: House, dossier: Dossier) -> None:
    services.perform_one(house.keeper, ask(sign(submit(house, dossier), house.keeper, house.leader), Action.CANCEL))
