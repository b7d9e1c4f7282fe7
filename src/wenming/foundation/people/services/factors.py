"""The second factor: a code that a telephone shows (TOTP, RFC 6238), and recovery codes for when it is lost."""

import unicodedata
from datetime import timedelta
from typing import Final

import pyotp
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from wenming.foundation.audit import services as audit
from wenming.foundation.people import selectors, telling
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
from wenming.foundation.throttle import services as throttle
from wenming.foundation.throttle.services import Rate
from wenming.kernel import clock, sealed
from wenming.kernel.actors import SYSTEM, Actor, ActorKind
from wenming.kernel.ids import CROCKFORD

PURPOSE: Final = "people.second_factor"
# As short as can be: each character takes nine in the address, and the camera must resolve them all.
ISSUER: Final = "文明"
STEP_SECONDS: Final = 30
# The telephone's clock may go half a minute wrong either way.
STEPS_AROUND: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
RECOVERY_CHARS: Final = 10
CODE_CHARS_MAX: Final = 40
# Three of a million codes hold at a time; whoever has the password gets 245 guesses a day.
WRONG_CODES: Final = Rate("people.second_factor", at_once=5, every=timedelta(minutes=6), refusal=TooManyCodes)


def new_secret(user: User) -> bytes:
    """A secret that holds nothing yet, sealed, to be shown and then proved by `enrol_factor`."""
    return _seal(user, pyotp.random_base32())


def shown_secret(user: User, secret: bytes) -> tuple[str, str]:
    """What is typed into an authenticator, and the address that its camera reads. Raises FactorUnreadable."""
    text = _unseal(user, secret)
    return text, pyotp.TOTP(text).provisioning_uri(name=user.username, issuer_name=ISSUER)


def enrol_factor(user: User, *, secret: bytes, code: str, by: Actor) -> list[str]:
    """From now on the account asks for a code; the recovery codes are told here and never again.

    Raises WrongCode, TooManyCodes, FactorThere, FactorUnreadable.
    """
    text = _unseal(user, secret)
    with transaction.atomic():
        _locked(user)
        if SecondFactor.objects.filter(user=user).exists():
            raise FactorThere
        throttle.check(WRONG_CODES, who=_who(user))
        step = _step_of(text, code, after=0)
        if step is not None:
            SecondFactor.objects.create(user=user, sealed_secret=secret, last_step=step, enrolled_at=clock.now())
            User.objects.filter(pk=user.pk).update(has_second_factor=True)
            audit.record(by=by, action="people.enrol_factor", kind="user", key=user.pk)
            return _renew(user)
    throttle.count(WRONG_CODES, who=_who(user))
    raise WrongCode


def pass_factor(user: User, *, code: str) -> None:
    """The second step of signing in, by a code of the telephone or a recovery code. No code holds twice.

    A wrong one is counted and committed before it is refused. Raises WrongCode, TooManyCodes, FactorMissing,
    FactorUnreadable.
    """
    with transaction.atomic():
        if _is_right(user, code):
            actor = Actor(ActorKind.USER, str(user.pk))
            audit.record(by=actor, action="people.pass_factor", kind="user", key=user.pk)
            return
        audit.record(by=SYSTEM, action="people.refuse_factor", kind="user", key=user.pk)
        throttle.count(WRONG_CODES, who=_who(user))
    raise WrongCode


def renew_recovery_codes(user: User, *, code: str, by: Actor) -> list[str]:
    """The former ones hold no longer. Raises what `pass_factor` raises."""
    pass_factor(user, code=code)
    with transaction.atomic():
        audit.record(by=by, action="people.renew_recovery_codes", kind="user", key=user.pk)
        return _renew(user)


def remove_factor(user: User, *, code: str, by: Actor) -> None:
    """One's own, where nobody requires it. Raises FactorRequired, and what `pass_factor` raises."""
    if is_required_of(user):
        raise FactorRequired
    pass_factor(user, code=code)
    with transaction.atomic():
        _drop(user)
        audit.record(by=by, action="people.remove_factor", kind="user", key=user.pk)


def reset_factor(user: User, *, by: Actor) -> None:
    """Of somebody who lost telephone and recovery codes: all sessions end, and the person is told.

    Raises OwnFactor, FactorMissing.
    """
    if by.kind is ActorKind.USER and by.id == str(user.pk):
        raise OwnFactor
    with transaction.atomic():
        if not _drop(user):
            raise FactorMissing
        User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
        audit.record(by=by, action="people.reset_factor", kind="user", key=user.pk)
        telling.tell(
            user_id=user.pk,
            kind="people.factor_reset",
            title=_("您的二次验证已被重置"),
            body=_(
                "管理员重置了您账号的二次验证，原来的验证器和恢复码都已作废。如果不是您请他办的，请马上告诉安全管理员。"
            ),
            url=reverse("people:second_factor"),
        )


def is_required_of(user: User) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and selectors.is_administrator(user)


def _is_right(user: User, code: str) -> bool:
    """Spends the code. Those who try at once wait for one another. Raises TooManyCodes, FactorMissing."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        raise FactorMissing
    throttle.check(WRONG_CODES, who=_who(user))
    step = _step_of(_unseal(user, bytes(factor.sealed_secret)), code, after=factor.last_step)
    if step is not None:
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return True
    digest = _digest(user, code)
    spent = RecoveryCode.objects.filter(user=user, digest=digest, used_at__isnull=True).update(used_at=clock.now())
    if spent:
        actor = Actor(ActorKind.USER, str(user.pk))
        audit.record(by=actor, action="people.use_recovery_code", kind="user", key=user.pk)
    return bool(spent)


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The interval of which this is the code, when it lies behind the last one that was spent."""
    typed = _plain(code)
    totp = pyotp.TOTP(secret)
    here = int(clock.now().timestamp()) // STEP_SECONDS
    steps = [here + away for away in STEPS_AROUND]
    return next(
        (step for step in steps if step > after and constant_time_compare(totp.generate_otp(step), typed)), None
    )


def _renew(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [get_random_string(RECOVERY_CHARS, CROCKFORD) for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(user, code)) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _drop(user: User) -> bool:
    RecoveryCode.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(has_second_factor=False)
    return bool(SecondFactor.objects.filter(user=user).delete()[0])


def _locked(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _plain(code: str) -> str:
    """As it is compared: half-width, in capitals, without what people put between groups."""
    text = unicodedata.normalize("NFKC", code[:CODE_CHARS_MAX]).upper()
    return "".join(character for character in text if character.isalnum())


def _digest(user: User, code: str) -> str:
    return salted_hmac("wenming.people.recovery_code", f"{user.pk}:{_plain(code)}", algorithm="sha256").hexdigest()


def _who(user: User) -> str:
    return f"user:{user.pk}"


def _seal(user: User, secret: str) -> bytes:
    return sealed.seal(secret, purpose=PURPOSE, owner=str(user.pk))


def _unseal(user: User, secret: bytes) -> str:
    try:
        return sealed.unseal(secret, purpose=PURPOSE, owner=str(user.pk))
    except sealed.Unreadable as error:
        raise FactorUnreadable from error
