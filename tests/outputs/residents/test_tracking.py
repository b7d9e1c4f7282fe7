"""What who has a tracking code sees."""

from typing import Any

import pytest
from pytest_django.asserts import assertNumQueries

from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.outputs.residents.phones import Phone
from wenming.outputs.residents import guard, words
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem

SECRET = "张三的电话是"


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def problem(phone: Phone, cast: Cast) -> Problem:
    """Reported by a resident and accepted by the county."""
    phone.report()
    made = Problem.objects.get()
    Problem.objects.filter(pk=made.pk).update(territory_id=cast.street.pk)
    return services.perform_one(cast.county, ask(made, Action.ACCEPT))


def body(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def test_code_as_typed_leads_to_the_progress(phone: Phone, problem: Problem) -> None:
    code = problem.tracking_code
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"
    response = phone.post("track", code=typed)
    assert response.status_code == 302
    assert body(phone.open("progress", code)).count("核实属实，已立案") == 1


def test_receipt_shows_code_and_qr(phone: Phone, problem: Problem) -> None:
    code = problem.tracking_code
    html = body(phone.open("progress", code, done="1"))
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in html
    assert 'src="data:image/svg+xml' in html
    assert "收到了，谢谢您" in html
    assert "收到了，谢谢您" not in body(phone.open("progress", code))


def test_progress_names_units_and_no_inside_word(phone: Phone, cast: Cast, problem: Problem) -> None:
    problem = bring_to(cast, problem, Action.REPORT_BACK)
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason=SECRET))
    html = body(phone.open("progress", problem.tracking_code))
    assert f"交给{cast.street.name}处理" in html
    assert f"{cast.street.name}报告已处理" in html
    assert "检查没有通过，要求重新处理" in html
    assert SECRET not in html
    assert "已清理。" not in html


def test_progress_tells_why_it_was_not_put_right(phone: Phone, cast: Cast, problem: Problem) -> None:
    services.perform_one(cast.county, ask(problem, Action.CLOSE_UNFIXED, reason="属小区内部道路。"))
    html = body(phone.open("progress", problem.tracking_code))
    assert ("已说明" in html, "属小区内部道路。" in html, "已解决" in html) == (True, True, False)


def test_progress_of_a_void_one_is_gone(phone: Phone, cast: Cast, problem: Problem) -> None:
    services.perform_one(cast.county, ask(problem, Action.VOID, reason=SECRET))
    response = phone.open("progress", problem.tracking_code)
    assert (response.status_code, SECRET in body(response)) == (410, False)
    assert "不再办理" in body(response)


def test_progress_of_a_merged_one_goes_on_with_the_other(phone: Phone, cast: Cast, problem: Problem) -> None:
    other = make_problem(cast)
    services.perform_one(cast.county, ask(problem, Action.MERGE, into_id=other.pk))
    bring_to(cast, other, Action.DISPATCH)
    html = body(phone.open("progress", problem.tracking_code))
    assert ("与相同的一件合并办理" in html, f"交给{cast.street.name}处理" in html) == (True, True)
    assert other.code not in html
    services.perform_one(cast.county, ask(other, Action.REDISPATCH, reason="改", department_id=cast.bureau.pk))
    assert phone.open("progress", problem.tracking_code).status_code == 200


def test_progress_shows_the_photos_of_the_report_alone(phone: Phone, cast: Cast, problem: Problem) -> None:
    bring_to(cast, problem, Action.REPORT_BACK)
    html = body(phone.open("progress", problem.tracking_code))
    before, after = problem.photos.order_by("pk")
    assert (str(before.file.public_id) in html, str(after.file.public_id) in html) == (True, False)


def test_wrong_code_is_refused_and_counted(phone: Phone, problem: Problem) -> None:
    code = problem.tracking_code
    mistyped = ("0" if code[0] != "0" else "1") + code[1:]
    unknown = "00000000000"
    assert [phone.post("track", code=each).status_code for each in (mistyped, unknown, "")] == [400, 404, 400]
    most = guard.WRONG_CODES.at_once
    answers = {phone.open("progress", unknown).status_code for _n in range(most - 3)}
    assert answers == {404}
    assert phone.open("progress", unknown).status_code == 429
    assert phone.open("progress", code).status_code == 200


def test_progress_asks_a_number_of_statements_that_does_not_grow(phone: Phone, cast: Cast, problem: Problem) -> None:
    bring_to(cast, problem, Action.REPORT_BACK)
    with assertNumQueries(4):
        phone.open("progress", problem.tracking_code)
    problem.refresh_from_db()
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="重做"))
    with assertNumQueries(4):
        phone.open("progress", problem.tracking_code)


def test_every_state_has_words() -> None:
    assert set(words.STANDINGS) == set(State)
