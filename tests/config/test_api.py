"""The API: who may call, what the verbs answer, and that nothing is done twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.config.caller import BASE, Program
from tests.config.city import MARK, make_city, make_stranger
from tests.config.test_doors import enter
from tests.factories import people, places, standards
from tests.factories.files import photo_bytes
from tests.factories.problems import Cast, bring_to, make_problem
from tests.programmes.problems.flagged import flagged
from wenming.config.api import api
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant, User
from wenming.kernel import clock
from wenming.outputs.exchange import keys
from wenming.outputs.exchange.keys.rights import Right
from wenming.programmes.problems import services
from wenming.programmes.problems.api import NOT_CALLED
from wenming.programmes.problems.enums import Action, Verdict
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    places.make_city()
    return Cast()


def operations() -> dict[tuple[str, str], Any]:
    """(method, path) of every operation, with the function behind it."""
    return {
        (method, f"/{prefix.strip('/')}{path}"): operation.view_func
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def filled(path: str, city: Any) -> str:
    names = {"{uuidstr:public_id}": str(city.problem.public_id), "{name}": "problems", "{key}": "problems.found"}
    for name, value in names.items():
        path = path.replace(name, value)
    return path


# -- who may call -------------------------------------------------------------------------------------------------


def test_every_operation_asks_for_a_permission_and_a_right() -> None:
    lacking = [where for where, view in operations().items() if not (getattr(view, "permission", "") and view.right)]
    assert lacking == []
    assert {view.right for view in operations().values()} <= set(Right.values)


def test_every_operation_refuses_a_stranger() -> None:
    city = make_city()
    client = Client()
    for method, path in operations():
        answer = client.generic(method, BASE + filled(path, city), "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), (method, path)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.COUNTY, Role.LIAISON, Role.INSPECTOR])
def test_no_operation_shows_or_changes_another_countys_problem(role: Role) -> None:
    city = make_city()
    before = list(Problem.objects.order_by("pk").values())
    program = Program(make_stranger(role))
    for method, path in operations():
        call = program.get if method == "GET" else program.post
        answer = call(filled(path, city))
        assert MARK not in answer.content.decode(), (method, path)
        assert answer.status_code != 500, (method, path)
    assert list(Problem.objects.order_by("pk").values()) == before


def test_key_without_the_right_is_refused(cast: Cast) -> None:
    program = Program(cast.office, rights=frozenset({Right.FIGURES_READ.value}))
    answer = program.get("/problems")
    assert (answer.status_code, answer.json()["code"]) == (403, "people.right_missing")


def test_session_reads_without_a_key(cast: Cast) -> None:
    make_problem(cast)
    answer = enter(cast.county).get(f"{BASE}/problems")
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)


def test_session_writes_with_its_csrf_token_only(cast: Cast) -> None:
    problem = make_problem(cast)
    client = Client(enforce_csrf_checks=True)
    client.cookies = enter(cast.county).cookies
    path = f"{BASE}/problems/{problem.public_id}/dispatch"
    assert client.post(path, "{}", content_type="application/json").status_code == 403
    page = client.get(reverse("exchange:keys"))
    headers = {"X-CSRFToken": page.cookies["csrftoken"].value}
    assert client.post(path, "{}", content_type="application/json", headers=headers).status_code == 200


def test_revoked_and_expired_keys_are_refused(cast: Cast) -> None:
    program = Program(cast.county)
    assert program.get("/problems").status_code == 200
    with clock.set_to(clock.now() + timedelta(days=91)):
        assert program.get("/problems").json()["code"] == "exchange.key_refused"
    keys.revoke_key(cast.county, program.key.public_id)
    assert program.get("/problems").json()["code"] == "exchange.key_refused"


def test_key_ends_with_the_grant_that_it_was_made_under(cast: Cast) -> None:
    program = Program(cast.county)
    Grant.objects.filter(pk=cast.county.grant_id).update(revoked_at=clock.now())
    assert program.get("/problems").status_code == 401


@pytest.mark.parametrize("token", ["", "wm_", "wm_abc_def", "x" * 500, "wm_0123456789_" + "a" * 43])
def test_token_of_nobody_is_refused(token: str) -> None:
    answer = Client().get(f"{BASE}/problems", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_quota_is_never_exceeded_and_says_when_to_come_back(cast: Cast) -> None:
    program = Program(cast.county, per_minute=7)
    with clock.set_to(clock.now().replace(second=10, microsecond=0)):
        statuses = [program.get("/flows/problems").status_code for _ in range(9)]
        last = program.get("/flows/problems")
    assert statuses == [200] * 7 + [429] * 2
    assert last.json()["code"] == "exchange.quota_spent"
    assert last["Retry-After"] == "50"
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        assert program.get("/flows/problems").status_code == 200


# -- reads --------------------------------------------------------------------------------------------------------


def test_list_pages_by_cursor_with_the_filters_of_the_desk(cast: Cast) -> None:
    made = [make_problem(cast).code for _ in range(5)]
    program, found, cursor = Program(cast.county), [], ""
    while True:
        page = program.get("/problems", size=2, cursor=cursor, sort="found", fields="code,state").json()
        found += [row["code"] for row in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break
    assert sorted(found) == sorted(made)
    assert page["items"][0].keys() == {"code", "state"}
    assert program.get("/problems", state="closed").json()["items"] == []


def test_list_of_a_hundred_costs_as_many_statements_as_one(cast: Cast, django_assert_num_queries: Any) -> None:
    program = Program(cast.county)
    program.get("/problems")
    for number in (1, 4):
        for _ in range(number):
            make_problem(cast)
        # Who calls, and the rows; the window of the quota is touched once in a while.
        with django_assert_num_queries(2):
            assert program.get("/problems", size=100).status_code == 200


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/problems", {"cursor": "nonsense"}),
        ("/problems", {"period": "soon"}),
        ("/problems", {"fields": "password"}),
        ("/figures/problems.found", {"period": "soon"}),
        ("/figures/problems.found", {"period": "2024", "by": "password"}),
        ("/figures/problems.found", {"period": "2024", "as_of": "soon"}),
    ],
)
def test_question_that_cannot_be_meant_is_answered_with_a_code(cast: Cast, path: str, query: dict[str, str]) -> None:
    answer = Program(cast.office).get(path, **query)
    assert answer.status_code in (400, 404, 422)
    assert answer.json().keys() == {"code", "message", "fields", "current", "request_id"}


def test_places_types_and_flow_are_there(cast: Cast) -> None:
    standards.make_catalogue()
    point = places.make_point(name="河滨路口", region_code=people.TOWN)
    program = Program(cast.county)
    assert [row["public_id"] for row in program.get("/places/points").json()["items"]] == [str(point.public_id)]
    assert program.get("/places/regions").json()["regions"][0]["code"] == people.CITY
    assert program.get("/standards/types").json()["types"]
    assert {row["action"] for row in program.get("/flows/problems").json()["rows"]}


# -- verbs --------------------------------------------------------------------------------------------------------


def test_every_verb_of_the_flow_has_its_operation() -> None:
    there = {
        path.rsplit("/", 1)[1] for method, path in operations() if path.startswith("/problems/{uuidstr:public_id}/")
    }
    assert there == {action.value for action in Action} - {action.value for action in NOT_CALLED}


def draft(**more: Any) -> dict[str, Any]:
    return {"title": "井盖松动", "found_at": clock.now() - timedelta(hours=1), "address": "河滨路 1 号", **more}


def test_problem_goes_its_whole_way(cast: Cast) -> None:
    county, liaison = Program(cast.county), Program(cast.liaison)
    point = places.make_point(name="河滨路口", region_code=people.TOWN)
    filed = county.post("/problems", draft(point=point.public_id))
    assert (filed.status_code, filed.json()["state"]) == (201, "filed")
    at = f"/problems/{filed.json()['public_id']}"
    units = {"territory_id": cast.street.pk, "lead_side": "territory"}
    assert county.post(f"{at}/dispatch", units).json()["state"] == "dispatched"
    assert liaison.post(f"{at}/sign").json()["state"] == "handling"
    upload = {"files": [_upload()]}
    sent = liaison.client.post(f"{BASE}/problems/photos", upload, headers=liaison.headers())
    photos = [each["id"] for each in sent.json()["photos"]]
    assert liaison.post(f"{at}/report_back", {"photos": photos, "note": "已换新"}).json()["state"] == "reported_back"
    assert county.post(f"{at}/pass_review").json()["state"] == "reviewed"
    closed = county.post(f"{at}/close").json()
    assert (closed["state"], [step["action"] for step in closed["history"]]) == (
        "closed",
        ["file", "dispatch", "sign", "report_back", "pass_review", "close"],
    )


def _upload() -> Any:
    return SimpleUploadedFile("after.jpg", photo_bytes(), "image/jpeg")


def test_photos_of_somebody_else_prove_nothing(cast: Cast) -> None:
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    sent = Program(cast.county)
    photo = sent.client.post(f"{BASE}/problems/photos", {"files": [_upload()]}, headers=sent.headers()).json()["photos"]
    body = {"photos": [photo[0]["id"]], "note": "已清理"}
    answer = Program(cast.liaison).post(f"/problems/{problem.public_id}/report_back", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "problems.photos_unknown")


def test_file_with_a_key_twice_files_once(cast: Cast) -> None:
    program = Program(cast.county)
    first = program.post("/problems", draft(), key="a-1")
    again = program.post("/problems", draft(), key="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["public_id"] == again.json()["public_id"]
    other = program.post("/problems", draft(), key="a-2")
    assert other.json()["public_id"] != first.json()["public_id"]
    assert Problem.objects.count() == 2


def test_act_with_a_key_twice_is_done_once(cast: Cast) -> None:
    problem = make_problem(cast)
    program = Program(cast.county)
    answers = [program.post(f"/problems/{problem.public_id}/dispatch", key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["version"] == answers[1].json()["version"]
    assert problem.events.filter(action=Action.DISPATCH).count() == 1


def test_refused_act_is_refused_alike_when_asked_again(cast: Cast) -> None:
    problem = make_problem(cast)
    program = Program(cast.county)
    path = f"/problems/{problem.public_id}/close"
    first, again = program.post(path, key="k"), program.post(path, key="k")
    assert (first.status_code, first.json()["code"]) == (again.status_code, again.json()["code"])
    assert first.status_code == 409


def test_act_on_an_older_version_answers_409_with_the_newer_state(cast: Cast) -> None:
    problem = make_problem(cast)
    seen = problem.version
    program = Program(cast.county)
    program.post(f"/problems/{problem.public_id}/dispatch")
    answer = program.post(f"/problems/{problem.public_id}/redispatch", {"version": seen, "reason": "派错了"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "loop.changed_meanwhile"
    assert answer.json()["current"]["state"] == "dispatched"
    assert answer.json()["current"]["version"] > seen


def test_many_acts_have_a_result_each(cast: Cast) -> None:
    good = [make_problem(cast) for _ in range(3)]
    closed = bring_to(cast, make_problem(cast), Action.CLOSE)
    acts = [{"problem": each.public_id, "action": "dispatch"} for each in (*good, closed)]
    answer = Program(cast.county).post("/problems/acts", {"acts": acts}).json()
    assert (answer["done"], answer["refused"]) == (3, 1)
    assert [each["state"] for each in answer["results"]] == ["dispatched"] * 3 + ["closed"]
    assert answer["results"][3]["code"] == "loop.not_possible_now"


def test_many_acts_cost_as_many_statements_as_few(cast: Cast, django_assert_num_queries: Any) -> None:
    program, counts = Program(cast.county), []
    program.get("/problems")
    for number in (1, 6):
        acts = [{"problem": make_problem(cast).public_id, "action": "dispatch"} for _ in range(number)]
        with CaptureQueriesContext(connection) as asked:
            assert program.post("/problems/acts", {"acts": acts}).json()["done"] == number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_moment_in_the_past_needs_its_right(cast: Cast) -> None:
    problem = make_problem(cast)
    body = {"happened_at": clock.now() - timedelta(minutes=2)}
    path = f"/problems/{problem.public_id}/dispatch"
    some = frozenset({Right.PROBLEMS_READ.value, Right.PROBLEMS_WRITE.value})
    assert Program(cast.county, rights=some).post(path, body).json()["code"] == "problems.moments_not_yours"
    assert Program(cast.county).post(path, body).status_code == 200


def test_dispatch_to_a_unit_that_is_not_there_is_refused(cast: Cast) -> None:
    problem = make_problem(cast)
    for more in ({"territory_id": 2**31 - 1}, {"helper_ids": [2**31 - 1]}):
        answer = Program(cast.county).post(f"/problems/{problem.public_id}/dispatch", more)
        assert (answer.status_code, answer.json()["code"]) == (400, "problems.unit_unknown")


def test_word_that_no_verb_takes_is_refused(cast: Cast) -> None:
    problem = make_problem(cast)
    answer = Program(cast.county).post(f"/problems/{problem.public_id}/dispatch", {"unit": 3})
    assert (answer.status_code, answer.json()["code"]) == (422, "api.invalid")
    assert "unit" in " ".join(answer.json()["fields"])


@pytest.mark.parametrize(
    "body", ["", "[", "null", '"x"', '{"title": "\\u0000", "found_at": "2024-01-01T00:00:00Z"}', "{" * 5000]
)
def test_body_that_is_none_is_refused(cast: Cast, body: str) -> None:
    program = Program(cast.county)
    answer = program.client.post(f"{BASE}/problems", body, content_type="application/json", headers=program.headers())
    assert answer.status_code in (400, 422), answer.content


def test_person_who_leaves_takes_the_key_along(cast: Cast) -> None:
    program = Program(cast.county)
    assert program.get("/problems").status_code == 200
    User.objects.filter(pk=cast.county.user_id).update(is_active=False)
    assert program.get("/problems").status_code == 401


# -- the page -----------------------------------------------------------------------------------------------------


def test_token_is_shown_once_and_works(cast: Cast) -> None:
    client = enter(cast.county)
    given = {"name": "热线", "rights": ["problems:read"], "days": 30, "per_minute": 60, "per_day": 1000}
    page = client.post(reverse("exchange:keys"), given).content.decode()
    token = page.split('<code class="num">')[1].split("</code>")[0]
    assert Client().get(f"{BASE}/problems", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert token not in client.get(reverse("exchange:keys")).content.decode()


def test_form_without_a_purpose_makes_no_key(cast: Cast) -> None:
    client = enter(cast.county)
    page = client.post(reverse("exchange:keys"), {"name": "热线", "days": 30, "per_minute": 60, "per_day": 1000})
    assert (page.status_code, keys.keys_of(cast.county).count()) == (400, 0)


def test_documentation_comes_from_this_host_alone(cast: Cast) -> None:
    page = enter(cast.county).get(f"{BASE}/docs").content.decode()
    assert "https://" not in page.replace("https://github.com", "")
    assert "swagger-ui-bundle.js" in page


def test_pass_review_with_photos_to_explain_is_refused_by_its_code(cast: Cast) -> None:
    problem = flagged(cast)
    at = f"/problems/{problem.public_id}/pass_review"
    county = Program(cast.county)
    refused = county.post(at, key="pass-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "problems.photos_unexplained")
    many = county.post("/problems/acts", {"acts": [{"problem": problem.public_id, "action": "pass_review"}]})
    assert many.json()["results"][0]["code"] == "problems.photos_unexplained"
    asked = list(problem.photo_flags.values_list("pk", flat=True))
    services.give_reason(cast.county, problem, flag_ids=asked, text="同一处。")
    services.look_again(cast.office, problem, flag_ids=asked, verdict=Verdict.ACCEPTED)
    assert county.post(at, key="pass-2").json()["state"] == "reviewed"
