"""Units under all their names, and who may hold which role in them."""

from datetime import date
from typing import Any

import pytest

from tests.factories.people import CITY, COUNTY, TOWN, make_unit, make_user
from wenming.foundation.people import selectors, services
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.errors import AmbiguousUnit, GrantOutOfPlace, UnitCodeTaken, UnknownUnit
from wenming.foundation.people.models import Grant, Unit
from wenming.foundation.people.selectors import UnitBook
from wenming.foundation.people.services import UnitDraft
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


def draft(code: str, name: str = "", parent: str = "") -> UnitDraft:
    return UnitDraft(code=code, name=name or code, kind=UnitKind.STREET, parent_code=parent, region_code=TOWN)


def test_create_units_takes_parents_in_any_order() -> None:
    services.create_unit(draft("root"), by=SYSTEM)
    made = services.create_units([draft("child", parent="mother"), draft("mother", parent="root")], by=SYSTEM)
    assert {unit.code: unit.parent.code for unit in made if unit.parent} == {"child": "mother", "mother": "root"}


def test_create_units_makes_all_or_none() -> None:
    with pytest.raises(Invalid):
        services.create_units([draft("a"), draft("b", parent="nowhere")], by=SYSTEM)
    assert not Unit.objects.exists()


def test_create_units_refuses_a_taken_code() -> None:
    services.create_unit(draft("a"), by=SYSTEM)
    with pytest.raises(UnitCodeTaken):
        services.create_units([draft("b"), draft("a")], by=SYSTEM)


def test_create_units_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        services.create_units([draft(f"u{n}", parent="u0" if n else "") for n in range(200)], by=SYSTEM)


def test_rename_unit_is_found_by_both_names() -> None:
    unit = make_unit(name="城管局")
    services.rename_unit(unit, name="综合执法局", on=date(2024, 5, 1), by=SYSTEM)
    for text in ("城管局", "综合执法局", unit.code, " 综合执法 局 "):
        assert selectors.unit_by_any_name(text).pk == unit.pk
        assert UnitBook().find(text).pk == unit.pk


def test_rename_unit_back_to_an_earlier_name() -> None:
    unit = make_unit(name="甲")
    services.rename_unit(unit, name="乙", on=date(2024, 1, 1), by=SYSTEM)
    services.rename_unit(unit, name="甲", on=date(2025, 1, 1), by=SYSTEM)
    assert selectors.unit_by_any_name("甲").name == "甲"
    assert list(unit.names.filter(valid_until_on=None).values_list("name", flat=True)) == ["甲"]


def test_unit_by_any_name_when_unknown_or_ambiguous() -> None:
    make_unit(name="新城社区")
    make_unit(name="新城社区")
    with pytest.raises(AmbiguousUnit):
        selectors.unit_by_any_name("新城社区")
    with pytest.raises(UnknownUnit):
        selectors.unit_by_any_name("旧城社区")


def test_add_unit_name_is_repeatable() -> None:
    unit = make_unit(name="住房和城乡建设局")
    for _ in range(2):
        services.add_unit_name(unit, name="住建局", until=None, by=SYSTEM)
    assert selectors.unit_by_any_name("住建局").pk == unit.pk


def test_grant_role_repeated_changes_nothing() -> None:
    user, unit = make_user(), make_unit()
    first = services.grant_role(user, role=Role.LIAISON, unit=unit, by=SYSTEM)
    assert services.grant_role(user, role=Role.LIAISON, unit=unit, by=SYSTEM).pk == first.pk
    services.revoke_grant(first, by=SYSTEM)
    assert services.grant_role(user, role=Role.LIAISON, unit=unit, by=SYSTEM).pk != first.pk
    assert Grant.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "kind", "region"),
    [(Role.OFFICE, UnitKind.STREET, TOWN), (Role.COUNTY, UnitKind.STREET, TOWN), (Role.AUTHOR, UnitKind.COUNTY_OFFICE, COUNTY),
     (Role.COUNTY, UnitKind.OFFICE, CITY)],
)  # fmt: skip
def test_grant_role_out_of_place_is_refused(role: Role, kind: UnitKind, region: int) -> None:
    with pytest.raises(GrantOutOfPlace):
        services.grant_role(make_user(), role=role, unit=make_unit(kind=kind, region_code=region), by=SYSTEM)
