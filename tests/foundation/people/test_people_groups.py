"""Groups of units: edited as lines, and what stands together where the office made none."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_acting, make_unit
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people import selectors
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import UnitGroup, User
from wenming.foundation.people.services.groups import save_group
from wenming.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def test_groups_are_edited_as_lines() -> None:
    street, bureau = make_unit(kind=UnitKind.STREET), make_unit(kind=UnitKind.DEPARTMENT)
    client, url = enter(make_acting(Role.OFFICE)), reverse("people:groups")
    answer = client.post(url, {"name": "街道", "units": f"{street.name}\n{bureau.code}"})
    assert answer.headers["Location"] == url
    group = UnitGroup.objects.get()
    assert [row["units"] for row in selectors.group_rows()] == [[street, bureau]]
    assert AuditRecord.objects.filter(action="people.save_group", object_key=str(group.pk)).count() == 1
    unknown = client.post(url, {"pk": group.pk, "name": "街道", "units": "没有这个单位"})
    assert unknown.status_code == HTTPStatus.BAD_REQUEST
    taken = client.post(url, {"name": "街道", "units": street.name})
    assert (taken.status_code, "已经有一个" in taken.content.decode()) == (HTTPStatus.BAD_REQUEST, True)
    assert street.name in client.get(url).content.decode()
    client.post(reverse("people:remove_group", args=[group.pk]))
    assert "还没有分组" in client.get(url).content.decode()


def test_save_group_takes_a_unit_out_of_the_group_that_it_was_in() -> None:
    office, street = make_acting(Role.OFFICE), make_unit(kind=UnitKind.STREET)
    save_group(name="一组", units=[street.code], by=office)
    save_group(name="二组", units=[street.code], by=office)
    assert [row["units"] for row in selectors.group_rows()] == [[], [street]]


@pytest.mark.parametrize("role", [Role.COUNTY, Role.ADMINISTRATOR, Role.LIAISON])
def test_save_group_by_another_role(role: Role) -> None:
    with pytest.raises(Refused):
        save_group(name="一组", units=[], by=make_acting(role))


def test_groups_of_goes_by_kind_until_the_office_made_groups() -> None:
    units = [make_unit(kind=kind).pk for kind in (UnitKind.STREET, UnitKind.DEPARTMENT, UnitKind.SECTION)]
    assert selectors.groups_of(units) == [("属地", units[:1]), ("主管部门", units[1:2]), ("其他单位", units[2:])]
    code = selectors.units().get(pk=units[1]).code
    save_group(name="重点部门", units=[code], by=make_acting(Role.OFFICE))
    assert selectors.groups_of(units) == [("重点部门", units[1:2]), ("其他单位", [units[0], units[2]])]
