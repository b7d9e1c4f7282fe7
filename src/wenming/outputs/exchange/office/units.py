"""Units, their earlier and short names, and the people who work in them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import selectors, services
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit, User
from wenming.foundation.people.services import UnitDraft, UserDraft
from wenming.kernel.errors import DomainError, Invalid
from wenming.outputs.exchange.errors import ValueMissing
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import HeadingMissing, Row, check_lengths, read_rows
from wenming.outputs.exchange.results import Result

KINDS: Final = {
    "市文明办": UnitKind.OFFICE,
    "科室": UnitKind.SECTION,
    "县文明办": UnitKind.COUNTY_OFFICE,
    "街道": UnitKind.STREET,
    "乡镇": UnitKind.TOWN,
    "社区": UnitKind.COMMUNITY,
    "村": UnitKind.VILLAGE,
    "部门": UnitKind.DEPARTMENT,
    "企业": UnitKind.COMPANY,
}
ROLES: Final = {
    "管理员": Role.ADMINISTRATOR,
    "系统管理员": Role.ADMINISTRATOR,
    "安全管理员": Role.SECURITY,
    "审计管理员": Role.AUDITOR,
    "市创建科": Role.OFFICE,
    "县文明办": Role.COUNTY,
    "联络员": Role.LIAISON,
    "督查员": Role.INSPECTOR,
    "领导": Role.LEADER,
    "笔杆子": Role.AUTHOR,
}
UNIT_COLUMNS: Final = {
    "code": ("编码", "单位编码"),
    "name": ("单位名称", "名称"),
    "kind": ("类型", "单位类型"),
    "parent": ("上级单位", "上级"),
    "region": ("所在区划代码", "区划代码"),
}
UNIT_REQUIRED: Final = ("code", "name", "kind")
CODE_CHARS_MAX: Final = 40
NAME_CHARS_MAX: Final = 100
RENAME_COLUMNS: Final = {"before": ("原名称", "曾用名"), "now": ("现名称",), "on": ("更名日期",)}
SHORT_COLUMNS: Final = {"short": ("简称",), "now": ("现名称", "单位名称")}
PEOPLE_COLUMNS: Final = {
    "username": ("用户名",),
    "name": ("姓名",),
    "unit": ("单位", "所在单位"),
    "role": ("角色", "岗位"),
    "region": ("数据范围(区划代码)", "数据范围"),
    "password": ("初始密码",),
}


class ParentUnknown(Invalid):
    code = "exchange.parent_unknown"
    message = _("没有上级单位“{name}”，或者它那一行也没有收。请先补上它。")


class UnknownWord(Invalid):
    code = "exchange.unknown_word"
    message = _("不认识“{text}”。可以写：{known}。")


class PasswordMissing(Invalid):
    code = "exchange.password_missing"
    message = _("新账号 {username} 要有“初始密码”一列，至少 10 位。")


def take_units(source: Source) -> Result:
    """All units of the file in one batch, then renames and short names."""
    result = Result()
    known = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    by_name = {unit.name: unit.code for unit in known.values()}
    new: dict[str, tuple[Row, UnitDraft]] = {}
    for row in read_rows(source.path, UNIT_COLUMNS, required=UNIT_REQUIRED, layout=source.layout):
        result.read += 1
        try:
            draft = _unit(row)
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
            continue
        if draft.code in known or draft.code in new:
            result.unchanged += 1
        else:
            new[draft.code] = row, draft
            by_name.setdefault(draft.name, draft.code)
    drafts = _with_parents(new, known.keys() | new.keys(), by_name, result)
    services.create_units(drafts, by=source.by)
    result.created += len(drafts)
    source.progress(result.read)
    if source.layout is None:
        _take_names(source, result)
    return result


def _with_parents(
    new: Mapping[str, tuple[Row, UnitDraft]], codes: Set[str], by_name: Mapping[str, str], result: Result
) -> list[UnitDraft]:
    """The drafts whose parents are there or come with them; a parent may be told by its code or its name."""
    told = {code: draft.parent_code for code, (_row, draft) in new.items()}
    parents = {code: parent if parent in codes else by_name.get(parent, parent) for code, parent in told.items()}
    left = dict(new)
    while True:
        there = (codes - new.keys()) | left.keys() | {""}
        lost = [code for code in left if parents[code] not in there]
        if not lost:
            break
        for code in lost:
            row, _draft = left.pop(code)
            error = ParentUnknown(name=told[code], fields={"parent": ParentUnknown.message})
            result.reject(row.number, error, sheet=row.sheet)
    return [replace(draft, parent_code=parents[code]) for code, (_row, draft) in left.items()]


def _unit(row: Row) -> UnitDraft:
    check_lengths(row, UNIT_COLUMNS, {"code": CODE_CHARS_MAX, "name": NAME_CHARS_MAX})
    if not row.text("code") or not row.text("name"):
        raise ValueMissing(column=UNIT_COLUMNS["name" if row.text("code") else "code"][0])
    kind = KINDS.get(row.text("kind"))
    if kind is None:
        raise UnknownWord(text=row.text("kind"), known="、".join(KINDS), fields={"kind": UnknownWord.message})
    region = row.number_at("region")
    return UnitDraft(
        code=row.text("code"),
        name=row.text("name"),
        kind=kind,
        parent_code=row.text("parent"),
        region_code=int(region) if region else None,
    )


def _take_names(source: Source, result: Result) -> None:
    """Sheets of earlier and of short names are optional: a workbook without them has only the names of its units."""
    book = selectors.UnitBook()
    for columns, old, on in ((RENAME_COLUMNS, "before", "on"), (SHORT_COLUMNS, "short", "")):
        try:
            for row in read_rows(source.path, columns, required=(old, "now")):
                try:
                    unit = book.find(row.text("now"))
                except DomainError as error:
                    result.read += 1
                    result.reject(row.number, error, sheet=row.sheet)
                    continue
                until = row.moment(on) if on else None
                day = until.date() if until else None
                services.add_unit_name(unit, name=row.text(old), until=day, by=source.by)
        except HeadingMissing:
            continue


@dataclass(frozen=True, slots=True)
class Person:
    """A row made out: whose account, under which role, in which unit."""

    row: Row
    draft: UserDraft
    role: Role
    unit: Unit
    region_code: int | None


def take_people(source: Source, *, password: str = "") -> Result:
    """Accounts and their grants; an account that is there keeps its password.

    `password` is for those without one of their own; without either a new account is rejected.
    """
    result = Result()
    book = selectors.UnitBook()
    known = {user.username: user for user in User.objects.all()}
    people: list[Person] = []
    for row in read_rows(source.path, PEOPLE_COLUMNS, required=("username", "unit", "role")):
        result.read += 1
        try:
            people.append(_person(row, book, known, password))
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
    new = {person.draft.username: person.draft for person in people if person.draft.username not in known}
    with transaction.atomic():
        for user in services.create_users(list(new.values()), by=source.by):
            known[user.username] = user
        for person in people:
            services.grant_role(
                known[person.draft.username],
                role=person.role,
                unit=person.unit,
                region_code=person.region_code,
                by=source.by,
            )
    result.created = len(new)
    result.unchanged = len(people) - len(new)
    source.progress(len(people))
    return result


def _person(row: Row, book: selectors.UnitBook, known: dict[str, User], password: str) -> Person:
    role = ROLES.get(row.text("role"))
    if role is None:
        raise UnknownWord(text=row.text("role"), known="、".join(ROLES))
    username = row.text("username")
    secret = row.text("password") or password
    if not secret and username not in known:
        raise PasswordMissing(username=username)
    region = row.number_at("region")
    return Person(
        row=row,
        draft=UserDraft(username, row.text("name") or username, secret),
        role=role,
        unit=book.find(row.text("unit")),
        region_code=int(region) if region else None,
    )
