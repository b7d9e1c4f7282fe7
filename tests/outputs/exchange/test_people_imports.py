"""One list of people, taken in by two administrators: the one makes accounts, the other says what each may do."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import people
from tests.outputs.exchange.test_imports import enter, sheet, taken, tried, uploaded
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Grant, Unit, User

pytestmark = pytest.mark.django_db

HEADINGS = ["用户名", "姓名", "所在单位", "岗位", "数据范围"]


@pytest.fixture
def street() -> Unit:
    return people.make_unit(kind=UnitKind.STREET, region_code=people.TOWN)


@pytest.fixture
def rows(street: Unit) -> list[list[Any]]:
    return [
        HEADINGS,
        ["zhang01", "张一", street.name, "联络员", str(people.TOWN)],
        ["zhang01", "张一", street.name, "督查员", ""],
        ["li02", "李二", street.name, "联络员", ""],
        ["", "没有用户名", street.name, "联络员", ""],
        ["wang03", "", street.name, "联络员", ""],
    ]


def take(client: Client, kind: str, rows: list[list[Any]]) -> dict[str, Any]:
    result: dict[str, Any] = taken(client, tried(client, uploaded(client, kind, sheet(rows)))).context["result"]
    return result


def counted(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["created"], result["unchanged"], result["rejected"]


def test_take_accounts_that_nobody_can_enter_yet(client: Client, rows: list[list[Any]]) -> None:
    enter(client, people.make_acting(Role.ADMINISTRATOR))
    trial = tried(client, uploaded(client, "accounts", sheet(rows)))
    assert not User.objects.filter(username="zhang01").exists()
    assert counted(taken(client, trial).context["result"]) == (2, 1, 2)
    made = User.objects.get(username="zhang01")
    assert (made.name, made.must_change_password, made.grants.count()) == ("张一", True, 0)
    assert not Client().login(username="zhang01", password="zhang01")


def test_take_accounts_again_leaves_them_as_they_are(client: Client, rows: list[list[Any]]) -> None:
    enter(client, people.make_acting(Role.ADMINISTRATOR))
    take(client, "accounts", rows)
    before = User.objects.get(username="li02").password
    assert counted(take(client, "accounts", rows)) == (0, 3, 2)
    assert User.objects.get(username="li02").password == before


def test_take_roles_of_accounts_that_are_there(client: Client, rows: list[list[Any]], street: Unit) -> None:
    for username in ("zhang01", "li02"):
        people.make_user(username=username)
    enter(client, people.make_acting(Role.SECURITY))
    assert counted(take(client, "roles", rows)) == (3, 0, 2)
    held = Grant.objects.filter(user__username="zhang01").order_by("pk").values_list("role", "unit", "region_code")
    assert list(held) == [(Role.LIAISON, street.pk, people.TOWN), (Role.INSPECTOR, street.pk, None)]
    assert counted(take(client, "roles", rows)) == (0, 3, 2)


def test_take_roles_refuses_a_row_and_goes_on(client: Client, street: Unit) -> None:
    people.make_user(username="li02")
    enter(client, people.make_acting(Role.SECURITY))
    rows = [
        HEADINGS,
        ["nobody", "某", street.name, "联络员", ""],
        ["li02", "李二", street.name, "大总管", ""],
        ["li02", "李二", "没有的单位", "联络员", ""],
        ["li02", "李二", street.name, "县文明办", ""],
        ["li02", "李二", street.name, "联络员", ""],
    ]
    result = take(client, "roles", rows)
    assert counted(result) == (1, 0, 4)
    assert [error["row"] for error in result["errors"]] == [2, 3, 4, 5]


def test_take_roles_makes_no_administrator_alone_nor_of_oneself(client: Client) -> None:
    office = people.make_unit(kind=UnitKind.OFFICE, region_code=people.CITY)
    acting = people.make_acting(Role.SECURITY)
    mine = User.objects.get(pk=acting.user_id)
    people.make_user(username="li02")
    enter(client, acting)
    rows = [
        HEADINGS,
        ["li02", "李二", office.name, "审计管理员", ""],
        [mine.username, "我", office.name, "市创建科", ""],
    ]
    assert counted(take(client, "roles", rows)) == (1, 0, 1)
    grant = Grant.objects.get(user__username="li02")
    assert (grant.role, grant.effective_at) == (Role.AUDITOR, None)
