"""Accounts and what each may do, as two tables: who sets up accounts and who gives roles are kept apart.

Both are read from the office's one list of people; the command line, which belongs to the installation, takes it whole.
"""

import secrets
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import selectors, services
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant, Unit, User
from wenming.foundation.people.services import UserDraft
from wenming.kernel.errors import DomainError, Invalid
from wenming.outputs.exchange.errors import ValueMissing
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import Row, check_lengths, read_rows
from wenming.outputs.exchange.office.units import PEOPLE_COLUMNS, ROLES, UnknownWord
from wenming.outputs.exchange.results import Result

ACCOUNT_COLUMNS: Final = {name: PEOPLE_COLUMNS[name] for name in ("username", "name")}
ACCOUNT_REQUIRED: Final = ("username", "name")
ROLE_COLUMNS: Final = {name: PEOPLE_COLUMNS[name] for name in ("username", "unit", "role", "region")}
ROLE_REQUIRED: Final = ("username", "unit", "role")
CHARS_MAX: Final = {"username": 150, "name": 60}
SECRET_BYTES: Final = 32


class AccountUnknown(Invalid):
    code = "exchange.account_unknown"
    message = _("还没有账号“{username}”。请系统管理员先导入账号。")


def take_accounts(source: Source) -> Result:
    """Accounts that nobody can enter yet: the security administrator resets the password when the person comes.

    A person who stands in several rows has one account. What is there already is left as it is.
    """
    result = Result()
    known = set(User.objects.values_list("username", flat=True))
    # Known to nobody; one for all of them, since hashing is meant to be slow.
    secret = secrets.token_urlsafe(SECRET_BYTES)
    new: dict[str, UserDraft] = {}
    for row in read_rows(source.path, ACCOUNT_COLUMNS, required=ACCOUNT_REQUIRED, layout=source.layout):
        result.read += 1
        try:
            username, name = _named(row)
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
            continue
        if username in known or username in new:
            result.unchanged += 1
        else:
            new[username] = UserDraft(username, name, secret)
    with transaction.atomic():
        made = services.create_users(list(new.values()), by=source.by)
        User.objects.filter(pk__in=[user.pk for user in made]).update(must_change_password=True)
    result.created = len(made)
    source.progress(result.read)
    return result


def take_roles(source: Source) -> Result:
    """A grant a row, by the ordinary verb: an administrator's role waits for a second person as on the screen."""
    result = Result()
    book = selectors.UnitBook()
    users = {user.username: user for user in User.objects.filter(is_active=True)}
    held = set(Grant.objects.filter(revoked_at__isnull=True).values_list("user_id", "role", "unit_id"))
    for row in read_rows(source.path, ROLE_COLUMNS, required=ROLE_REQUIRED, layout=source.layout):
        result.read += 1
        try:
            user, role, unit = _post(row, users, book)
            is_new = (user.pk, role.value, unit.pk) not in held
            if is_new:
                region = row.number_at("region")
                code = int(region) if region else None
                services.grant_role(user, role=role, unit=unit, region_code=code, by=source.by)
                held.add((user.pk, role.value, unit.pk))
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
            continue
        result.created += is_new
        result.unchanged += not is_new
        source.progress(1)
    return result


def _named(row: Row) -> tuple[str, str]:
    check_lengths(row, ACCOUNT_COLUMNS, CHARS_MAX)
    for name in ACCOUNT_REQUIRED:
        if not row.text(name):
            raise ValueMissing(column=ACCOUNT_COLUMNS[name][0])
    return row.text("username"), row.text("name")


def _post(row: Row, users: dict[str, User], book: selectors.UnitBook) -> tuple[User, Role, Unit]:
    user = users.get(row.text("username"))
    if user is None:
        raise AccountUnknown(username=row.text("username")[:40])
    role = ROLES.get(row.text("role"))
    if role is None:
        raise UnknownWord(text=row.text("role"), known="、".join(ROLES))
    return user, role, book.find(row.text("unit"))
