"""Verbs about accounts."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from wenming.foundation.audit import services as audit
from wenming.foundation.people.errors import OwnAccount, UsernameTaken, WrongPassword
from wenming.foundation.people.models import User
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import Invalid

WRITE_ROWS = 500


@dataclass(frozen=True, slots=True)
class UserDraft:
    username: str
    name: str
    password: str


def create_users(drafts: Sequence[UserDraft], *, by: Actor) -> list[User]:
    """All or none, in a fixed number of statements. Raises UsernameTaken, or Invalid with what is wrong with a password.

    A password that several drafts share (an initial one, to be changed) is hashed once: hashing is meant to be slow.
    """
    users = [User(username=draft.username.strip(), name=draft.name.strip()) for draft in drafts]
    hashes: dict[str, str] = {}
    for user, draft in zip(users, drafts, strict=True):
        _require_good(draft.password, user)
        if draft.password not in hashes:
            hashes[draft.password] = make_password(draft.password)
        user.password = hashes[draft.password]
    names = [user.username for user in users]
    with transaction.atomic():
        taken = User.objects.filter(username__in=names).values_list("username", flat=True).first()
        twice = next((name for name, times in Counter(names).items() if times > 1), None)
        if taken or twice:
            raise UsernameTaken(username=taken or twice)
        made = User.objects.bulk_create(users, batch_size=WRITE_ROWS)
        audit.record_all(
            [audit.Entry("people.create_user", "user", str(u.pk), None, {"username": u.username}) for u in made], by=by
        )
    return made


def create_user(*, username: str, name: str, password: str, by: Actor) -> User:
    """Raises UsernameTaken, or Invalid with what is wrong with the password."""
    return create_users([UserDraft(username, name, password)], by=by)[0]


def register_user(*, username: str, name: str, by: Actor) -> tuple[User, str]:
    """A new account and the password for its first sign-in, which must be changed then. Raises UsernameTaken."""
    once = _once()
    with transaction.atomic():
        user = create_user(username=username, name=name, password=once, by=by)
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
    return user, once


def rename_user(user: User, *, name: str, by: Actor) -> None:
    """Repeating the name changes nothing. The log holds that it changed, not the names: it outlives the person's data."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk).exclude(name=name.strip()).update(name=name.strip()):
            audit.record(by=by, action="people.rename_user", kind="user", key=user.pk)


def deactivate_user(user: User, *, by: Actor) -> None:
    """The account opens nothing any more; its grants stay for the day it is used again. Raises OwnAccount."""
    _require_another(user, by)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            audit.record(by=by, action="people.deactivate_user", kind="user", key=user.pk)


def activate_user(user: User, *, by: Actor) -> None:
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            audit.record(by=by, action="people.activate_user", kind="user", key=user.pk)


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """Ends every session of the account, on every device."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
        audit.record(by=by, action="people.sign_out_everywhere", kind="user", key=user.pk)


def change_password(user: User, *, current: str, new: str, by: Actor) -> None:
    """One's own; every session ends. Raises WrongPassword, or Invalid with what is wrong with the new one."""
    if not check_password(current, user.password):
        raise WrongPassword(fields={"current": WrongPassword.message})
    if current == new:
        raise Invalid(fields={"new": gettext_lazy("新密码不能和现在的一样。")})
    _require_good(new, user, field="new")
    user.must_change_password = False
    _set_password(user, new, "people.change_password", by)


def reset_password(user: User, *, by: Actor) -> str:
    """A password for one sign-in, to be handed over in person; it must be changed at once. Raises OwnAccount."""
    _require_another(user, by)
    once = _once()
    user.must_change_password, user.failed_sign_ins, user.locked_until = True, 0, None
    _set_password(user, once, "people.reset_password", by)
    return once


def _once() -> str:
    return "-".join(secrets.token_hex(2) for _part in range(4))


def _set_password(user: User, password: str, action: str, by: Actor) -> None:
    user.password = make_password(password)
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password", "failed_sign_ins", "locked_until"])
        audit.record(by=by, action=action, kind="user", key=user.pk)


def _require_another(user: User, by: Actor) -> None:
    if by.kind is ActorKind.USER and by.id == str(user.pk):
        raise OwnAccount


def _require_good(password: str, user: User, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={field: " ".join(error.messages)}) from error
