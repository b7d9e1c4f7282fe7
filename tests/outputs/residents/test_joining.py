"""“Me too” instead of a second case."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories import people
from tests.factories.places import MIDDLE
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.outputs.residents.phones import Phone
from wenming.foundation.files import access
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem, ProblemJoin, Publication
from wenming.programmes.problems.services import PhotoChoice

SECRET = "张三家门口"
LAT, LON = MIDDLE[people.TOWN]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def shown(cast: Cast) -> Publication:
    told = {"title": SECRET, "description": SECRET, "address": SECRET}
    problem = make_problem(cast, **told, lat=LAT, lon=LON, photos=(make_photo(),))
    choices = [PhotoChoice(photo.pk) for photo in problem.photos.all()]
    return services.publish(cast.county, problem, title="垃圾满溢", choices=choices)


def body(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def test_near_shows_what_is_published_open_and_close(phone: Phone, cast: Cast, shown: Publication) -> None:
    here: dict[str, str] = {"lat": str(LAT), "lon": str(LON)}
    html = body(phone.open("near", **here))
    copy = shown.photos.get().file
    assert ("垃圾满溢" in html, access.published_url(copy, size="thumb") in html, SECRET in html) == (True, True, False)
    assert "垃圾满溢" not in body(phone.open("near", lat=str(LAT + 0.002), lon=str(LON)))
    assert "垃圾满溢" not in body(phone.open("near", **here, type="E0110"))
    assert body(phone.open("near", lat="x", lon="nan")).strip() == ""
    bring_to(cast, shown.problem, Action.CLOSE)
    assert "垃圾满溢" not in body(phone.open("near", **here))


def test_near_shows_nothing_that_is_not_published(phone: Phone, cast: Cast) -> None:
    make_problem(cast, title=SECRET, lat=LAT, lon=LON)
    assert body(phone.open("near", lat=str(LAT), lon=str(LON))).strip() == ""


def test_join_gives_a_code_and_no_case(phone: Phone, cast: Cast, shown: Publication) -> None:
    form = phone.form(join=str(shown.public_id))
    first, again = phone.post("report", **form), phone.post("report", **form)
    joined = ProblemJoin.objects.get()
    assert (first.status_code, first.url) == (302, again.url)
    assert joined.tracking_code in first.url
    assert Problem.objects.count() == 1
    bring_to(cast, shown.problem, Action.DISPATCH)
    html = body(phone.open("progress", joined.tracking_code))
    assert ("垃圾满溢" in html, f"交给{cast.street.name}处理" in html, SECRET in html) == (True, True, False)
    assert "1 位居民" in body(phone.open("shown", shown.public_id))


def test_joined_says_whether_it_is_solved(phone: Phone, cast: Cast, shown: Publication) -> None:
    phone.report(join=str(shown.public_id))
    code = ProblemJoin.objects.get().tracking_code
    problem = bring_to(cast, shown.problem, Action.CLOSE)
    phone.post("solved", problem.tracking_code, answer="yes")
    phone.post("solved", code, answer="no", reason="还在")
    problem.refresh_from_db()
    assert (problem.confirm_count, problem.contest_count) == (1, 1)


def test_join_follows_a_merger(phone: Phone, cast: Cast, shown: Publication) -> None:
    phone.report(join=str(shown.public_id))
    other = make_problem(cast)
    services.perform_one(cast.county, ask(shown.problem, Action.MERGE, into_id=other.pk))
    assert phone.open("progress", ProblemJoin.objects.get().tracking_code).status_code == 200


def test_join_refuses_what_it_must(phone: Phone, cast: Cast, shown: Publication) -> None:
    assert phone.report(join=str(uuid4())).status_code == 404
    assert phone.report(join="x").status_code == 404
    services.withdraw(cast.county, shown.problem, reason="x")
    shown.refresh_from_db()
    assert phone.report(join=str(shown.public_id)).status_code == 409
    assert (ProblemJoin.objects.count(), Problem.objects.count()) == (0, 1)
