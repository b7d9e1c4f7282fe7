"""Figures that somebody else counted (申报数据), with the papers that say so."""

from fractions import Fraction
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.metrics import services
from wenming.engines.metrics.models import DeclaredFigure
from wenming.foundation.files import services as files
from wenming.foundation.people.models import User
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import DomainError, Invalid
from wenming.kernel.periods import Period
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import Row, read_rows
from wenming.outputs.exchange.results import Result

COLUMNS: Final = {
    "key": ("指标键",),
    "value": ("数值",),
    "unit": ("单位",),
    "period": ("期间",),
    "file": ("来源文件",),
    "declarer": ("申报人(用户名)", "申报人"),
    "confirmer": ("确认人(用户名)", "确认人"),
}


class SourceFileMissing(Invalid):
    code = "exchange.source_file_missing"
    message = _("没有找到来源文件 {name}。它要放在表格旁边。")


class UnknownPerson(Invalid):
    code = "exchange.unknown_person"
    message = _("没有用户名 {username}。")


class NotANumber(Invalid):
    code = "exchange.not_a_number"
    message = _("“{text}”不是数。")


def take_declared(source: Source) -> Result:
    """Declares each figure in the name of its declarer, and confirms it in that of its confirmer where there is one."""
    result = Result()
    people = {user.username: user for user in User.objects.filter(is_active=True)}
    there = set(
        DeclaredFigure.objects.filter(withdrawn_at__isnull=True, superseded_at__isnull=True).values_list(
            "key", "period"
        )
    )
    for row in read_rows(source.path, COLUMNS, required=("key", "value", "period")):
        result.read += 1
        if (row.text("key"), row.text("period")) in there:
            result.unchanged += 1
            continue
        try:
            _take(row, people, source.path.parent)
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
            continue
        result.created += 1
        source.progress(1)
    return result


def _take(row: Row, people: dict[str, User], folder: Path) -> None:
    declarer = _person(people, row.text("declarer"))
    paper = folder / row.text("file")
    if not row.text("file") or not paper.resolve().is_relative_to(folder.resolve()) or not paper.is_file():
        raise SourceFileMissing(name=row.text("file"))
    stored = files.receive_document(data=paper.read_bytes(), name=paper.name, by=declarer)
    figure = services.declare_figure(
        key=row.text("key"),
        period=Period.parse(row.text("period")),
        value=_value(row),
        source_file=stored,
        source_note=paper.name,
        by=declarer,
    )
    if row.text("confirmer"):
        services.confirm_figure(figure, by=_person(people, row.text("confirmer")))


def _person(people: dict[str, User], username: str) -> Actor:
    if username not in people:
        raise UnknownPerson(username=username)
    return Actor(ActorKind.USER, str(people[username].pk))


def _value(row: Row) -> str:
    """A rate is written in the workbook as 95.07 with the unit %, and kept as the fraction 0.9507."""
    text = row.text("value").removesuffix("%")
    try:
        number = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise NotANumber(text=text) from error
    if row.text("unit") == "%":
        number /= 100
    return f"{float(number):.12f}".rstrip("0").rstrip(".")
