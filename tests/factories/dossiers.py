"""Dossiers and the people of the house around them, made by the real verbs."""

from datetime import date
from itertools import count
from typing import Any

from tests.factories import people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit
from wenming.programmes.dossiers import services
from wenming.programmes.dossiers.enums import Action
from wenming.programmes.dossiers.models import Dossier
from wenming.programmes.dossiers.services import Ask, DossierDraft

_numbers = count(1)


class House:
    """A section that answers for findings, the creation section that keeps the dossiers, and a leader."""

    def __init__(self) -> None:
        self.section: Unit = people.make_unit(kind=UnitKind.SECTION, region_code=people.CITY)
        self.creation: Unit = people.make_unit(kind=UnitKind.SECTION, region_code=people.CITY)
        self.author: Acting = people.make_acting(Role.AUTHOR, unit=self.section)
        self.keeper: Acting = people.make_acting(Role.OFFICE, unit=self.creation)
        self.leader: Acting = people.make_acting(Role.LEADER)


def draft(house: House, **more: Any) -> DossierDraft:
    return DossierDraft(
        **{
            "issue": f"会议记录不全 {next(_numbers)}",
            "source": "市委巡察反馈意见",
            "owner": house.section,
            "found_on": date(2024, 3, 5),
            "due_on": date(2024, 9, 30),
            **more,
        }
    )


def make_dossier(house: House, **more: Any) -> Dossier:
    return services.open_dossiers(house.keeper, [draft(house, **more)])[0]


def ask(dossier: Dossier, action: Action, **more: Any) -> Ask:
    return Ask(dossier=dossier.public_id, action=action, **more)


def submit(house: House, dossier: Dossier) -> Dossier:
    services.perform_one(house.author, ask(dossier, Action.PLAN, text="补齐记录，专人保管。"))
    return services.perform_one(house.author, ask(dossier, Action.SUBMIT, text="已补齐。"))


def sign(dossier: Dossier, *signers: Acting) -> Dossier:
    for signer in signers:
        dossier = services.perform_one(signer, ask(dossier, Action.SIGN))
    return dossier
