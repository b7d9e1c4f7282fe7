"""A code besides the password: what it asks for, of whom, and how it is lost and had again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.people import PASSWORD, make_acting
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.notices.models import Notice
from wenming.foundation.people import selectors, services
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import ADMINISTRATORS, Role
from wenming.foundation.people.errors import (
    FactorMissing,
    FactorRequired,
    FactorThere,
    FactorUnreadable,
    OwnFactor,
    TooManyCodes,
    WrongCode,
)
from wenming.foundation.people.models import RecoveryCode, SecondFactor, User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
STEP = timedelta(seconds=30)
PAGE = "people:second_factor"
CODE_PAGE = "people:sign_in_code"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


@pytest.fixture
def acting() -> Acting:
    return make_acting(Role.SECURITY)


@pytest.fixture
def user(acting: Acting) -> User:
    return User.objects.get(pk=acting.user_id)


class Phone:
    """The authenticator of somebody who has enrolled a step before noon, with the codes that were told then."""

    def __init__(self, user: User) -> None:
        secret = services.new_secret(user)
        self.totp = pyotp.TOTP(services.shown_secret(user, secret)[0])
        with clock.set_to(NOON - 2 * STEP):
            self.recovery = services.enrol_factor(user, secret=secret, code=self.code(-2), by=SYSTEM)
        user.refresh_from_db()

    def code(self, steps: int = 0) -> str:
        return self.totp.at(NOON + steps * STEP)


@pytest.fixture
def phone(user: User) -> Phone:
    return Phone(user)


def show_password(user: User, **more: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(reverse("people:sign_in"), {"username": user.username, "password": PASSWORD, **more})


def show_code(client: Client, code: str, **more: str) -> Any:
    return client.post(reverse(CODE_PAGE), {"code": code, **more})


def actions(user: User) -> list[str]:
    return list(AuditRecord.objects.filter(object_key=user.pk, object_kind="user").values_list("action", flat=True))


def test_sign_in_without_a_second_factor_is_one_step(user: User) -> None:
    client, answer = show_password(user)
    assert answer.url == reverse("desk:home")
    assert client.get(reverse("people:account")).status_code == 200
    assert client.get(reverse(CODE_PAGE)).url == reverse("people:sign_in")


def test_sign_in_asks_for_the_code_and_leads_on(user: User, phone: Phone) -> None:
    wanted = reverse("notices:inbox")
    client, answer = show_password(user, next=wanted)
    assert answer.url == f"{reverse(CODE_PAGE)}?{urlencode({'next': wanted})}"
    assert f'name="next" value="{wanted}"' in client.get(answer.url).content.decode()
    before = client.session.session_key
    assert show_code(client, phone.code(), next=wanted).url == wanted
    assert client.session.session_key != before
    assert client.get(wanted).status_code == 200
    assert actions(user)[-1] == "people.pass_factor"


def test_sign_in_with_the_password_alone_opens_nothing(user: User, phone: Phone) -> None:
    client, _answer = show_password(user)
    for name in ("desk:home", "people:account", PAGE, "people:people", "notices:inbox"):
        assert client.get(reverse(name)).url == reverse(CODE_PAGE), name
    assert client.post(reverse("people:sign_out_everywhere")).url == reverse(CODE_PAGE)
    assert client.get("/api/v1/standards/types").status_code == 302
    assert client.post(reverse("people:sign_out")).url == reverse("people:sign_in")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_pass_factor_by_a_clock_that_goes_half_a_minute_wrong(user: User, phone: Phone, steps: int) -> None:
    services.pass_factor(user, code=phone.code(steps))


@pytest.mark.parametrize("code", ["", "000000", "１２３", "0" * 40, "x" * 500])
def test_pass_factor_by_what_is_no_code(user: User, phone: Phone, code: str) -> None:
    with pytest.raises(WrongCode):
        services.pass_factor(user, code=code)


def test_pass_factor_takes_the_code_as_people_type_it(user: User, phone: Phone) -> None:
    code = phone.code().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    services.pass_factor(user, code=f" {code[:3]} {code[3:]}")


def test_pass_factor_refuses_a_code_that_was_spent_and_those_before_it(user: User, phone: Phone) -> None:
    services.pass_factor(user, code=phone.code())
    for steps in (0, -1):
        with pytest.raises(WrongCode):
            services.pass_factor(user, code=phone.code(steps))
    services.pass_factor(user, code=phone.code(1))


def test_pass_factor_refuses_the_code_of_the_enrolment(user: User, phone: Phone) -> None:
    with clock.set_to(NOON - 2 * STEP), pytest.raises(WrongCode):
        services.pass_factor(user, code=phone.code(-2))


def test_pass_factor_lets_five_guesses_through_and_then_none(user: User, phone: Phone) -> None:
    for _ in range(5):
        with pytest.raises(WrongCode):
            services.pass_factor(user, code="000000")
    with pytest.raises(TooManyCodes, match="360"):
        services.pass_factor(user, code=phone.code())
    # Signing in again with the password buys no new guesses.
    client, _answer = show_password(user)
    refused = show_code(client, phone.code())
    assert (refused.status_code, refused["Retry-After"]) == (429, "360")
    with clock.set_to(NOON + timedelta(minutes=6)):
        services.pass_factor(user, code=phone.code(12))


def test_pass_factor_by_a_recovery_code_once(user: User, phone: Phone) -> None:
    client, _answer = show_password(user)
    assert show_code(client, phone.recovery[3].lower()).status_code == 302
    assert actions(user)[-2:] == ["people.use_recovery_code", "people.pass_factor"]
    assert selectors.recovery_codes_left(user) == 9
    with pytest.raises(WrongCode):
        services.pass_factor(user, code=phone.recovery[3])


def test_pass_factor_by_somebody_elses_recovery_code(user: User, phone: Phone) -> None:
    other = User.objects.get(pk=make_acting(Role.OFFICE).user_id)
    Phone(other)
    with pytest.raises(WrongCode):
        services.pass_factor(other, code=phone.recovery[0])


def test_secret_and_recovery_codes_are_kept_nowhere_as_they_are(user: User, phone: Phone) -> None:
    factor = SecondFactor.objects.get()
    assert phone.totp.secret.encode() not in bytes(factor.sealed_secret)
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(kept) == 10
    assert not kept & set(phone.recovery)
    client, _answer = show_password(User.objects.get(pk=make_acting(Role.OFFICE).user_id))
    shown = client.get(reverse(PAGE)).content.decode()
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', shown)
    assert secret is not None
    # Nor in the session, before it is proved.
    assert secret[1].replace(" ", "") not in str([row.get_decoded() for row in Session.objects.all()])


def test_secret_of_one_is_not_read_as_another(user: User, phone: Phone) -> None:
    other = User.objects.get(pk=make_acting(Role.OFFICE).user_id)
    with pytest.raises(FactorUnreadable):
        services.shown_secret(other, bytes(SecondFactor.objects.get().sealed_secret))


def test_pass_factor_after_the_installations_secret_was_changed(user: User, phone: Phone, settings: Any) -> None:
    settings.SECRET_KEY = "another secret of sufficient length, 0123456789"
    with pytest.raises(FactorUnreadable):
        services.pass_factor(user, code=phone.code())


def test_enrol_page_shows_codes_once_and_the_session_goes_on(user: User) -> None:
    client, _answer = show_password(user)
    page = client.get(reverse(PAGE)).content.decode()
    assert 'src="data:image/png;base64,' in page
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)
    assert secret is not None
    assert secret[0] in client.get(reverse(PAGE)).content.decode()
    assert client.post(reverse(PAGE), {"do": "enrol", "code": "000000"}).status_code == 400
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(NOON)
    told = client.post(reverse(PAGE), {"do": "enrol", "code": code}).content.decode()
    assert len(re.findall(r"<li><code>[0-9A-Z]{5}-[0-9A-Z]{5}</code>", told)) == 10
    again = client.get(reverse(PAGE))
    assert again.status_code == 200
    assert "还有 10 个恢复码没有用过" in again.content.decode()
    assert actions(user)[-1] == "people.enrol_factor"


def test_enrol_factor_twice(user: User, phone: Phone) -> None:
    with pytest.raises(FactorThere):
        services.enrol_factor(user, secret=services.new_secret(user), code="000000", by=SYSTEM)


def test_renew_recovery_codes_voids_the_former(user: User, phone: Phone) -> None:
    fresh = services.renew_recovery_codes(user, code=phone.code(), by=SYSTEM)
    with pytest.raises(WrongCode):
        services.pass_factor(user, code=phone.recovery[0])
    services.pass_factor(user, code=fresh[0])


def test_remove_factor_needs_a_code_and_ends_the_second_step(user: User, phone: Phone) -> None:
    with pytest.raises(WrongCode):
        services.remove_factor(user, code="000000", by=SYSTEM)
    services.remove_factor(user, code=phone.code(), by=SYSTEM)
    user.refresh_from_db()
    assert (user.has_second_factor, SecondFactor.objects.exists(), RecoveryCode.objects.exists()) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize("role", Role)
def test_required_of_administrators_alone(settings: Any, role: Role) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client, _answer = show_password(User.objects.get(pk=make_acting(role).user_id))
    answer = client.get(reverse("people:account"))
    if role in ADMINISTRATORS:
        assert answer.url == reverse(PAGE)
        assert "管理员岗位必须开通" in client.get(reverse(PAGE)).content.decode()
    else:
        assert answer.status_code == 200


def test_required_of_an_administrator_who_works_under_another_grant(settings: Any, user: User) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    other = make_acting(Role.AUTHOR, user=user)
    client, _answer = show_password(user)
    client.post(reverse("people:switch_grant"), {"grant": str(other.grant_id)})
    assert client.get(reverse("desk:home")).url == reverse(PAGE)


def test_remove_factor_where_it_is_required(settings: Any, user: User, phone: Phone) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    with pytest.raises(FactorRequired):
        services.remove_factor(user, code=phone.code(), by=SYSTEM)


def test_reset_factor_by_another_ends_sessions_and_tells(user: User, phone: Phone) -> None:
    client, _answer = show_password(user)
    show_code(client, phone.code())
    assert client.get(reverse("people:account")).status_code == 200
    other = make_acting(Role.SECURITY)
    desk = Client()
    desk.force_login(User.objects.get(pk=other.user_id))
    assert "重置二次验证" in desk.get(reverse("people:person", args=[user.pk])).content.decode()
    assert desk.post(reverse("people:reset_factor", args=[user.pk])).status_code == 302
    assert client.get(reverse("people:account")).status_code == 302
    assert AuditRecord.objects.filter(action="people.reset_factor", actor_id=str(other.user_id)).count() == 1
    notice = Notice.objects.get(user_id=user.pk)
    assert (notice.kind, notice.url) == ("people.factor_reset", reverse(PAGE))
    assert show_password(user)[1].url == reverse("desk:home")


def test_reset_factor_of_ones_own(user: User, acting: Acting, phone: Phone) -> None:
    with pytest.raises(OwnFactor):
        services.reset_factor(user, by=acting.actor)


def test_reset_factor_of_somebody_without(user: User) -> None:
    with pytest.raises(FactorMissing):
        services.reset_factor(user, by=SYSTEM)


def test_page_of_a_signed_in_person_costs_no_statement_more(user: User, settings: Any) -> None:
    client, _answer = show_password(user)
    client.get(reverse("people:account"))
    with CaptureQueriesContext(
        connection,
    ) as plain:
        client.get(reverse("people:account"))
    phone = Phone(user)
    settings.SECOND_FACTOR_REQUIRED = True
    show_code(client, phone.code())
    client.get(reverse("people:account"))
    with CaptureQueriesContext(connection) as passed:
        client.get(reverse("people:account"))
    assert len(passed) == len(plain)


def test_reset_factor_from_the_command_line(user: User, phone: Phone) -> None:
    call_command("reset_factor", user.username, stdout=StringIO())
    user.refresh_from_db()
    assert user.has_second_factor is False
    assert AuditRecord.objects.get(action="people.reset_factor").actor_kind == SYSTEM.kind
    for username in (user.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_factor", username)
