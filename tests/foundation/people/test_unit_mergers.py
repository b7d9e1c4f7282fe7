"""A unit that goes into another: what is refused, who may what, and what becomes of its people."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_acting, make_unit, make_user
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people import errors, selectors, services
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Grant, Unit, UnitMerger, User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)


def department(**more: Any) -> Unit:
    return make_unit(kind=UnitKind.DEPARTMENT, **more)


def absorb(unit: Unit, into: Unit, *, on: date = DAY) -> UnitMerger:
    return services.absorb_unit(unit, into=into, on=on, note="机构改革", by=SYSTEM)


def as_(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def test_absorb_unit_retires_it_and_moves_what_is_below() -> None:
    old, new = department(name="城管局"), department(name="综合执法局")
    below = department()
    services.move_unit(below, parent=old, by=SYSTEM)
    merger = absorb(old, new)
    old.refresh_from_db()
    below.refresh_from_db()
    assert (old.is_active, old.absorbed_by, old.absorbed_on, below.parent) == (False, new, DAY, new)
    assert merger.counts["people.children"] == 1
    record = AuditRecord.objects.get(action="people.absorb_unit")
    assert record.object_key == str(old.pk)
    assert selectors.heirs([old.pk, new.pk]) == {old.pk: new.pk}


def test_undo_merger_puts_all_back() -> None:
    old, new, below = department(), department(), department()
    services.move_unit(below, parent=old, by=SYSTEM)
    merger = absorb(old, new)
    services.undo_merger(merger, by=SYSTEM)
    old.refresh_from_db()
    below.refresh_from_db()
    assert (old.is_active, old.absorbed_by, old.absorbed_on, below.parent) == (True, None, None, old)
    with pytest.raises(errors.MergerUndone):
        services.undo_merger(merger, by=SYSTEM)
    absorb(old, new)


def test_undo_merger_after_something_moved_on() -> None:
    old, new, other, below = department(), department(), department(), department()
    services.move_unit(below, parent=old, by=SYSTEM)
    merger = absorb(old, new)
    services.move_unit(below, parent=other, by=SYSTEM)
    with pytest.raises(errors.MergerOvertaken):
        services.undo_merger(merger, by=SYSTEM)
    old.refresh_from_db()
    assert not old.is_active


def test_undo_merger_into_what_went_on() -> None:
    first, second, third = department(), department(), department()
    merger = absorb(first, second)
    absorb(second, third)
    assert selectors.heirs([first.pk]) == {first.pk: third.pk}
    with pytest.raises(errors.MergerNotInUse):
        services.undo_merger(merger, by=SYSTEM)


@pytest.mark.parametrize(
    ("into", "refusal"),
    [(UnitKind.STREET, errors.MergerOfKinds), (UnitKind.COUNTY_OFFICE, errors.MergerOfKinds), (UnitKind.COMPANY, None)],
)
def test_absorb_unit_of_another_kind(into: UnitKind, refusal: type[Exception] | None) -> None:
    old, new = department(), make_unit(kind=into)
    if refusal is None:
        absorb(old, new)
    else:
        with pytest.raises(refusal):
            absorb(old, new)


def test_absorb_unit_refusals() -> None:
    old, new, closed, below = department(), department(), department(), department()
    services.close_unit(closed, by=SYSTEM)
    services.move_unit(below, parent=old, by=SYSTEM)
    for into, refusal in (
        (old, errors.MergerOfKinds),
        (closed, errors.MergerNotInUse),
        (below, errors.MergerIntoBelow),
    ):
        with pytest.raises(refusal):
            absorb(old, into)
    tomorrow = clock.local(clock.now()).date() + timedelta(days=1)
    with pytest.raises(errors.MergerInFuture):
        absorb(old, new, on=tomorrow)
    assert not UnitMerger.objects.exists()


def test_absorb_unit_with_an_administrator_in_it() -> None:
    office = make_acting(Role.SECURITY)
    other = make_unit(kind=UnitKind.OFFICE)
    with pytest.raises(errors.MergerOfAdministrators):
        absorb(Unit.objects.get(pk=office.unit_id), other)


def test_reopen_unit_that_was_merged() -> None:
    old = department()
    absorb(old, department())
    with pytest.raises(errors.UnitMerged):
        services.reopen_unit(old, by=SYSTEM)


def test_unit_in_use_cannot_be_absorbed() -> None:
    old, new = department(), department()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=old.pk).update(absorbed_by=new, absorbed_on=DAY)


def test_move_grants_gives_the_same_roles_in_the_new_unit() -> None:
    old, new = department(), department()
    user, twice = make_user(), make_user()
    for each in (user, twice):
        services.grant_role(each, role=Role.LIAISON, unit=old, by=SYSTEM)
    services.grant_role(twice, role=Role.LIAISON, unit=new, by=SYSTEM)
    merger = absorb(old, new)
    assert selectors.acting_of(user.pk) is None
    behind = [grant.pk for grant in selectors.left_behind(old)]
    security = make_acting(Role.SECURITY)
    assert services.move_grants(merger, behind, by=security.actor) == 2
    acting = selectors.acting_of(user.pk)
    assert acting is not None
    assert acting.unit_id == new.pk
    assert Grant.objects.filter(user=twice, revoked_at__isnull=True).count() == 1
    assert not selectors.left_behind(old)
    assert AuditRecord.objects.filter(action="people.move_grant").count() == 2
    with pytest.raises(errors.GrantsNotOfMerger):
        services.move_grants(merger, behind, by=security.actor)


def test_move_grants_of_oneself_and_out_of_place() -> None:
    old, new = make_unit(kind=UnitKind.COUNTY_OFFICE), make_unit(kind=UnitKind.OFFICE)
    security = make_acting(Role.SECURITY)
    user = make_user()
    services.grant_role(user, role=Role.COUNTY, unit=old, by=SYSTEM)
    services.grant_role(User.objects.get(pk=security.user_id), role=Role.LEADER, unit=old, by=SYSTEM)
    merger = absorb(old, new)
    by_role = {grant.role: grant.pk for grant in selectors.left_behind(old)}
    county, own = by_role[Role.COUNTY], by_role[Role.LEADER]
    with pytest.raises(errors.GrantOutOfPlace):
        services.move_grants(merger, [county], by=security.actor)
    with pytest.raises(errors.GrantToOneself):
        services.move_grants(merger, [own], by=security.actor)


def test_move_grants_costs_the_same_for_many(django_assert_num_queries: Any) -> None:
    costs = []
    for number in (1, 5):
        old, new = department(), department()
        for _ in range(number):
            services.grant_role(make_user(), role=Role.LIAISON, unit=old, by=SYSTEM)
        merger = absorb(old, new)
        ids = [grant.pk for grant in selectors.left_behind(old)]
        with django_assert_num_queries(8) as seen:
            services.move_grants(merger, ids, by=SYSTEM)
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_merge_page_previews_then_merges() -> None:
    system = make_acting(Role.ADMINISTRATOR)
    old, new, below = department(name="城管局"), department(name="综合执法局"), department()
    services.move_unit(below, parent=old, by=SYSTEM)
    client, path = as_(system), reverse("people:merge_unit", args=[old.pk])
    assert client.get(path).status_code == 200
    given = {"into": new.pk, "on": "2024-03-01", "note": "机构改革"}
    answer = client.post(path, given)
    assert [(str(each.label), each.count) for each in answer.context["going"]] == [("下级单位", 1)]
    assert not UnitMerger.objects.exists()
    refused = client.post(path, given | {"on": "2999-01-01"})
    assert refused.status_code == 400
    done = client.post(path, given | {"save": "1"})
    merger = UnitMerger.objects.get()
    assert done.headers["Location"] == reverse("people:merger", args=[merger.pk])
    assert "综合执法局" in client.get(reverse("people:unit", args=[old.pk])).content.decode()
    listed = client.get(reverse("people:units"), {"state": "closed"}).content.decode()
    assert "2024-03-01 并入“综合执法局”" in listed
    assert client.post(reverse("people:undo_merger", args=[merger.pk])).status_code == 302
    assert client.post(reverse("people:undo_merger", args=[merger.pk])).status_code == 409


def test_merger_page_lets_the_security_administrator_move_grants() -> None:
    old, new, user = department(), department(), make_user()
    grant = services.grant_role(user, role=Role.LIAISON, unit=old, by=SYSTEM)
    merger = absorb(old, new)
    path = reverse("people:move_grants", args=[merger.pk])
    assert as_(make_acting(Role.ADMINISTRATOR)).post(path, {"grants": grant.pk}).status_code == 403
    security = as_(make_acting(Role.SECURITY))
    assert "还有岗位没有移过去" in security.get(reverse("people:people")).content.decode()
    assert [row.pk for row in security.get(reverse("people:people"), {"state": "merged"}).context["page"].rows] == [
        user.pk
    ]
    assert security.post(path, {}).status_code == 400
    assert security.post(path, {"grants": grant.pk}).status_code == 302
    assert "还有岗位没有移过去" not in security.get(reverse("people:people")).content.decode()
