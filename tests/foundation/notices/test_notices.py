"""Notices: to whom, how they are read, and how they leave whatever dies on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_acting, make_unit, make_user
from wenming.foundation.notices import gateways, selectors, services
from wenming.foundation.notices.gateways import ConsoleGateway, GatewayRefused, Message
from wenming.foundation.notices.models import Notice, Outbox
from wenming.foundation.notices.services import ATTEMPTS_MAX, DELIVER_ROWS_MAX, LEASE, NoticeDraft
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.ui import nav, userbox

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)


@dataclass
class Post:
    """A gateway that delivers into a list; it forgets nothing, and may be told to fail."""

    error: Exception | None = None
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(message)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


@pytest.fixture
def acting() -> Acting:
    return make_acting(Role.LIAISON)


def draft(acting: Acting, title: str = "派遣：井盖缺失", **values: Any) -> NoticeDraft:
    return NoticeDraft(kind="problems.dispatched", title=title, **{"unit_id": acting.unit_id, **values})


def test_notify_all_reaches_the_unit_and_the_person(acting: Acting) -> None:
    stranger = make_acting(Role.LIAISON)
    services.notify_all([draft(acting, "a"), draft(acting, "b", unit_id=None, user_id=acting.user_id)])
    services.notify(draft(stranger, "c"))
    assert [notice.title for notice in selectors.inbox(acting).order_by("pk")] == ["a", "b"]
    assert [notice.title for notice in selectors.inbox(stranger)] == ["c"]


def test_notify_all_costs_the_same_statements_for_one_and_three(acting: Acting, django_assert_num_queries: Any) -> None:
    for number in (1, 3):
        with django_assert_num_queries(2):
            services.notify_all([draft(acting)] * number)
    assert Outbox.objects.count() == 4


@pytest.mark.parametrize(
    "values",
    [{"user_id": 1}, {"unit_id": None}, {"url": "https://example.org/"}, {"url": "//example.org"}, {"url": "/\\x.org"}],
)
def test_notify_when_the_draft_makes_no_sense(acting: Acting, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a notice"):
        services.notify(draft(acting, **values))
    assert Notice.objects.count() == 0


def test_a_notice_for_nobody_does_not_fit_the_table() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind="x", title="x", created_at=NOON)


def test_notify_in_a_transaction_that_fails_was_never_said(acting: Acting) -> None:
    @transaction.atomic
    def verb() -> None:
        services.notify(draft(acting))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        verb()
    assert (Notice.objects.count(), Outbox.objects.count()) == (0, 0)


def test_mark_read_only_what_is_ones_own(acting: Acting) -> None:
    mine, theirs = services.notify(draft(acting)), services.notify(draft(make_acting(Role.LIAISON)))
    assert services.mark_read(acting, [mine.public_id, theirs.public_id]) == 1
    assert services.mark_read(acting, [mine.public_id]) == 0
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.read_at, theirs.read_at) == (NOON, None)


def test_unread_count_is_one_query_and_stops(acting: Acting, django_assert_num_queries: Any) -> None:
    services.notify_all([draft(acting)] * 3)
    with django_assert_num_queries(1):
        assert str(selectors.unread_count(acting)) == "3"
    services.notify_all([draft(acting)] * selectors.UNREAD_CAP)
    assert str(selectors.unread_count(acting)) == "99+"
    services.mark_all_read(acting)
    assert selectors.unread_count(acting).number == 0


def test_deliver_due_sends_once(acting: Acting) -> None:
    services.notify(draft(acting, body="请于今天 16:05 前回复", url="/problems/"))
    post = Post()
    assert services.deliver_due(post).delivered == 1
    assert services.deliver_due(post).delivered == 0
    (message,) = post.sent
    assert (message.unit_id, message.title, message.url) == (acting.unit_id, "派遣：井盖缺失", "/problems/")
    row = Outbox.objects.get()
    assert (row.delivered_at, row.attempts, row.lease) == (NOON, 1, None)


def test_deliver_due_takes_a_bounded_round_in_order(acting: Acting) -> None:
    services.notify_all([draft(acting, str(number)) for number in range(DELIVER_ROWS_MAX + 1)])
    post = Post()
    assert services.deliver_due(post).delivered == DELIVER_ROWS_MAX
    assert services.deliver_due(post).delivered == 1
    assert [message.title for message in post.sent] == [str(number) for number in range(DELIVER_ROWS_MAX + 1)]


def test_deliver_due_waits_longer_each_time_and_gives_up(acting: Acting) -> None:
    services.notify(draft(acting))
    post = Post(error=ConnectionError("13800000000 refused"))
    at, waits = NOON, []
    while Outbox.objects.get().given_up_at is None:
        with clock.set_to(at):
            services.deliver_due(post)
            assert services.deliver_due(post).failed == 0
        row = Outbox.objects.get()
        waits.append((row.due_at - at) // timedelta(minutes=1))
        at = row.due_at
    assert waits == [2**n for n in range(ATTEMPTS_MAX)]
    assert (row.attempts, row.last_error) == (ATTEMPTS_MAX, "ConnectionError")
    with clock.set_to(at + timedelta(days=9)):
        assert services.deliver_due(Post()).delivered == 0


def test_deliver_due_when_the_gateway_refuses_for_good(acting: Acting) -> None:
    services.notify(draft(acting))
    assert services.deliver_due(Post(error=GatewayRefused())).given_up == 1
    row = Outbox.objects.get()
    assert (row.given_up_at, row.delivered_at) == (NOON, None)


def test_deliver_due_when_one_fails_sends_the_others(acting: Acting) -> None:
    services.notify_all([draft(acting, "a"), draft(acting, "b"), draft(acting, "c")])

    class Picky(Post):
        def send(self, message: Message) -> None:
            if message.title == "b":
                raise TimeoutError
            super().send(message)

    post = Picky()
    result = services.deliver_due(post)
    assert (result.delivered, result.failed, result.given_up) == (2, 1, 0)
    assert [message.title for message in post.sent] == ["a", "c"]


def test_deliver_due_after_a_worker_was_killed_sends_again_with_the_same_key(acting: Acting) -> None:
    services.notify(draft(acting))
    keys: list[UUID] = []

    class Killed(BaseException):
        pass

    class Dying(Post):
        def send(self, message: Message) -> None:
            keys.append(message.key)
            raise Killed

    with pytest.raises(Killed):
        services.deliver_due(Dying())
    post = Post()
    with clock.set_to(NOON + LEASE - timedelta(seconds=1)):
        assert services.deliver_due(post).delivered == 0
    with clock.set_to(NOON + LEASE + timedelta(seconds=1)):
        assert services.deliver_due(post).delivered == 1
    assert [message.key for message in post.sent] == keys


def test_deliver_due_leaves_what_another_worker_took_over(acting: Acting) -> None:
    services.notify(draft(acting))
    other = Post()

    class Slow(Post):
        def send(self, message: Message) -> None:
            with clock.set_to(NOON + 2 * LEASE):
                assert services.deliver_due(other).delivered == 1
            super().send(message)

    assert services.deliver_due(Slow()).delivered == 0
    assert Outbox.objects.get().delivered_at == NOON + 2 * LEASE


def test_the_configured_gateway_is_the_console(settings: Any, acting: Acting) -> None:
    assert isinstance(gateways.configured(), ConsoleGateway)
    services.notify(draft(acting))
    assert services.deliver_due().delivered == 1
    settings.NOTICE_GATEWAY = "tests.foundation.notices.test_notices.Post"
    assert type(gateways.configured()).__name__ == "Post"


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the apps above put in the frame: a list's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("notices.")})
    monkeypatch.setattr(userbox, "_provided", {})


def signed_in(client: Client) -> Acting:
    user = make_user()
    acting = make_acting(Role.LIAISON, user=user)
    client.force_login(user)
    return acting


@pytest.mark.parametrize("number", [1, 3])
def test_inbox_costs_the_same_queries(client: Client, number: int, django_assert_num_queries: Any) -> None:
    acting = signed_in(client)
    services.notify_all([draft(acting)] * number)
    client.get(reverse("notices:inbox"))
    with django_assert_num_queries(6):
        page = client.get(reverse("notices:inbox"))
    assert len(page.context["page"].rows) == number


def test_inbox_for_a_stranger(client: Client) -> None:
    assert client.get(reverse("notices:inbox")).status_code == 302
    assert client.post(reverse("notices:mark_read"), {"all": "1"}).status_code == 401


def test_inbox_filters_the_unread(client: Client) -> None:
    acting = signed_in(client)
    first, _second = services.notify_all([draft(acting, "第一条"), draft(acting, "第二条")])
    services.mark_read(acting, [first.public_id])
    page = client.get(reverse("notices:inbox") + "?state=unread").content.decode()
    assert "第二条" in page
    assert "第一条" not in page


def test_mark_read_opens_what_the_notice_is_about(client: Client) -> None:
    acting = signed_in(client)
    notice = services.notify(draft(acting, url="/places/"))
    response = client.post(reverse("notices:mark_read"), {"notice": notice.public_id, "open": "1"})
    assert (response.status_code, response["Location"]) == (302, "/places/")
    notice.refresh_from_db()
    assert notice.read_at == NOON


def test_mark_read_of_what_is_not_ones_own_or_nothing(client: Client) -> None:
    signed_in(client)
    theirs = services.notify(NoticeDraft(kind="x", title="x", unit_id=make_unit().pk, url="/places/"))
    for asked in (theirs.public_id, "x", ""):
        response = client.post(reverse("notices:mark_read"), {"notice": asked, "open": "1"})
        assert response["Location"] == reverse("notices:inbox")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_mark_all_read(client: Client) -> None:
    acting = signed_in(client)
    services.notify_all([draft(acting)] * 3)
    client.post(reverse("notices:mark_read"), {"all": "1"})
    assert selectors.unread_count(acting).number == 0
