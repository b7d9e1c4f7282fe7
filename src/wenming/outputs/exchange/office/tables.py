"""The office's tables that can be taken in on screen, with what each column means and who may do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.outputs.exchange.errors import UnknownKind
from wenming.outputs.exchange.office import cases, people, points, units


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """`columns` gives for each field the headings that it is known by, the usual one first; `url_name` leads to what
    was taken in."""

    kind: str
    label: str | Promise
    about: str | Promise
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    url_name: str


TABLES: Final = {
    table.kind: table
    for table in (
        OfficeTable(
            "units",
            _("单位"),
            _("单位编码、名称、类型、上级。已经有的编码不动。"),
            units.UNIT_COLUMNS,
            units.UNIT_REQUIRED,
            "people:units",
        ),
        OfficeTable(
            "accounts",
            _("账号"),
            _("用户名和姓名。已经有的账号不动；新账号还不能用，由安全管理员重置密码后交给本人。"),
            people.ACCOUNT_COLUMNS,
            people.ACCOUNT_REQUIRED,
            "people:people",
        ),
        OfficeTable(
            "roles",
            _("岗位"),
            _("谁在哪个单位做什么。账号要先有；管理员的岗位照样要另一位管理员确认。"),
            people.ROLE_COLUMNS,
            people.ROLE_REQUIRED,
            "people:people",
        ),
        OfficeTable(
            "points",
            _("点位"),
            _("点位台账。已经登记的编号不动；位置不可信的照收，记作没有定位。"),
            points.COLUMNS,
            points.REQUIRED,
            "places:points",
        ),
        OfficeTable(
            "problems",
            _("往年案件"),
            _("问题台账，按原样连同经过收进来。同一编号再导入，只补后来的进展；位置不可信的照收，记作没有定位。"),
            cases.COLUMNS,
            cases.REQUIRED,
            "problems:list",
        ),
    )
}


def permission(kind: str) -> str:
    return f"exchange.import_{kind}"


def tables_for(acting: Acting) -> list[OfficeTable]:
    """What this person may take in; only for whom the whole city is in scope, since a file may hold any part of it."""
    if not acting.scope.is_everything:
        return []
    return [table for kind, table in TABLES.items() if permissions.can(acting, permission(kind))]


def table_for(acting: Acting, kind: str) -> OfficeTable:
    """Raises UnknownKind, also for what the person may not take in."""
    allowed = tables_for(acting)
    for table in allowed:
        if table.kind == kind:
            return table
    raise UnknownKind(kind=kind[:40], known="、".join(str(table.label) for table in allowed))
