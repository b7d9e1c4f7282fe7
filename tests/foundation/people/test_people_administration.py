"""Three administrators, kept apart, and what each of them may do to accounts and units."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.config.test_doors import enter
from tests.factories.people import COUNTY, PASSWORD, make_acting, make_unit, make_user
from wenming.foundation.audit import services as audit
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people import permissions, selectors, services
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import ADMINISTRATORS, Role, UnitKind
from wenming.foundation.people.errors import (
    GrantConfirmedAlready,
    GrantNeedsAnother,
    GrantToOneself,
    OneAdministratorRole,
    OwnAccount,
    UnitInUse,
    UnitUnderItself,
    WrongPassword,
)
from wenming.foundation.people.models import Grant, User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
NEW = "cedar-under-snow-4"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def security() -> Acting:
    return make_acting(Role.SECURITY)


@pytest.fixture
def system() -> Acting:
    return make_acting(Role.ADMINISTRATOR)


def office() -> Any:
    return make_unit(kind=UnitKind.OFFICE, region_code=None)


def test_grant_to_oneself_is_refused_by_verb_and_database(security: Acting) -> None:
    user = User.objects.get(pk=security.user_id)
    with pytest.raises(GrantToOneself):
        services.grant_role(user, role=Role.OFFICE, unit=office(), by=security.actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(user=user).update(granted_by=user)


@pytest.mark.parametrize("other", sorted(ADMINISTRATORS))
def test_grant_of_a_second_administrator_role_is_refused(other: Role) -> None:
    user, unit = make_user(), office()
    held = next(iter(ADMINISTRATORS - {other}))
    services.grant_role(user, role=held, unit=unit, by=SYSTEM)
    with pytest.raises(OneAdministratorRole):
        services.grant_role(user, role=other, unit=unit, by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, role=other, unit=unit, granted_at=clock.now())


def test_grant_of_an_administrator_role_waits_for_another_person(security: Acting, system: Acting) -> None:
    user = make_user()
    grant = services.grant_role(user, role=Role.AUDITOR, unit=office(), by=security.actor)
    assert selectors.acting_of(user.pk) is None
    with pytest.raises(GrantNeedsAnother):
        services.confirm_grant(grant, by=security.actor)
    with pytest.raises(GrantNeedsAnother):
        services.confirm_grant(grant, by=SYSTEM)
    services.confirm_grant(grant, by=system.actor)
    acting = selectors.acting_of(user.pk)
    assert acting is not None
    assert acting.role is Role.AUDITOR
    with pytest.raises(GrantConfirmedAlready):
        services.confirm_grant(grant, by=system.actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(confirmed_by=security.user_id)


def test_grant_of_a_working_role_holds_at_once_until_its_last_day(security: Acting) -> None:
    user = make_user()
    with clock.set_to(NOON):
        services.grant_role(user, role=Role.LIAISON, unit=make_unit(), ends_on=date(2026, 11, 25), by=security.actor)
    for at, is_open in ((NOON, True), (NOON + timedelta(days=1), True), (NOON + timedelta(days=2), False)):
        with clock.set_to(at):
            assert (selectors.acting_of(user.pk) is not None) is is_open, at


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrator_sees_nothing_of_the_citys_work(role: Role) -> None:
    acting = make_acting(role)
    for permission in ("problems.view_problem", "problems.export", "metrics.declare_figure", "reports.view"):
        assert not permissions.can(acting, permission), permission
    assert enter(acting).get(reverse("problems:list")).status_code == 403


OWN_DOORS = {
    "people:people": {Role.ADMINISTRATOR, Role.SECURITY},
    "people:register": {Role.ADMINISTRATOR},
    "people:units": {Role.ADMINISTRATOR},
    "people:register_unit": {Role.ADMINISTRATOR},
    "people:audit": {Role.AUDITOR},
    "people:account": set(Role),
}


@pytest.mark.parametrize("role", Role)
def test_doors_of_administration_open_to_whom_they_belong(role: Role) -> None:
    client = enter(make_acting(role))
    for door, who in OWN_DOORS.items():
        assert client.get(reverse(door)).status_code == (200 if role in who else 403), door


def test_desk_leads_security_and_audit_to_their_work() -> None:
    for role, door in ((Role.SECURITY, "people:people"), (Role.AUDITOR, "people:audit")):
        assert enter(make_acting(role)).get(reverse("desk:home")).headers["Location"] == reverse(door)


def test_register_shows_the_password_once_and_it_must_be_changed(system: Acting, security: Acting) -> None:
    html = enter(system).post(reverse("people:register"), {"username": "zhang3", "name": "张三"}).content.decode()
    once = html.split("<code>")[1].split("</code>")[0]
    user = User.objects.get(username="zhang3")
    services.grant_role(user, role=Role.LIAISON, unit=make_unit(), by=security.actor)
    client = Client()
    client.post(reverse("people:sign_in"), {"username": "zhang3", "password": once})
    assert client.get(reverse("problems:list")).headers["Location"] == reverse("people:account")
    form = {"current": once, "new": NEW, "again": NEW}
    assert client.post(reverse("people:account"), form).headers["Location"] == reverse("people:sign_in")
    client.post(reverse("people:sign_in"), {"username": "zhang3", "password": NEW})
    assert client.get(reverse("problems:list")).status_code == 200


def test_change_password_refuses_what_is_wrong() -> None:
    user, by = make_user(), SYSTEM
    with pytest.raises(WrongPassword):
        services.change_password(user, current="not-this-one", new=NEW, by=by)
    for bad in (PASSWORD, "short", "1234567890", "password123"):
        with pytest.raises(Invalid):
            services.change_password(user, current=PASSWORD, new=bad, by=by)
    form = {"current": PASSWORD, "new": NEW, "again": NEW + "x"}
    assert enter(make_acting(Role.COUNTY, user=user)).post(reverse("people:account"), form).status_code == 400


def test_reset_password_ends_sessions_and_unlocks(security: Acting) -> None:
    acting = make_acting(Role.COUNTY)
    client = enter(acting)
    User.objects.filter(pk=acting.user_id).update(locked_until=clock.now() + timedelta(hours=1))
    once = services.reset_password(User.objects.get(pk=acting.user_id), by=security.actor)
    assert client.get(reverse("problems:list")).status_code == 302
    assert services.sign_in(username=User.objects.get(pk=acting.user_id).username, password=once).must_change_password


def test_sign_out_everywhere_ends_every_session() -> None:
    acting = make_acting(Role.COUNTY)
    here, there = enter(acting), enter(acting)
    here.post(reverse("people:sign_out_everywhere"))
    for client in (here, there):
        assert client.get(reverse("problems:list")).headers["Location"].startswith(reverse("people:sign_in"))


def test_session_ends_after_twelve_hours_however_busy() -> None:
    client = enter(make_acting(Role.COUNTY))
    for minutes in range(0, 12 * 60, 20):
        with clock.set_to(NOON + timedelta(minutes=minutes)):
            assert client.get(reverse("people:account")).status_code == 200, minutes
    with clock.set_to(NOON + timedelta(hours=12)):
        assert client.get(reverse("people:account")).status_code == 302


def test_own_account_is_another_administrators(security: Acting, system: Acting) -> None:
    with pytest.raises(OwnAccount):
        services.reset_password(User.objects.get(pk=security.user_id), by=security.actor)
    with pytest.raises(OwnAccount):
        services.deactivate_user(User.objects.get(pk=system.user_id), by=system.actor)


def test_person_page_does_what_each_administrator_may(system: Acting, security: Acting) -> None:
    acting = make_acting(Role.COUNTY)
    pk, own, safe = acting.user_id, enter(system), enter(security)
    assert own.post(reverse("people:person", args=[pk]), {"name": "李四"}).status_code == 302
    assert safe.post(reverse("people:person", args=[pk]), {"name": "王五"}).status_code == 403
    assert own.post(reverse("people:deactivate", args=[pk])).status_code == 302
    assert selectors.acting_of(pk) is None
    assert own.post(reverse("people:activate", args=[pk])).status_code == 302
    county = make_unit(kind=UnitKind.COUNTY_OFFICE, region_code=COUNTY)
    wanted = {"role": "office", "unit": county.pk}
    assert safe.post(reverse("people:grant", args=[pk]), wanted).status_code == 400
    assert safe.post(reverse("people:grant", args=[pk]), {**wanted, "role": "county"}).status_code == 302
    given = Grant.objects.get(user=pk, unit=county)
    assert (given.granted_by_id, own.post(reverse("people:revoke_grant", args=[given.pk])).status_code) == (
        security.user_id,
        403,
    )
    assert safe.post(reverse("people:revoke_grant", args=[given.pk])).status_code == 302
    html = safe.get(reverse("people:person", args=[pk])).content.decode()
    assert ("李四" in html, "已结束" in html) == (True, True)
    user = User.objects.get(pk=pk)
    assert (user.name, user.is_active) == ("李四", True)


@pytest.mark.parametrize("count", [1, 3])
def test_people_cost_the_same_with_more_rows(security: Acting, count: int) -> None:
    for _n in range(count):
        make_acting(Role.COUNTY)
    client = enter(security)
    client.get(reverse("people:people"))
    with CaptureQueriesContext(connection) as caught:
        assert client.get(reverse("people:people")).content.decode().count("data-key-row") == count + 1
    assert len(caught) == 8


def test_unit_is_found_by_its_earlier_name_after_a_rename(system: Acting) -> None:
    unit, client = make_unit(name="城关镇"), enter(system)
    answer = client.post(reverse("people:unit", args=[unit.pk]), {"name": "城关街道", "parent": "", "also": "城关"})
    assert answer.status_code == 302
    for text in ("城关镇", "城关街道", unit.code):
        assert "城关街道" in client.get(reverse("people:units"), {"q": text}).content.decode(), text
    assert selectors.unit_by_any_name("城关").pk == unit.pk
    assert "城关镇" in client.get(reverse("people:unit", args=[unit.pk])).content.decode()


def test_unit_moves_but_never_below_itself(system: Acting) -> None:
    top, middle, low = (make_unit() for _n in range(3))
    services.move_unit(middle, parent=top, by=system.actor)
    services.move_unit(low, parent=middle, by=system.actor)
    for parent in (low, top):
        with pytest.raises(UnitUnderItself):
            services.move_unit(top, parent=parent, by=system.actor)
    before = AuditRecord.objects.count()
    services.move_unit(low, parent=middle, by=system.actor)
    assert AuditRecord.objects.count() == before


def test_unit_closes_when_nobody_is_in_it(system: Acting) -> None:
    acting = make_acting(Role.LIAISON)
    unit = selectors.unit_by_pk(acting.unit_id)
    with pytest.raises(UnitInUse):
        services.close_unit(unit, by=system.actor)
    services.revoke_grant(Grant.objects.get(pk=acting.grant_id), by=SYSTEM)
    client = enter(system)
    client.post(reverse("people:close_unit", args=[unit.pk]))
    assert not selectors.units().filter(pk=unit.pk).exists()
    client.post(reverse("people:reopen_unit", args=[unit.pk]))
    assert selectors.units().filter(pk=unit.pk).exists()


def test_unit_is_registered_on_screen(system: Acting) -> None:
    asked = {"code": "BM77", "name": "市园林局", "kind": "department", "parent": "", "region": ""}
    client = enter(system)
    assert client.post(reverse("people:register_unit"), asked).status_code == 302
    assert selectors.unit_by_any_name("市园林局").code == "BM77"
    assert client.post(reverse("people:register_unit"), asked).status_code == 409


def test_audit_is_filtered_exported_with_a_reason_and_verified(security: Acting) -> None:
    user, auditor = make_user(), make_acting(Role.AUDITOR)
    services.sign_out_everywhere(user, by=security.actor)
    client, name = enter(auditor), User.objects.get(pk=security.user_id).username
    html = client.get(reverse("people:audit"), {"actor": name, "action": "people."}).content.decode()
    assert (html.count("data-key-row"), "people.sign_out_everywhere" in html) == (1, True)
    assert "data-key-row" not in client.get(reverse("people:audit"), {"on": "2099-01-01"}).content.decode()
    assert "data-key-row" in client.get(reverse("people:audit"), {"on": "2020-13-45"}).content.decode()
    export = f"{reverse('people:export_audit')}?action=people.sign_out_everywhere"
    assert client.post(export, {"reason": " "}).status_code == 400
    lines = client.post(export, {"reason": "年度检查"}).content.decode("utf-8-sig").splitlines()
    assert (len(lines), "people.sign_out_everywhere" in lines[1]) == (2, True)
    assert AuditRecord.objects.get(action="audit.export").after == {"rows": 1, "why": "年度检查"}
    client.post(reverse("people:verify_audit"))
    assert AuditRecord.objects.get(action="audit.verify").after["faults"] == 0
    assert audit.verify().faults == []


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("place", ["problems:list", "problems:inbox", "problems:print", "metrics:list", "papers:list"])
def test_administrators_do_not_see_the_citys_work(role: Role, place: str) -> None:
    assert enter(make_acting(role)).get(reverse(place)).status_code == 403
