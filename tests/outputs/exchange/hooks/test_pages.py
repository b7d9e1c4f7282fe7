"""The pages on which a subscription is made, watched, held and taken away."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people, places
from tests.factories.exchange import make_hook
from tests.factories.problems import Cast, make_problem
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.kernel.paging import PAGE_SIZE
from wenming.outputs.exchange import hooks
from wenming.outputs.exchange.enums import Fault, HookKind
from wenming.outputs.exchange.hooks.posting import NotTaken
from wenming.outputs.exchange.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db
GOOD = {"name": "热线平台", "url": "https://203.0.114.7/in", "kinds": [HookKind.CLOSED, HookKind.SIGNED]}


@pytest.fixture
def cast() -> Cast:
    places.make_city()
    return Cast()


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def taken(_url: str, _body: bytes, _headers: object) -> int:
    return 200


def not_taken(_url: str, _body: bytes, _headers: object) -> int:
    raise NotTaken(Fault.ANSWER, 503)


def test_make_shows_the_secret_once(cast: Cast) -> None:
    client = enter(cast.county)
    answer = client.post(reverse("exchange:hooks"), {**GOOD, "region": str(people.TOWN)})
    hook = Webhook.objects.get()
    assert (answer.status_code, hook.region_code, hook.origin) == (200, people.TOWN, "http://testserver")
    assert "whsec_" in answer.content.decode()
    for name, arguments in (("hooks", []), ("hook", [hook.public_id])):
        again = client.get(reverse(f"exchange:{name}", args=arguments)).content.decode()
        assert ("whsec_" in again, "热线平台" in again) == (False, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"url": "http://example.com/"}, "https://"),
        ({"url": "https://10.0.0.1/"}, 'href="#id_url"'),
        ({"kinds": []}, "推送哪些事"),
        ({"region": str(people.OTHER_COUNTY)}, "区域"),
        ({"region": "x"}, "区域"),
    ],
)
def test_make_says_what_is_wrong(cast: Cast, more: dict[str, object], said: str) -> None:
    answer = enter(cast.county).post(reverse("exchange:hooks"), {**GOOD, **more})
    body = answer.content.decode()
    assert (answer.status_code, Webhook.objects.count()) == (HTTPStatus.BAD_REQUEST, 0)
    assert said in body[body.index('class="errors"') : body.index("</div>", body.index('class="errors"'))]


def test_regions_on_offer_are_ones_own(cast: Cast) -> None:
    def offered(acting: Acting) -> set[int]:
        return {code for code, _name in hooks.regions_within(acting)}

    assert {people.COUNTY, people.TOWN} <= offered(cast.county)
    assert people.OTHER_COUNTY not in offered(cast.county)
    assert {people.COUNTY, people.OTHER_COUNTY} <= offered(cast.office)
    assert offered(cast.liaison) == {people.TOWN}


def test_page_shows_the_last_answers(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    make_problem(cast)
    hooks.send_due(taken)
    second = make_problem(cast)
    hooks.send_due(not_taken)
    body = enter(cast.county).get(reverse("exchange:hook", args=[hook.public_id])).content.decode()
    for text in ("已送到", "200", "等待", "503", "对方的回答不是 2xx", second.code, "已试 1 次", "重发"):
        assert text in body, text


def test_doors_do_what_they_say(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    make_problem(cast)
    hooks.send_due(taken)
    row, client = hook.deliveries.get(), enter(cast.county)

    def go(name: str, *more: object) -> str:
        assert client.post(reverse(f"exchange:{name}", args=[hook.public_id, *more])).status_code == HTTPStatus.FOUND
        return "".join(Webhook.objects.values_list("state", flat=True))

    assert (go("pause_hook"), go("resume_hook")) == ("paused", "on")
    go("send_again", row.event_id)
    assert WebhookDelivery.objects.get().is_waiting
    assert (go("remove_hook"), WebhookDelivery.objects.count()) == ("", 0)


def test_another_persons_doors_are_not_there(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county, name="只有县里有")
    client = enter(cast.office)
    assert client.get(reverse("exchange:hook", args=[hook.public_id])).status_code == HTTPStatus.NOT_FOUND
    for name in ("pause_hook", "resume_hook", "remove_hook"):
        answer = client.post(reverse(f"exchange:{name}", args=[hook.public_id]))
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert hook.name not in client.get(reverse("exchange:hooks")).content.decode()


def test_deliveries_are_paged(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    common = {
        "hook": hook,
        "kind": HookKind.FILED,
        "problem_id": hook.public_id,
        "body": "{}",
        "made_at": hook.created_at,
    }
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(event_id=n, key=f"k{n}", problem_code=f"C{n:04}", delivered_at=hook.created_at, **common)
            for n in range(PAGE_SIZE + 3)
        ]
    )
    client, path = enter(cast.county), reverse("exchange:hook", args=[hook.public_id])
    first = client.get(path)
    second = client.get(path, {"cursor": first.context["page"].next_cursor})
    codes = [row.problem_code for answer in (first, second) for row in answer.context["page"].rows]
    assert codes == [f"C{n:04}" for n in reversed(range(PAGE_SIZE + 3))]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_a_fixed_number_of_questions(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    client = enter(cast.county)
    for _number in range(rows):
        hook, _secret = make_hook(cast.county)
        make_problem(cast)
    hooks.send_due(taken)
    for path, queries in ((reverse("exchange:hooks"), 12), (reverse("exchange:hook", args=[hook.public_id]), 12)):
        client.get(path)
        with django_assert_num_queries(queries):
            client.get(path)
