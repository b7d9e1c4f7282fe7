"""The flows as pages and on the command line."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.engines.loop.toy.flow import FLOW
from tests.engines.loop.toy.loop import LOOP, make_repairs
from tests.engines.loop.toy.models import RepairEvent
from tests.factories.people import PASSWORD, make_acting, make_user
from wenming.engines.loop import engine, flow
from wenming.foundation.people.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_the_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "_registered", {})
    monkeypatch.setattr(engine, "_registered", {})
    flow.register(FLOW)
    engine.register(LOOP)


def signed_in(client: Client, role: Role = Role.LIAISON) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.post(
        reverse("people:sign_in"), {"username": user.username, "password": PASSWORD, "next": reverse("loop:flows")}
    )
    return client


def printed(*args: str) -> str:
    out = StringIO()
    call_command("flow", *args, stdout=out)
    return out.getvalue()


def test_view_flows_for_a_stranger(client: Client) -> None:
    response = client.get(reverse("loop:flow", args=["toy"]))
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/flows/toy/")


def test_view_flows_lists_every_flow(client: Client) -> None:
    page = signed_in(client).get(reverse("loop:flows")).content.decode()
    assert reverse("loop:flow", args=["toy"]) in page
    assert "小修" in page


def test_view_flows_when_there_is_none(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "_registered", {})
    assert "还没有流转表" in signed_in(client).get(reverse("loop:flows")).content.decode()


def test_view_flow_shows_table_and_picture(client: Client) -> None:
    response = signed_in(client).get(reverse("loop:flow", args=["toy"]))
    page = response.content.decode()
    assert response.context["rows"] == [row.as_cells() for row in FLOW.as_rows()]
    for words in ("小修的流转表", "<svg", "换人换单位", "停：核查、起：处理", "整改后照片"):
        assert words in page


def test_view_flow_that_is_not_there(client: Client) -> None:
    assert signed_in(client).get(reverse("loop:flow", args=["nothing"])).status_code == 404


def test_print_flow_as_a_table() -> None:
    lines = printed("toy").splitlines()
    assert lines[0].split("\t") == ["动作", "从", "到", "由谁", "条件", "要交", "计时"]
    assert lines[7].split("\t") == ["返工", "待核查", "处理中", "—", "换人换单位", "原因", "停：核查、起：处理"]
    assert len(lines) == 1 + len(FLOW.transitions)


def test_print_flow_as_json() -> None:
    document = json.loads(printed("toy", "--json"))
    assert (document["flow"], document["label"]) == ("toy", "小修")
    assert [row["action"] for row in document["rows"]] == [t.action for t in FLOW.transitions]


def test_print_the_names_of_all_flows() -> None:
    assert printed() == "toy\t小修\n"
    assert json.loads(printed("--json")) == {"flows": {"toy": "小修"}}


def test_print_flow_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="没有这张流转表。现有：toy。") as caught:
        printed("nothing")
    assert caught.value.returncode == 2


def test_verify_flow_that_holds() -> None:
    make_repairs(2)
    assert json.loads(printed("toy", "--verify", "--json")) == {"flow": "toy", "checked": 2, "faults": []}


def test_verify_flow_with_a_changed_event() -> None:
    item = make_repairs(2)[1]
    RepairEvent.objects.filter(item=item).update(actor_id="99")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("flow", "toy", "--verify", "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    assert document["faults"] == [f"item {item.pk} event 1: changed"]
    assert caught.value.returncode == 1


def test_register_two_flows_of_one_name() -> None:
    other = flow.Flow(
        name="toy",
        label="另",
        states=FLOW.states,
        transitions=FLOW.transitions,
        stages=FLOW.stages,
        evidence=FLOW.evidence,
    )
    with pytest.raises(ValueError, match="two flows are named toy"):
        flow.register(other)
    assert flow.register(FLOW) is FLOW
