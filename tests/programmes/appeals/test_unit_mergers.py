"""What becomes of appeals when the unit that handles them goes into another."""

from datetime import date

import pytest

from tests.factories import people
from tests.factories.appeals import Cast, ask, bring_to, make_appeal
from wenming.engines.loop.commands import Command
from wenming.engines.loop.errors import SameHands
from wenming.engines.metrics.facts import CURRENT_US
from wenming.foundation.people import services as units
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.errors import MergerOvertaken
from wenming.foundation.people.models import Unit, UnitMerger
from wenming.kernel.actors import SYSTEM
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action, SaidBy
from wenming.programmes.appeals.errors import NotYourAppeal
from wenming.programmes.appeals.models import Appeal, AppealFact
from wenming.programmes.appeals.services.machine import LOOP

pytestmark = pytest.mark.django_db


def absorb(unit: Unit, into: Unit) -> UnitMerger:
    return units.absorb_unit(unit, into=into, on=date(2024, 3, 1), note="", by=SYSTEM)


def test_what_a_unit_has_goes_over_and_what_it_solved_stays() -> None:
    cast = Cast()
    new = people.make_unit(kind=UnitKind.STREET, region_code=people.TOWN)
    answered, solved = (bring_to(cast, make_appeal(cast), last) for last in (Action.ANSWER, Action.SAY_SOLVED))
    theirs = services.perform_one(cast.county, ask(make_appeal(cast), Action.ASSIGN, unit=cast.bureau))
    merger = absorb(cast.street, new)
    for appeal, unit in ((answered, new), (solved, cast.street), (theirs, cast.bureau)):
        appeal.refresh_from_db()
        assert appeal.lead_id == unit.pk
    assert merger.counts["appeals.lead"] == 1
    assert AppealFact.objects.get(appeal_id=answered.pk, valid_to_us=CURRENT_US).lead_id == new.pk
    assert LOOP.verify() == []
    # Nobody of the new unit says that it is solved either.
    colleague = people.make_acting(Role.LIAISON, unit=new)
    with pytest.raises(SameHands):
        services.perform_one(colleague, ask(answered, Action.SAY_SOLVED, said_by=SaidBy.SECOND))


def test_merger_of_departments_moves_what_their_people_see() -> None:
    cast = Cast()
    new = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    appeal = services.perform_one(cast.county, ask(make_appeal(cast), Action.ASSIGN, unit=cast.bureau))
    merger = absorb(cast.bureau, new)
    appeal.refresh_from_db()
    assert (appeal.lead_id, appeal.department_id) == (new.pk, new.pk)
    units.undo_merger(merger, by=SYSTEM)
    appeal.refresh_from_db()
    assert (appeal.lead_id, appeal.department_id) == (cast.bureau.pk, cast.bureau.pk)


def test_merger_is_not_undone_once_an_appeal_was_changed() -> None:
    cast = Cast()
    new = people.make_unit(kind=UnitKind.STREET, region_code=people.TOWN)
    appeal = bring_to(cast, make_appeal(cast), Action.ASSIGN)
    merger = absorb(cast.street, new)
    liaison = people.make_acting(Role.LIAISON, unit=new)
    services.perform_one(liaison, ask(appeal, Action.SIGN))
    with pytest.raises(MergerOvertaken):
        units.undo_merger(merger, by=SYSTEM)


def test_nobody_else_hands_an_appeal_over() -> None:
    cast = Cast()
    appeal: Appeal = bring_to(cast, make_appeal(cast), Action.ASSIGN)
    command = Command(item_id=appeal.pk, action=Action.HAND_OVER.value, reason="x", evidence={"lead": 1})
    assert isinstance(LOOP.apply([command], by=cast.county.actor)[0].error, NotYourAppeal)
