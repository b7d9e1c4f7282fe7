"""Getting in, and being kept out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from wenming.foundation.audit import services as audit
from wenming.foundation.people.errors import AccountLocked, SignInFailed, SignInTooOften
from wenming.foundation.people.models import User
from wenming.foundation.throttle import services as throttle
from wenming.foundation.throttle.services import Rate
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, Actor, ActorKind

FAILURES_MAX = 5
LOCK = timedelta(minutes=30)
# For an office of two hundred behind one address: see docs/decisions/0028.
FAILURES_FROM_ADDRESS: Final = Rate("people.sign_in", at_once=40, every=timedelta(seconds=30), refusal=SignInTooOften)


def sign_in(*, username: str, password: str) -> User:
    """The account of whoever knows its password. Raises SignInFailed, AccountLocked, SignInTooOften.

    A failure is counted and committed before the refusal is raised, so that a refused attempt still counts; an
    unknown name costs as much time as a wrong password. A locked account costs the address nothing: whoever forgot his
    password and goes on trying keeps nobody else out.
    """
    here = throttle.here()
    throttle.check(FAILURES_FROM_ADDRESS, who=here)
    refusal: SignInFailed | AccountLocked
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username.strip(), is_active=True).first()
        if user is None:
            make_password(password)
            refusal = SignInFailed()
        else:
            _require_open(user)
            if check_password(password, user.password):
                user.failed_sign_ins, user.locked_until, user.last_login = 0, None, clock.now()
                user.save(update_fields=["failed_sign_ins", "locked_until", "last_login"])
                actor = Actor(ActorKind.USER, str(user.pk))
                audit.record(by=actor, action="people.sign_in", kind="user", key=user.pk)
                return user
            refusal = _count_failure(user)
    throttle.count(FAILURES_FROM_ADDRESS, who=here)
    raise refusal


def _require_open(user: User) -> None:
    """Raises AccountLocked."""
    left = user.locked_until - clock.now() if user.locked_until is not None else timedelta()
    if left > timedelta():
        raise _locked(left)


def _locked(left: timedelta) -> AccountLocked:
    return AccountLocked(minutes=-(-left // timedelta(minutes=1)), seconds=-(-left // timedelta(seconds=1)))


def _count_failure(user: User) -> SignInFailed | AccountLocked:
    user.failed_sign_ins += 1
    audit.record(by=SYSTEM, action="people.refuse_sign_in", kind="user", key=user.pk)
    refusal: SignInFailed | AccountLocked = SignInFailed()
    if user.failed_sign_ins >= FAILURES_MAX:
        user.failed_sign_ins, user.locked_until = 0, clock.now() + LOCK
        audit.record(by=SYSTEM, action="people.lock_account", kind="user", key=user.pk)
        refusal = _locked(LOCK)
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    return refusal


def unlock_accounts(users: Iterable[User], *, by: Actor) -> int:
    pks = [user.pk for user in users]
    with transaction.atomic():
        changed = User.objects.filter(pk__in=pks).update(locked_until=None, failed_sign_ins=F("failed_sign_ins") * 0)
        audit.record_all([audit.Entry("people.unlock", "user", str(pk)) for pk in pks], by=by)
    return changed


def forget_sessions() -> int:
    """Drops the rows of sessions that ended by their age."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
