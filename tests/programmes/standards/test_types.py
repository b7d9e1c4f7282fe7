"""The catalogue changed on screen: what goes into the draft, what is left alone, and how it is taken back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import problems
from tests.factories import standards as make
from tests.factories.people import make_acting, make_unit, make_user
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.services import absorb_unit
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.ui import nav, userbox
from wenming.programmes.problems.enums import Action
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.enums import LimitUnit, TypeKind
from wenming.programmes.standards.errors import (
    DraftIsOpen,
    TypeChanged,
    TypeIsThere,
    TypeNameTaken,
    TypeRetired,
    VersionIsPublished,
)
from wenming.programmes.standards.models import ProblemCatalogue, ProblemType

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
POSTED = {
    "name": "暴露垃圾",
    "filing_condition": "垃圾落地",
    "limit_value": "8",
    "limit_unit": "working_hour",
    "close_condition": "清净",
    "lead_name": "环卫单位",
}


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("standards.")})
    monkeypatch.setattr(userbox, "_provided", {})


def signed_in(client: Client, role: Role = Role.OFFICE) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def seen(code: str = "E0110") -> str:
    return selectors.seen_of(selectors.type_in_work(code))


def change(code: str = "E0110", **changes: object) -> ProblemType:
    return services.change_type(code, values=make.make_values(**changes), seen=seen(code), by=SYSTEM)


def publish() -> ProblemCatalogue:
    draft = selectors.draft_in_work()
    assert draft is not None
    return services.publish_catalogue(draft, effective_on=make.DAY, by=SYSTEM)


def test_change_goes_into_a_draft_and_leaves_what_holds() -> None:
    make.make_catalogue()
    changed = change(limit_value=8)
    assert (changed.limit_value, changed.catalogue.version, changed.catalogue.is_published) == (8, 2, False)
    assert selectors.type_for("E0110").limit_value == 4
    publish()
    assert selectors.type_for("E0110").limit_value == 8
    entry = AuditRecord.objects.get(action="standards.change_type")
    assert (entry.object_key, entry.before, entry.after) == ("E0110", {"limit_value": 4}, {"limit_value": 8})


def test_change_of_nothing_writes_nothing() -> None:
    make.make_catalogue()
    change()
    assert not AuditRecord.objects.filter(action="standards.change_type").exists()


def test_change_leaves_filed_problems_with_their_limit() -> None:
    make.make_catalogue()
    cast = problems.Cast()
    problem = problems.make_problem(cast, type=selectors.type_for("E0110"))
    change(limit_value=48, limit_unit=LimitUnit.URGENT_HOUR, name="垃圾")
    publish()
    problem = problems.bring_to(cast, problem, Action.DISPATCH)
    clocks = problem.clocks.filter(stage="handle").values_list("limit_value", "limit_unit")
    assert (list(clocks), problem.type_name) == ([(4, "working_hour")], "暴露垃圾")


def test_change_names_the_lead_that_is_registered_and_keeps_what_is_not() -> None:
    make.make_catalogue()
    unit = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    assert change(lead_name="市城管局").lead == unit
    kept = change(lead_name="没有登记的单位")
    assert (kept.lead, kept.lead_name) == (None, "没有登记的单位")


def test_change_over_what_was_not_seen_is_refused() -> None:
    make.make_catalogue()
    before = seen()
    change(limit_value=8)
    with pytest.raises(TypeChanged):
        services.change_type("E0110", values=make.make_values(limit_value=2), seen=before, by=SYSTEM)
    assert selectors.type_in_work("E0110").limit_value == 8


def test_change_to_a_name_that_is_taken_is_refused() -> None:
    make.make_catalogue()
    with pytest.raises(TypeNameTaken):
        change(name=" 私搭 乱建")
    assert selectors.type_in_work("E0110").name == "暴露垃圾"


def add(name: str) -> ProblemType:
    return services.add_type(
        kind=TypeKind.EVENT, category_code="01", category="市容环境", values=make.make_values(name=name), by=SYSTEM
    )


def test_add_numbers_down_from_99_and_never_twice() -> None:
    make.make_catalogue()
    assert [add("共享单车").code, add("楼道堆物").code] == ["E0199", "E0198"]
    publish()
    services.retire_type("E0198", by=SYSTEM)
    publish()
    row = add("飞线充电")
    assert (row.code, row.is_local, row.category) == ("E0197", True, "市容环境")


def test_retire_keeps_every_earlier_version_and_can_be_taken_back() -> None:
    make.make_catalogue()
    services.retire_type("E0110", by=SYSTEM)
    with pytest.raises(TypeRetired):
        change(limit_value=8)
    publish()
    assert "E0110" not in selectors.types_by_code()
    assert ProblemType.objects.filter(code="E0110").count() == 1
    back = services.bring_back_type("E0110", by=SYSTEM)
    with pytest.raises(TypeIsThere):
        services.bring_back_type("E0110", by=SYSTEM)
    publish()
    assert selectors.type_for("E0110") == back
    kinds = [(each.catalogue.version, each.kind) for each in selectors.type_history("E0110")]
    assert kinds == [(3, "added"), (2, "retired"), (1, "added")]


def test_history_names_the_versions_that_did_something() -> None:
    make.make_catalogue()
    change(limit_value=8)
    publish()
    add("楼道堆物")
    publish()
    found = selectors.type_history("E0110")
    assert [(each.catalogue.version, each.kind) for each in found] == [(2, "changed"), (1, "added")]
    assert [(c.name, c.before, c.after) for c in found[0].changes] == [("limit_value", 4, 8)]


def test_restore_brings_an_earlier_version_back() -> None:
    first = make.make_catalogue()
    change(limit_value=8)
    services.retire_type("E0101", by=SYSTEM)
    with pytest.raises(DraftIsOpen):
        services.restore_catalogue(first, by=SYSTEM)
    publish()
    draft = services.restore_catalogue(first, by=SYSTEM)
    assert selectors.catalogue_diff(first, draft).is_empty
    publish()
    assert selectors.type_for("E0110").limit_value == 4


def test_discard_leaves_what_holds_and_refuses_what_is_published() -> None:
    first = make.make_catalogue()
    draft = change(limit_value=8).catalogue
    services.discard_catalogue(draft, by=SYSTEM)
    assert selectors.working_catalogue() == first
    with pytest.raises(VersionIsPublished):
        services.discard_catalogue(first, by=SYSTEM)


def test_preview_tells_what_would_change_and_writes_nothing(client: Client) -> None:
    make.make_catalogue()
    problems.make_problem(problems.Cast(), type=selectors.type_for("E0110"))
    signed_in(client)
    with clock.set_to(MONDAY):
        answer = client.post(reverse("standards:type", args=["E0110"]), {**POSTED, "seen": seen()})
    preview = answer.context["preview"]
    assert [(c.name, c.after) for c in preview.changes] == [("limit_value", 8)]
    # Monday 10:00: four hours of work end at 16:00, eight at ten the next morning.
    assert (clock.local(preview.due_before).hour, clock.local(preview.due_after).hour) == (16, 10)
    assert (preview.open_problems.number, selectors.draft_in_work()) == (1, None)


def test_save_through_the_form_then_publish(client: Client) -> None:
    make.make_catalogue()
    signed_in(client)
    url = reverse("standards:type", args=["E0110"])
    assert client.post(url, {**POSTED, "seen": seen(), "save": "1"}).status_code == 302
    draft = selectors.draft_in_work()
    assert draft is not None
    page = client.get(reverse("standards:catalogue_diff", args=[draft.pk]))
    assert [ask.key for ask in page.context["asks"]] == [
        f"publish-catalogue-{draft.pk}",
        f"discard-catalogue-{draft.pk}",
    ]
    client.post(reverse("standards:publish_catalogue", args=[draft.pk]), {"effective_on": "2026-01-01"})
    assert selectors.type_for("E0110").limit_value == 8
    assert client.get(f"{url}?from=1").context["form"].initial["limit_value"] == 4


def test_save_over_a_colleague_shows_what_would_change_now(client: Client) -> None:
    make.make_catalogue()
    before = seen()
    change(limit_value=2)
    signed_in(client)
    answer = client.post(reverse("standards:type", args=["E0110"]), {**POSTED, "seen": before, "save": "1"})
    changes = [(c.before, c.after) for c in answer.context["preview"].changes]
    assert (answer.status_code, changes, answer.context["form"]["seen"].value()) == (409, [(2, 8)], seen())


@pytest.mark.parametrize("wrong", [{"limit_value": "0"}, {"limit_value": "x"}, {"limit_unit": "year"}, {"name": ""}])
def test_save_when_wrongly_filled_is_told_at_the_field(client: Client, wrong: dict[str, str]) -> None:
    make.make_catalogue()
    posted = {**POSTED, **wrong, "seen": seen(), "save": "1"}
    answer = signed_in(client).post(reverse("standards:type", args=["E0110"]), posted)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(wrong))
    assert selectors.draft_in_work() is None


def test_add_through_the_form(client: Client) -> None:
    make.make_catalogue()
    signed_in(client)
    url = reverse("standards:add_type")
    offered = [label for _value, label in client.get(url).context["form"].fields["category"].choices]
    assert offered == ["部件 · 01 公用设施", "事件 · 01 市容环境"]
    answer = client.post(url, {**POSTED, "name": "共享单车", "category": "1"})
    assert answer["Location"] == reverse("standards:type", args=["E0199"])
    assert client.post(url, {**POSTED, "name": "共享单车", "category": "1"}).status_code == 400


def test_retire_bring_back_restore_and_discard_through_their_buttons(client: Client) -> None:
    first = make.make_catalogue()
    signed_in(client)
    client.post(reverse("standards:retire_type", args=["E0110"]))
    assert client.get(reverse("standards:type", args=["E0110"])).context["is_retired"] is True
    client.post(reverse("standards:bring_back_type", args=["E0110"]))
    page = client.get(reverse("standards:type", args=["E0110"]))
    assert page.context["is_retired"] is False
    client.post(reverse("standards:discard_catalogue", args=[page.context["draft"].pk]))
    assert selectors.draft_in_work() is None
    change(limit_value=8)
    publish()
    client.post(reverse("standards:restore_catalogue", args=[first.pk]))
    assert selectors.type_in_work("E0110").limit_value == 4


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.LEADER, Role.ADMINISTRATOR])
def test_editor_is_the_offices_own(client: Client, role: Role) -> None:
    make.make_catalogue()
    signed_in(client, role)
    assert client.get(reverse("standards:type", args=["E0110"])).status_code == 403
    assert reverse("standards:add_type") not in client.get(reverse("standards:types")).content.decode()


def test_editor_of_a_type_that_never_was_is_not_found(client: Client) -> None:
    make.make_catalogue()
    assert signed_in(client).get(reverse("standards:type", args=["E9999"])).status_code == 404


@pytest.mark.parametrize("versions", [1, 3])
def test_editor_costs_the_same_for_more_versions(client: Client, versions: int, django_assert_num_queries: Any) -> None:
    make.make_catalogue()
    for number in range(versions):
        change(limit_value=10 + number)
        publish()
    signed_in(client)
    url = reverse("standards:type", args=["E0110"])
    client.get(url)
    with django_assert_num_queries(9):
        answer = client.get(url)
    assert len(answer.context["history"]) == versions + 1


@pytest.mark.parametrize(
    ("lead_name", "told"),
    [("市城管局", "默认提议“市城管局”牵头"), ("属地街道", "默认提议属地牵头"), ("养护单位", "不提议主管单位")],
)
def test_preview_tells_whom_a_dispatch_would_propose(client: Client, lead_name: str, told: str) -> None:
    make.make_catalogue()
    make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    signed_in(client)
    posted = {**POSTED, "lead_name": lead_name, "seen": seen()}
    answer = client.post(reverse("standards:type", args=["E0110"]), posted)
    assert told in answer.content.decode()


def test_default_department_follows_a_merger() -> None:
    old, new = (make_unit(kind=UnitKind.DEPARTMENT, name=name) for name in ("市城管局", "市执法局"))
    absorb_unit(old, into=new, on=date(2024, 3, 1), note="", by=SYSTEM)
    assert services.default_department("市城管局") == new
    assert services.default_department("养护单位") is None
