"""The pages of the routing rules."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.factories import people
from tests.factories.places import make_city
from tests.factories.problems import Cast, bring_to, make_problem
from tests.factories.standards import make_catalogue
from tests.programmes.problems.desk import as_, boxes, post_act, url_of
from tests.programmes.problems.test_routing import COUNTY, make_rule, put
from wenming.foundation.people.enums import WORKING, Role, UnitKind
from wenming.kernel import clock
from wenming.programmes.problems.enums import Action, Lead
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing import state
from wenming.programmes.problems.routing.rules import Rule

pytestmark = pytest.mark.django_db

PAGES = ("problems:routing", "problems:routing_rule", "problems:routing_trial")


def do(client: Client, what: str, **more: Any) -> Any:
    held = state.routing()
    given = {"do": what, "draft": held.draft_number, "in_force": held.in_force_number, **more}
    return client.post(reverse("problems:routing_act"), given)


@pytest.mark.parametrize("role", [role for role in WORKING if role != Role.OFFICE])
@pytest.mark.parametrize("name", PAGES)
def test_routing_is_the_city_offices_alone(client: Client, name: str, role: Role) -> None:
    assert as_(client, people.make_acting(role)).get(reverse(name)).status_code == 403


def test_routing_without_rules_says_how_it_is_proposed(client: Client) -> None:
    text = as_(client, Cast().office).get(reverse("problems:routing")).content.decode()
    assert "还没有规则" in text


def test_rule_is_drafted_put_in_force_and_proposed(client: Client) -> None:
    make_city()
    cast = Cast()
    make_catalogue()
    as_(client, cast.office)
    given = {"regions": [str(people.TOWN)], "words": "摆摊\n出店\n", "department": cast.bureau.pk, "side": "department"}
    answer = client.post(reverse("problems:routing_rule"), {**given, "position": 1, "draft": 0})
    assert (answer.status_code, answer["Location"]) == (302, reverse("problems:routing"))
    page = client.get(answer["Location"])
    assert [(row["mark"], row["result"]) for row in page.context["rows"]] == [
        (state.ADDED, f"主管：{cast.bureau.name}；主管牵头")
    ]
    assert do(client, "publish", note="会议纪要").status_code == 302
    problem = make_problem(cast, title="门口摆摊")
    shown = as_(client, cast.county).get(url_of(problem)).content.decode()
    assert "规则 1：" in shown
    assert "文字有“摆摊”或“出店”" in shown


def test_rule_form_keeps_what_is_no_more_on_offer(client: Client) -> None:
    cast = Cast()
    rule = make_rule("k", regions=COUNTY, categories=("旧大类",), point_kinds=("旧点位",))
    put(cast, rule)
    form = as_(client, cast.office).get(reverse("problems:routing_rule"), {"rule": "k"}).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(f"{reverse('problems:routing_rule')}?rule=k", {**data, "note": "改"})
    assert answer.status_code == 302
    held = state.routing()
    assert held.draft is not None
    assert (held.draft[0].regions, held.draft[0].categories, held.draft[0].note) == (COUNTY, ("旧大类",), "改")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "side"),
        ({"side": "territory", "words": "\n".join(str(n) for n in range(21))}, "words"),
        ({"side": "territory", "words": "长" * 21}, "words"),
        ({"side": "territory", "types": ["E9999"]}, "types"),
        ({"side": "territory", "position": 0}, "position"),
    ],
)
def test_rule_that_cannot_be_meant_is_told_at_its_field(client: Client, given: Any, field: str) -> None:
    as_(client, Cast().office)
    answer = client.post(reverse("problems:routing_rule"), {"position": 1, "draft": 0, **given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert state.routing().draft is None


def test_rule_that_is_gone(client: Client) -> None:
    assert as_(client, Cast().office).get(reverse("problems:routing_rule"), {"rule": "x"}).status_code == 404
    assert do(client, "explode").status_code == 404


def test_act_on_rules_by_buttons(client: Client) -> None:
    cast = Cast()
    put(cast, make_rule("a"), make_rule("b"))
    as_(client, cast.office)
    do(client, "down", rule="a")
    do(client, "switch", rule="b")
    do(client, "remove", rule="a")
    assert state.routing().draft == (make_rule("b", is_on=False),)
    page = client.get(reverse("problems:routing"))
    assert [row["rule"].key for row in page.context["removed"]] == ["a"]
    do(client, "discard")
    assert state.routing().draft is None


def test_act_on_a_changed_draft_shows_it_as_it_is_now(client: Client) -> None:
    cast = Cast()
    put(cast, make_rule("a"))
    answer = do(as_(client, cast.office), "switch", rule="a", draft=0)
    assert (answer.status_code, answer.context["rows"][0]["rule"].is_on) == (409, True)


def test_restore_from_the_page(client: Client) -> None:
    cast = Cast()
    put(cast, make_rule("a"))
    put(cast, make_rule("b"))
    as_(client, cast.office)
    assert client.post(reverse("problems:routing_restore"), {"number": "9", "in_force": "2"}).status_code == 404
    client.post(reverse("problems:routing_restore"), {"number": "1", "in_force": "2"})
    page = client.get(reverse("problems:routing"))
    assert [rule.key for rule in state.rules_in_force()] == ["a"]
    assert [row["revision"].undoes for row in page.context["kept"]] == [2, None, None]


def test_rule_of_a_unit_out_of_use_is_marked(client: Client) -> None:
    cast = Cast()
    gone = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    put(cast, make_rule("a", department_id=gone.pk))
    gone.is_active = False
    gone.save()
    page = as_(client, cast.office).get(reverse("problems:routing"))
    assert page.context["rows"][0]["is_broken"] is True
    assert "有单位已停用" in page.content.decode()


def test_trial_shows_what_the_draft_would_change(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast, found_at=clock.now()), Action.DISPATCH)
    rule = make_rule(department_id=cast.bureau.pk, side=Lead.DEPARTMENT)
    as_(client, cast.office)
    client.post(
        reverse("problems:routing_rule"),
        {"department": cast.bureau.pk, "side": "department", "position": 1, "draft": 0},
    )
    assert state.routing().draft is not None
    today = clock.local(clock.now())
    page = client.get(reverse("problems:routing_trial"), {"period": f"{today.year}-{today.month:02}"})
    shown = page.context
    assert (shown["found"].now.same, shown["found"].then.same, shown["found"].then.known) == (1, 0, 1)
    assert [(row["now"], row["then"], row["lead"]) for row in shown["rows"]] == [
        (cast.street.name, cast.bureau.name, cast.street.name)
    ]
    assert "规则 1：任何问题" in page.content.decode()
    assert rule.proposes


def test_trial_of_a_period_that_is_none(client: Client) -> None:
    answer = as_(client, Cast().office).get(reverse("problems:routing_trial"), {"period": "上个月"})
    assert (answer.status_code, answer.context["asked"]) == (400, "上个月")


def test_trial_of_nothing(client: Client) -> None:
    answer = as_(client, Cast().office).get(reverse("problems:routing_trial"), {"period": "2001-01"})
    assert "这段时间没有问题" in answer.content.decode()


def test_changed_rules_propose_another_unit_and_change_nothing(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    put(cast, make_rule(department_id=cast.bureau.pk, side=Lead.DEPARTMENT))
    page = as_(client, cast.county).get(url_of(problem))
    assert page.context["proposal"].lead == cast.bureau
    assert as_(client, cast.liaison).get(url_of(problem)).context["proposal"] is None
    problem.refresh_from_db()
    assert problem.lead == cast.street
    as_(client, cast.county)
    fields = {"reason": "按规则", "department": cast.bureau.pk, "territory": cast.street.pk, "lead_side": "department"}
    assert post_act(client, problem, Action.REDISPATCH, **fields).status_code == 302
    assert client.get(url_of(problem)).context["proposal"] is None


def test_bulk_dispatch_asks_the_helpers_that_a_rule_names(client: Client) -> None:
    cast = Cast()
    helper = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    put(cast, Rule(key="a", helper_ids=(helper.pk,)))
    problem = make_problem(cast)
    data: dict[str, Any] = {"action": "dispatch", "problem": boxes(problem), "step": "do", "lead_side": "", "key": "h"}
    as_(client, cast.county).post(reverse("problems:bulk"), data)
    assert set(Problem.objects.get().helpers.values_list("unit_id", flat=True)) == {cast.bureau.pk, helper.pk}


@pytest.mark.parametrize("count", [1, 3])
def test_routing_costs_a_fixed_number_of_statements(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast = Cast()
    for n in range(count):
        put(cast, make_rule(str(n), department_id=cast.bureau.pk))
    bring_to(cast, make_problem(cast, found_at=clock.now()), Action.DISPATCH)
    today = clock.local(clock.now())
    period = {"period": f"{today.year}-{today.month:02}"}
    as_(client, cast.office)
    for name in PAGES:
        client.get(reverse(name), period)
    # With two for the session and the grant and one for the bell.
    for name, queries in zip(PAGES, (7, 8, 7), strict=True):
        with django_assert_num_queries(queries):
            client.get(reverse(name), period)
