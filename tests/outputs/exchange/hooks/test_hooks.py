"""From what happens to a problem to what another system is told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.factories import people, places
from tests.factories.exchange import make_hook
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.exchange.hooks.receivers import Receiver, receiving
from wenming.foundation.notices.models import Notice
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant
from wenming.foundation.people.services import revoke_grant
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Refused
from wenming.outputs.exchange import hooks
from wenming.outputs.exchange.enums import ACTIONS, Fault, HookKind, HookState
from wenming.outputs.exchange.errors import DeliveryNotThere, HookAddressBad, HookDraftBad, HookNotOn, HookNotThere
from wenming.outputs.exchange.hooks.posting import NotTaken
from wenming.outputs.exchange.hooks.sending import ATTEMPTS_MAX, KEPT, LEASE, WAIT_MAX, Sent
from wenming.outputs.exchange.hooks.walking import LOOKED_THROUGH_MAX
from wenming.outputs.exchange.models import Webhook, WebhookDelivery
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


class Killed(BaseException):
    """What no handler catches, as a kill is caught by none."""


class Post:
    """The other end of the wire, without a wire: what came, and what is answered."""

    def __init__(self, *answers: BaseException | None) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.keys.append(headers["webhook-id"])
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return 200


def refusing(times: int) -> Post:
    return Post(*[NotTaken(Fault.ANSWER, 500)] * times)


@pytest.fixture
def cast() -> Cast:
    places.make_city()
    return Cast()


@pytest.fixture
def receiver(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    with receiving(tmp_path, settings) as found:
        yield found


def waiting(hook: Webhook) -> list[str]:
    return list(hook.deliveries.filter(delivered_at=None, given_up_at=None).values_list("key", flat=True))


def test_tell_what_happened_in_order(cast: Cast, receiver: Receiver) -> None:
    hook, _secret = make_hook(cast.county, url=receiver.url)
    first, second = (make_problem(cast) for _ in range(2))
    bring_to(cast, first, Action.SIGN)
    assert hooks.send_due() == Sent(delivered=4)
    assert receiver.keys == [
        *(f"problem-{first.public_id}-1", f"problem-{second.public_id}-1"),
        *(f"problem-{first.public_id}-2", f"problem-{first.public_id}-3"),
    ]
    assert hooks.send_due() == Sent()
    assert (len(receiver.got), waiting(hook)) == (4, [])


def test_tell_no_more_than_ids_states_times_and_places(cast: Cast, receiver: Receiver) -> None:
    make_hook(cast.county, url=receiver.url)
    problem = make_problem(cast, title="张三家门口", description="电话 13800000000", address="文昌路 3 号")
    event = problem.events.get()
    hooks.send_due()
    _headers, body = receiver.got[0]
    assert json.loads(body) == {
        "id": f"problem-{problem.public_id}-1",
        "type": "problem.filed",
        "action": "file",
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "problem": {
            "id": str(problem.public_id),
            "code": problem.code,
            "state": "filed",
            "version": event.version,
            "type": "",
            "region": str(people.TOWN),
            "found_at": problem.found_at.isoformat(),
            "url": f"https://wenming.test/problems/{problem.public_id}/",
        },
    }


def test_signature_is_what_the_specification_says(cast: Cast, receiver: Receiver) -> None:
    """Counted here as a receiver would count it, from the secret that was shown once."""
    _hook, secret = make_hook(cast.county, url=receiver.url)
    make_problem(cast)
    with clock.set_to(clock.now()):
        hooks.send_due()
        seconds = str(int(clock.now().timestamp()))
    headers, body = receiver.got[0]
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert (headers["webhook-timestamp"], headers["webhook-signature"]) == (seconds, f"v1,{expected}")
    assert headers["content-type"] == "application/json"


def test_secret_is_sealed_at_rest(cast: Cast) -> None:
    hook, secret = make_hook(cast.county)
    row = Webhook.objects.values().get(pk=hook.pk)
    assert (len(base64.b64decode(secret.removeprefix("whsec_"))), secret.encode() in bytes(row["sealed_secret"])) == (
        *(32, False),
    )
    assert secret not in str(row)


def test_secret_of_another_subscription_stops(cast: Cast) -> None:
    (one, _secret), (other, _other) = make_hook(cast.county), make_hook(cast.county)
    Webhook.objects.filter(pk=one.pk).update(sealed_secret=other.sealed_secret)
    make_problem(cast)
    post = Post()
    assert hooks.send_due(post) == Sent(delivered=1, stopped=1)
    one.refresh_from_db()
    assert (one.state, one.deliveries.get().fault, len(post.keys)) == (HookState.STOPPED, Fault.SECRET, 1)


def test_tell_only_what_was_asked_for(cast: Cast) -> None:
    make_hook(cast.county, kinds=[HookKind.SIGNED])
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    post = Post()
    hooks.send_due(post)
    assert post.keys == [f"problem-{problem.public_id}-3"]


def test_tell_only_within_scope_and_region(cast: Cast) -> None:
    elsewhere = Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    make_hook(cast.county)
    make_hook(cast.office)
    make_hook(cast.office, region_code=people.OTHER_COUNTY)
    make_hook(cast.liaison)
    ours, theirs = make_problem(cast), make_problem(elsewhere)
    posts = []
    for hook in Webhook.objects.order_by("pk"):
        Webhook.objects.exclude(pk=hook.pk).update(state=HookState.PAUSED)
        Webhook.objects.filter(pk=hook.pk).update(state=HookState.ON)
        post = Post()
        hooks.send_due(post)
        posts.append([key[8:44] for key in post.keys])
    a, b = str(ours.public_id), str(theirs.public_id)
    assert posts == [[a], [a, b], [b], [a]]


def test_tell_nothing_from_before(cast: Cast) -> None:
    make_problem(cast)
    make_hook(cast.county)
    assert hooks.send_due(Post()) == Sent()


def test_tell_nothing_after_the_grant_ends(cast: Cast) -> None:
    make_hook(cast.county)
    make_problem(cast)
    revoke_grant(Grant.objects.get(pk=cast.county.grant_id), by=SYSTEM)
    assert hooks.send_due(Post()) == Sent()


def test_killed_between_sending_and_noting_sends_again(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    with clock.set_to(clock.now()):
        post = Post(None, Killed())
        with pytest.raises(Killed):
            hooks.send_due(post)
        # The lease holds for as long as the dead worker might still be sending.
        assert hooks.send_due(post) == Sent()
        with clock.set_to(clock.now() + LEASE + timedelta(seconds=1)):
            assert hooks.send_due(post) == Sent(delivered=1)
    one, two = f"problem-{problem.public_id}-1", f"problem-{problem.public_id}-2"
    assert (post.keys, waiting(hook)) == ([one, two, two], [])


def test_killed_while_walking_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hook, _secret = make_hook(cast.county)
    make_problem(cast)

    def kill(*_args: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(WebhookDelivery.objects, "bulk_create", kill)
        with pytest.raises(Killed):
            hooks.send_due(Post())
    hook.refresh_from_db()
    assert (hook.deliveries.count(), hook.lease is None) == (0, False)
    with clock.set_to(clock.now() + LEASE + timedelta(seconds=1)):
        assert hooks.send_due(Post()) == Sent(delivered=1)


def test_wait_longer_each_time_and_give_up(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    post, at, waits = refusing(ATTEMPTS_MAX), clock.now(), []
    for number in range(ATTEMPTS_MAX):
        with clock.set_to(at):
            assert hooks.send_due(post) == Sent(failed=number < ATTEMPTS_MAX - 1, stopped=number == ATTEMPTS_MAX - 1)
        hook.refresh_from_db()
        with clock.set_to(hook.due_at - timedelta(seconds=1)):
            assert hooks.send_due(post) == Sent()
        waits.append((hook.due_at - at) // timedelta(minutes=1))
        at = hook.due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, *[WAIT_MAX // timedelta(minutes=1)] * 4]
    # Only the first is tried; what comes behind it waits, in order.
    first, second = hook.deliveries.order_by("event_id")
    assert set(post.keys) == {f"problem-{problem.public_id}-1"}
    assert (first.given_up_at, first.status, first.attempts) == (first.tried_at, 500, ATTEMPTS_MAX)
    assert (hook.state, waiting(hook)) == (HookState.STOPPED, [second.key])
    notice = Notice.objects.get(kind="exchange.hook_stopped")
    assert (notice.user_id, notice.url) == (cast.county.user_id, f"/exchange/hooks/{hook.public_id}/")
    with clock.set_to(at):
        assert hooks.send_due(post) == Sent()
        hooks.resume_hook(cast.county, hook.public_id)
        hooks.send_again(cast.county, hook.public_id, first.event_id)
        post.keys.clear()
        assert hooks.send_due(post) == Sent(delivered=2)
    assert post.keys == [first.key, second.key]


def test_one_that_is_taken_ends_the_waiting(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    make_problem(cast)
    post, at = refusing(1), clock.now()
    with clock.set_to(at):
        hooks.send_due(post)
    with clock.set_to(at + timedelta(minutes=1)):
        assert hooks.send_due(post) == Sent(delivered=1)
    hook.refresh_from_db()
    row = hook.deliveries.get()
    assert (hook.failures, row.attempts, row.status, row.fault) == (0, 2, 200, "")


def test_one_that_is_down_keeps_no_other_waiting(cast: Cast) -> None:
    make_hook(cast.county)
    make_hook(cast.office)
    make_problem(cast)
    assert hooks.send_due(refusing(1)) == Sent(delivered=1, failed=1)


def test_pause_holds_and_loses_nothing(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    hooks.pause_hook(cast.county, hook.public_id)
    make_problem(cast)
    assert hooks.send_due(Post()) == Sent()
    hooks.resume_hook(cast.county, hook.public_id)
    assert hooks.send_due(Post()) == Sent(delivered=1)


def test_send_again_under_the_same_id(cast: Cast, receiver: Receiver) -> None:
    hook, _secret = make_hook(cast.county, url=receiver.url)
    make_problem(cast)
    hooks.send_due()
    hooks.send_again(cast.county, hook.public_id, hook.deliveries.get().event_id)
    assert hooks.send_due() == Sent(delivered=1)
    (one, first), (two, second) = receiver.got
    assert (one["webhook-id"], first) == (two["webhook-id"], second)


def test_send_again_is_refused(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    with pytest.raises(DeliveryNotThere):
        hooks.send_again(cast.county, hook.public_id, 1)
    hooks.pause_hook(cast.county, hook.public_id)
    with pytest.raises(HookNotOn):
        hooks.send_again(cast.county, hook.public_id, 1)


def test_make_is_refused(cast: Cast) -> None:
    for role in (Role.LEADER, Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR):
        with pytest.raises(Refused):
            make_hook(people.make_acting(role))
    for more in (
        {"name": " "},
        {"kinds": []},
        {"kinds": ["x"]},
        {"region_code": people.OTHER_COUNTY},
        {"region_code": 1},
    ):
        with pytest.raises(HookDraftBad):
            make_hook(cast.county, **more)
    for url in ("http://example.com/", "https://10.0.0.1/", "https://localhost:8443/"):
        with pytest.raises(HookAddressBad):
            make_hook(cast.county, url=url)
    assert Webhook.objects.count() == 0


def test_another_persons_is_not_there(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    for verb in (hooks.hook_for, hooks.pause_hook, hooks.resume_hook, hooks.remove_hook):
        with pytest.raises(HookNotThere):
            verb(cast.office, hook.public_id)
    with pytest.raises(HookNotThere):
        hooks.send_again(cast.office, hook.public_id, 1)


def test_forget_what_is_old_and_over(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    make_problem(cast)
    hooks.send_due(Post())
    make_problem(cast)
    hooks.send_due(refusing(1))
    assert hooks.forget_deliveries() == 0
    with clock.set_to(clock.now() + KEPT + timedelta(hours=1)):
        assert hooks.forget_deliveries() == 1
    assert len(waiting(hook)) == 1


def test_every_action_is_of_one_kind() -> None:
    told = [action for actions in ACTIONS.values() for action in actions]
    assert sorted(told) == sorted(Action)
    assert set(ACTIONS) == set(HookKind)


def test_tell_what_lies_behind_a_wide_gap_of_ids(cast: Cast) -> None:
    hook, _secret = make_hook(cast.county)
    Webhook.objects.filter(pk=hook.pk).update(cursor=hook.cursor - 2 * LOOKED_THROUGH_MAX)
    make_problem(cast)
    assert hooks.send_due(Post()) == Sent(delivered=1)


@pytest.mark.parametrize("problems", [1, 3])
def test_send_in_a_fixed_number_of_statements(cast: Cast, problems: int, django_assert_num_queries: Any) -> None:
    make_hook(cast.county)
    for _number in range(problems):
        make_problem(cast)
    # PostgreSQL is asked who is writing.
    round_queries = 15 if connection.vendor == "postgresql" else 14
    with django_assert_num_queries(round_queries + 4 * problems):
        hooks.send_due(Post())


def test_idle_round_asks_once(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        hooks.send_due(Post())
