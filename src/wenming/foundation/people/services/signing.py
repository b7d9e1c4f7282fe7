"""Getting in, and being kept out."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from wenming.foundation.audit import services as audit
from wenming.foundation.people.errors import AccountLocked, SignInFailed
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, Actor, ActorKind

FAILURES_MAX = 5
LOCK = timedelta(minutes=30)


def sign_in(*, username: str, password: str) -> User:
    """The account of whoever knows its password. Raises SignInFailed, AccountLocked.

    The failure is counted and committed before the refusal is raised, so that a refused attempt still counts; an
    unknown name costs as much time as a wrong password.
    """
    refusal: SignInFailed | AccountLocked | None = None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username.strip(), is_active=True).first()
        if user is None:
            make_password(password)
            raise SignInFailed
        now = clock.now()
        if user.locked_until is not None and user.locked_until > now:
            minutes = -((now - user.locked_until) // timedelta(minutes=1))
            raise AccountLocked(minutes=minutes)
        actor = Actor(ActorKind.USER, str(user.pk))
        if check_password(password, user.password):
            user.failed_sign_ins, user.locked_until, user.last_login = 0, None, now
            audit.record(by=actor, action="people.sign_in", kind="user", key=user.pk)
        else:
            refusal = _count_failure(user)
        user.save(update_fields=["failed_sign_ins", "locked_until", "last_login"])
    if refusal is not None:
        raise refusal
    return user


def _count_failure(user: User) -> SignInFailed | AccountLocked:
    user.failed_sign_ins += 1
    audit.record(by=SYSTEM, action="people.refuse_sign_in", kind="user", key=user.pk)
    if user.failed_sign_ins < FAILURES_MAX:
        return SignInFailed()
    user.failed_sign_ins, user.locked_until = 0, clock.now() + LOCK
    audit.record(by=SYSTEM, action="people.lock_account", kind="user", key=user.pk)
    return AccountLocked(minutes=LOCK // timedelta(minutes=1))


def unlock_accounts(users: Iterable[User], *, by: Actor) -> int:
    pks = [user.pk for user in users]
    with transaction.atomic():
        changed = User.objects.filter(pk__in=pks).update(locked_until=None, failed_sign_ins=F("failed_sign_ins") * 0)
        audit.record_all([audit.Entry("people.unlock", "user", str(pk)) for pk in pks], by=by)
    return changed


def forget_sessions() -> int:
    """Drops the rows of sessions that ended by their age."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
