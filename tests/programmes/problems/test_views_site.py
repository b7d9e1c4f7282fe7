"""The pages of site visits: announced, drawn, walked by phone, a batch sent back."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories.places import make_city
from tests.factories.problems import Cast, bring_to, make_photo, make_problem, make_visit
from tests.programmes.problems.desk import as_, photo
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, SiteResult, State
from wenming.programmes.problems.models import Problem, SiteDraw, SiteVisit

pytestmark = pytest.mark.django_db

# With two for the session and the grant.
QUERIES = {"draws": 7, "draw": 7}


def _url(name: str, *args: object) -> str:
    return reverse(f"problems:{name}", args=args)


def _drawn(cast: Cast, *, size: int) -> SiteVisit:
    """The first visit of a draw over all that is reviewed."""
    draw = services.announce_draw(cast.office, period=Period.parse(_year()), county_code=None, size=size)
    return services.draw_sample(cast.office, draw, inspector_ids=[cast.inspector.user_id])[0]


def _year() -> str:
    return str(clock.local(clock.now()).year)


def test_draws_announces_and_draws_as_the_office_says(client: Client) -> None:
    make_city()
    cast = Cast()
    for _ in range(3):
        bring_to(cast, make_problem(cast), Action.CLOSE)
    as_(client, cast.office)
    answer = client.post(_url("draws"), {"period": _year(), "county": "", "size": "2"})
    draw = SiteDraw.objects.get()
    assert answer["Location"] == _url("draw", draw.public_id)
    page = client.get(answer["Location"]).content.decode()
    assert draw.seed in page
    assert draw.digest in page
    assert not SiteVisit.objects.exists()
    client.post(_url("draw_sample", draw.public_id), {"inspectors": [cast.inspector.user_id]})
    assert draw.visits.filter(inspector_id=cast.inspector.user_id).count() == 2
    assert "名单、种子和抽中的一致" in client.get(_url("draw", draw.public_id)).content.decode()


@pytest.mark.parametrize("data", [{"period": "十月", "size": "2"}, {"period": "2026-11", "size": "0"}, {}])
def test_draws_with_a_mistake_keeps_the_page(client: Client, data: dict[str, str]) -> None:
    cast = Cast()
    answer = as_(client, cast.office).post(_url("draws"), data)
    assert answer.status_code == 400
    assert "还有" in answer.content.decode()


def test_draws_without_anything_to_draw_says_so(client: Client) -> None:
    cast = Cast()
    answer = as_(client, cast.office).post(_url("draws"), {"period": _year(), "size": "2"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "请换一段时间" in answer.content.decode()


def test_draws_lets_only_the_office_announce(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.CLOSE)
    for acting in (cast.inspector, cast.county):
        as_(client, acting)
        assert client.get(_url("draws")).context["form"] is None
        assert client.post(_url("draws"), {"period": _year(), "size": "2"}).status_code == 403
    assert as_(client, cast.liaison).get(_url("draws")).status_code == 403
    assert not SiteDraw.objects.exists()


def test_visit_is_told_by_phone_and_the_next_opens(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.CLOSE)
    bring_to(cast, make_problem(cast), Action.CLOSE)
    draw = services.announce_draw(cast.office, period=Period.parse(_year()), county_code=None, size=2)
    first, second = services.draw_sample(cast.office, draw, inspector_ids=[cast.inspector.user_id])
    as_(client, cast.inspector)
    answer = client.post(_url("visit", first.pk), {"result": "passed", "photos": [photo()], "key": "a"})
    assert answer["Location"] == _url("visit", second.pk)
    refused = client.post(_url("visit", second.pk), {"result": "failed", "photos": [photo("b.jpg")], "key": "b"})
    assert refused.status_code == 400
    without = client.post(_url("visit", second.pk), {"result": "failed", "note": "仍有垃圾", "key": "c"})
    assert without.status_code == HTTPStatus.BAD_REQUEST
    done = client.post(
        _url("visit", second.pk), {"result": "failed", "note": "仍有垃圾", "photos": [photo("c.jpg")], "key": "d"}
    )
    assert done["Location"] == f"{_url('draw', draw.public_id)}?done=visit"
    assert sorted(draw.visits.values_list("result", flat=True)) == ["failed", "passed"]
    assert "仍有垃圾" in client.get(_url("visit", second.pk)).content.decode()


def test_return_batch_shows_what_goes_back_before_it_does(client: Client) -> None:
    cast = Cast()
    other = bring_to(cast, make_problem(cast), Action.CLOSE)
    bring_to(cast, make_problem(cast), Action.CLOSE)
    visit = _drawn(cast, size=1)
    report = services.VisitReport(
        visit_id=visit.pk, result=SiteResult.FAILED, photos=(make_photo(),), note="桶边仍有垃圾袋"
    )
    services.record_visits(cast.inspector, [report])
    as_(client, cast.office)
    url = _url("return_batch", visit.draw.public_id, cast.street.pk)
    page = client.get(url)
    assert page.context["count"] == 2
    assert "实地抽查不合格：桶边仍有垃圾袋" in page.content.decode()
    stale = client.post(url, {"reason": "退回", "seen_count": "5"})
    assert stale.status_code == 409
    assert Problem.objects.get(pk=other.pk).state == State.CLOSED
    done = client.post(url, {"reason": "退回", "seen_count": "2"})
    assert done["Location"] == f"{_url('draw', visit.draw.public_id)}?done=return"
    assert set(Problem.objects.values_list("state", flat=True)) == {State.HANDLING}
    assert "已整批退回" in client.get(done["Location"]).content.decode()
    assert client.get(url).status_code == 409


def test_draw_of_another_county_is_not_found(client: Client) -> None:
    cast = Cast()
    visit = make_visit(cast)
    stranger = people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY)
    assert as_(client, stranger).get(_url("draw", visit.draw.public_id)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_draws_ask_as_much_for_many_as_for_one(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    cast = Cast()
    for _ in range(count):
        visit = make_visit(cast)
    as_(client, cast.inspector)
    for name, args in (("draws", ()), ("draw", (visit.draw.public_id,))):
        with django_assert_num_queries(QUERIES[name]):  # type: ignore[operator]
            client.get(_url(name, *args))
