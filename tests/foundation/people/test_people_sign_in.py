"""Who gets in, who does not, and how a session ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import Client
from django.urls import reverse

from tests.factories.people import PASSWORD, make_acting, make_user
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people import services
from wenming.foundation.people.enums import Role
from wenming.foundation.people.errors import AccountLocked, SignInFailed, UsernameTaken
from wenming.foundation.people.models import Grant, User
from wenming.foundation.throttle.models import Counter
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
WRONG = "not-the-password"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


@pytest.fixture
def user() -> User:
    return User.objects.get(pk=make_acting(Role.COUNTY).user_id)


def fail(user: User, times: int) -> None:
    for _ in range(times):
        with pytest.raises((SignInFailed, AccountLocked)):
            services.sign_in(username=user.username, password=WRONG)


def enter(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("people:sign_in"), {"username": user.username, "password": password, **more})


def actions(user: User) -> list[str]:
    return list(AuditRecord.objects.filter(object_key=user.pk, object_kind="user").values_list("action", flat=True))


def test_sign_in_with_the_right_password(user: User) -> None:
    assert services.sign_in(username=f" {user.username} ", password=PASSWORD).pk == user.pk
    assert actions(user)[-1] == "people.sign_in"


def test_sign_in_when_wrong_and_when_unknown_says_the_same(user: User) -> None:
    answers = []
    for username in (user.username, "nobody"):
        with pytest.raises(SignInFailed) as caught:
            services.sign_in(username=username, password=WRONG)
        answers.append(str(caught.value))
    assert answers[0] == answers[1]


def test_sign_in_locks_at_the_fifth_failure(user: User) -> None:
    fail(user, 4)
    with pytest.raises(AccountLocked, match="30"):
        services.sign_in(username=user.username, password=WRONG)
    with pytest.raises(AccountLocked):
        services.sign_in(username=user.username, password=PASSWORD)
    assert actions(user)[-1] == "people.lock_account"


def test_sign_in_opens_again_after_thirty_minutes(user: User) -> None:
    fail(user, 5)
    with clock.set_to(NOON + timedelta(minutes=29, seconds=59)), pytest.raises(AccountLocked, match="1 分钟"):
        services.sign_in(username=user.username, password=PASSWORD)
    with clock.set_to(NOON + timedelta(minutes=30)):
        services.sign_in(username=user.username, password=PASSWORD)


def test_sign_in_counts_failures_in_a_row_only(user: User) -> None:
    fail(user, 4)
    services.sign_in(username=user.username, password=PASSWORD)
    fail(user, 4)
    services.sign_in(username=user.username, password=PASSWORD)


def test_unlock_accounts_opens_at_once(user: User) -> None:
    fail(user, 5)
    assert services.unlock_accounts([user], by=SYSTEM) == 1
    services.sign_in(username=user.username, password=PASSWORD)


def test_sign_in_of_a_closed_account_is_refused(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(SignInFailed):
        services.sign_in(username=user.username, password=PASSWORD)


def test_password_is_kept_with_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = make_user()
    assert identify_hasher(user.password).algorithm == "argon2"
    assert services.sign_in(username=user.username, password=PASSWORD).pk == user.pk


@pytest.mark.parametrize("password", ["", "short", "password123", "1234567890", "wangxiaoming88"])
def test_create_user_refuses_a_weak_password(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.create_user(username="wangxiaoming8", name="王晓明", password=password, by=SYSTEM)
    assert set(caught.value.fields) == {"password"}


def test_create_user_refuses_a_taken_name(user: User) -> None:
    with pytest.raises(UsernameTaken):
        services.create_user(username=user.username, name="另一人", password=PASSWORD, by=SYSTEM)


def test_sign_in_page_leads_to_where_one_wanted_to_go(client: Client, user: User) -> None:
    wanted = reverse("notices:inbox")
    refused = client.get(wanted)
    assert refused.url == f"{reverse('people:sign_in')}?next={wanted}"
    assert f'name="next" value="{wanted}"' in client.get(refused.url).content.decode()
    assert enter(client, user, next=wanted).url == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_sign_in_page_leads_nowhere_else(client: Client, user: User, target: str) -> None:
    assert enter(client, user, next=target).url == reverse("desk:home")


def test_sign_in_page_changes_the_session_key(client: Client, user: User) -> None:
    client.get(reverse("people:sign_in"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    enter(client, user)
    assert client.session.session_key != before


def test_sign_in_page_when_wrong_keeps_the_name_and_not_the_password(client: Client, user: User) -> None:
    page = enter(client, user, WRONG)
    text = page.content.decode()
    assert page.status_code == 401
    assert user.username in text
    assert WRONG not in text
    assert str(SignInFailed()) in text


def test_sign_in_page_when_locked(client: Client, user: User) -> None:
    fail(user, 5)
    assert enter(client, user).status_code == 429


def test_sign_in_page_when_nothing_was_typed(client: Client) -> None:
    page = client.post(reverse("people:sign_in"), {"next": "/"})
    assert page.status_code == 200
    assert "还有 2 处要改" in page.content.decode()


def test_sign_in_page_of_somebody_without_a_role(client: Client) -> None:
    page = enter(client, make_user())
    assert page.status_code == 403
    assert "还没有岗位" in page.content.decode()
    assert "sessionid" not in client.cookies


def test_sign_in_page_speaks_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    text = client.get(reverse("people:sign_in")).content.decode()
    assert "Sign in" in text
    assert "登录" not in text


def test_session_ends_after_thirty_idle_minutes(client: Client, user: User) -> None:
    enter(client, user)
    with clock.set_to(NOON + timedelta(minutes=29)):
        assert client.get(reverse("notices:inbox")).status_code == 200
    with clock.set_to(NOON + timedelta(minutes=29 + 31)):
        assert client.get(reverse("notices:inbox")).status_code == 302
    assert "sessionid" not in client.cookies or client.cookies["sessionid"].value == ""


def test_session_of_somebody_at_work_goes_on(client: Client, user: User) -> None:
    enter(client, user)
    for minutes in range(0, 120, 20):
        with clock.set_to(NOON + timedelta(minutes=minutes)):
            assert client.get(reverse("notices:inbox")).status_code == 200


def test_session_ends_with_its_last_grant(client: Client, user: User) -> None:
    enter(client, user)
    services.revoke_grant(Grant.objects.get(user=user), by=SYSTEM)
    assert client.get(reverse("notices:inbox")).status_code == 302


def test_session_ends_with_its_account(client: Client, user: User) -> None:
    enter(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("notices:inbox")).status_code == 302


def test_sign_out_ends_the_session(client: Client, user: User) -> None:
    enter(client, user)
    assert client.get(reverse("people:sign_out")).status_code == 405
    assert client.post(reverse("people:sign_out")).url == reverse("people:sign_in")
    assert client.get(reverse("notices:inbox")).status_code == 302


def test_switch_grant_changes_the_role_of_the_session(client: Client, user: User) -> None:
    other = make_acting(Role.AUTHOR, user=user)
    enter(client, user)
    client.post(reverse("people:switch_grant"), {"grant": str(other.grant_id)})
    box = client.get(reverse("notices:inbox")).content.decode()
    assert f"笔杆子 · {user.name}" in box
    assert 'name="grant"' in box


@pytest.mark.parametrize("grant", ["", "x", "-1", "999999999", "٣"])
def test_switch_grant_to_what_is_not_ones_own_changes_nothing(client: Client, user: User, grant: str) -> None:
    stranger = make_acting(Role.OFFICE)
    enter(client, user)
    for wanted in (grant, str(stranger.grant_id)):
        client.post(reverse("people:switch_grant"), {"grant": wanted})
        assert f"县文明办 · {user.name}" in client.get(reverse("notices:inbox")).content.decode()


def test_user_box_offers_no_choice_of_one(client: Client, user: User) -> None:
    enter(client, user)
    assert 'name="grant"' not in client.get(reverse("notices:inbox")).content.decode()


def test_sign_out_is_on_record(client: Client, user: User) -> None:
    enter(client, user)
    client.post(reverse("people:sign_out"))
    assert actions(user)[-1] == "people.sign_out"
    client.post(reverse("people:sign_out"))
    assert actions(user).count("people.sign_out") == 1


@pytest.mark.parametrize("grant", ["9" * 5000, "٣", "-1", ""])
def test_switch_to_a_grant_that_is_none(client: Client, user: User, grant: str) -> None:
    enter(client, user)
    assert client.post(reverse("people:switch_grant"), {"grant": grant}).status_code == 302


def fail_from(address: str, *, times: int, name: str = "nobody") -> list[int]:
    browser = Client(REMOTE_ADDR=address)
    data = {"username": name, "password": WRONG}
    return [browser.post(reverse("people:sign_in"), data).status_code for _ in range(times)]


def test_sign_in_page_after_forty_failures_from_one_address(user: User) -> None:
    assert fail_from("203.0.113.7", times=41) == [401] * 40 + [429]
    answer = enter(Client(REMOTE_ADDR="203.0.113.7"), user)
    assert (answer.status_code, answer["Retry-After"]) == (429, "30")
    assert "请在 30 秒后再试" in answer.content.decode()
    assert enter(Client(REMOTE_ADDR="203.0.113.8"), user).status_code == 302
    with clock.set_to(NOON + timedelta(seconds=30)):
        assert enter(Client(REMOTE_ADDR="203.0.113.7"), user).status_code == 302


def test_sign_in_page_when_refused_by_address_says_so_in_english(user: User) -> None:
    fail_from("203.0.113.7", times=40)
    browser = Client(REMOTE_ADDR="203.0.113.7")
    browser.cookies["django_language"] = "en"
    assert "Please try again in 30 seconds" in enter(browser, user).content.decode()


def test_sign_in_page_counts_a_whole_ipv6_network_as_one(user: User) -> None:
    codes = [fail_from(f"2001:db8:0:1::{number:x}", times=1)[0] for number in range(1, 42)]
    assert codes == [401] * 40 + [429]
    assert enter(Client(REMOTE_ADDR="2001:db8:0:2::1"), user).status_code == 302


def test_sign_in_page_of_an_office_is_not_closed_by_one_who_forgot(user: User) -> None:
    """He tries a hundred times; after the fifth his own account is locked, and that is all."""
    forgetful = make_acting(Role.LIAISON)
    name = User.objects.get(pk=forgetful.user_id).username
    assert fail_from("203.0.113.7", times=100, name=name) == [401] * 4 + [429] * 96
    assert enter(Client(REMOTE_ADDR="203.0.113.7"), user).status_code == 302


def test_sign_in_page_refused_by_address_is_not_counted_against_the_account(user: User) -> None:
    fail_from("203.0.113.7", times=40)
    fail_from("203.0.113.7", times=5, name=user.username)
    user.refresh_from_db()
    assert (user.failed_sign_ins, user.locked_until) == (0, None)


def test_sign_in_writes_no_counter_when_it_succeeds(user: User) -> None:
    enter(Client(REMOTE_ADDR="203.0.113.7"), user)
    assert Counter.objects.count() == 0


def test_sign_in_page_behind_a_stranger_counts_the_stranger(user: User) -> None:
    """Nobody gets new tries by inventing whom he forwards."""
    data = {"username": "nobody", "password": WRONG}
    codes = [
        Client(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
        .post(reverse("people:sign_in"), data)
        .status_code
        for number in range(41)
    ]
    assert codes[-1] == 429
