"""The lines of the to-do list, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.ui import times
from wenming.kernel.ui.badges import Badge, StateLike
from wenming.outputs.desk.selectors import Bucket, Group
from wenming.programmes.problems.enums import PendingRequest, State
from wenming.programmes.problems.flow import FLOW

LABELS: Final[dict[Bucket, Promise]] = {
    Bucket.LATE: gettext_lazy("已超期"),
    Bucket.TODAY: gettext_lazy("今天到期"),
    Bucket.WEEK: gettext_lazy("本周"),
    Bucket.LATER: gettext_lazy("以后"),
}
SHORT_WEEKDAYS: Final = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
OFFICE_ACTS: Final[dict[str, Promise]] = {
    State.REPORTED: gettext_lazy("去核实"),
    State.FILED: gettext_lazy("去派遣"),
    State.REPORTED_BACK: gettext_lazy("去审核"),
    State.REVIEWED: gettext_lazy("去结案"),
}
HANDLER_ACTS: Final[dict[str, Promise]] = {
    State.DISPATCHED: gettext_lazy("去签收"),
    State.HANDLING: gettext_lazy("去回复"),
}
REQUESTS: Final = {
    PendingRequest.EXTENSION: Badge(PendingRequest.EXTENSION.label, "near", "clock"),
    PendingRequest.HANDBACK: Badge(PendingRequest.HANDBACK.label, "back", "return"),
}


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    badge: StateLike
    title: str
    code: str
    place: str
    unit: str
    units: str
    """Both units, 属地 first."""
    due: times.Left
    due_full: str
    act: str | Promise


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: str | Promise
    total: int
    rows: tuple[Row, ...]
    more: int
    more_url: str
    is_late: bool


def sections(acting: Acting, found: Sequence[Group], *, now: datetime) -> list[Section]:
    return [
        Section(
            key=group.bucket.name.lower(),
            label=LABELS[group.bucket],
            total=group.total,
            rows=tuple(_row(acting, each, group.bucket, now) for each in group.rows),
            more=group.total - len(group.rows),
            more_url=_more_url(acting, group.bucket),
            is_late=group.bucket is Bucket.LATE,
        )
        for group in found
    ]


def _more_url(acting: Acting, bucket: Bucket) -> str:
    if acting.is_any(Role.OFFICE, Role.COUNTY, Role.LIAISON):
        return reverse("problems:inbox")
    return reverse("problems:list") + ("?late=1" if bucket is Bucket.LATE else "")


def _row(acting: Acting, row: dict[str, Any], bucket: Bucket, now: datetime) -> Row:
    request = row["pending_request"]
    units = [row["territory__name"] or "—", row["department__name"] or "—"]
    return Row(
        url=reverse("problems:detail", args=[row["public_id"]]),
        badge=REQUESTS[PendingRequest(request)] if request else FLOW.states[row["state"]],
        title=row["title"],
        code=row["code"],
        place=row["point__name"] or row["address"] or (_("没有定位") if row["is_unlocated"] else ""),
        unit=_unit(acting, row),
        units=" / ".join(units),
        due=due_words(row["due_at"], bucket, now),
        due_full=times.full(row["due_at"]) if row["due_at"] else "",
        act=_act(acting, row["state"], request),
    )


def _unit(acting: Acting, row: dict[str, Any]) -> str:
    """Who leads; for a liaison, who leads himself, the other of the two."""
    if acting.is_any(Role.LIAISON):
        other = "department" if row["lead_id"] == row["territory_id"] else "territory"
        return str(row[f"{other}__name"] or "")
    return str(row["lead__name"] or row["territory__name"] or row["department__name"] or "")


def _act(acting: Acting, state: str, request: str) -> str | Promise:
    if acting.is_any(Role.LIAISON):
        return HANDLER_ACTS.get(state, _("查看"))
    if not acting.is_any(Role.OFFICE, Role.COUNTY):
        return _("查看")
    return _("去答复") if request else OFFICE_ACTS.get(state, _("查看"))


def due_words(due: datetime | None, bucket: Bucket, now: datetime) -> times.Left:
    """超 2 小时, in whole days after two of them; 11:30 前 within today; 周三 within the week; a date beyond."""
    if due is None:
        return times.Left(_("没有时限"), "")
    left = times.left(due, now)
    if bucket is Bucket.LATE:
        days = (now - due).days
        return times.left_seconds(-days * times.DAY, near_seconds=0) if days > 1 else left
    here = clock.local(due)
    if bucket is Bucket.TODAY:
        return times.Left(_("{time} 前").format(time=f"{here:%H:%M}"), left.tone)
    if bucket is Bucket.WEEK:
        return times.Left(str(SHORT_WEEKDAYS[here.weekday()]), left.tone)
    return times.Left(times.day_text(here.date(), clock.local(now).date()), left.tone)


def headline(acting: Acting, found: Sequence[Group]) -> str:
    """What the day asks; for who decides over others' work, how much is open and how much of it late."""
    totals = {group.bucket: group.total for group in found}
    late, everything = totals.get(Bucket.LATE, 0), sum(totals.values())
    due = late + totals.get(Bucket.TODAY, 0)
    if acting.is_any(Role.OFFICE, Role.COUNTY, Role.LIAISON):
        if not due:
            return _("今天没有到期的事")
        words = _("今天 {n} 件要办，其中 {late} 件已超期") if late else _("今天 {n} 件要办")
        return words.format(n=due, late=late)
    if acting.is_any(Role.INSPECTOR):
        if not everything:
            return _("没有未办结的问题")
        words = _("发现的还有 {n} 件没办结，其中 {late} 件已超期") if late else _("发现的还有 {n} 件没办结")
        return words.format(n=everything, late=late)
    if not everything:
        return _("没有未结案的问题")
    words = _("{n} 件没有结案，其中 {late} 件已超期") if late else _("{n} 件没有结案")
    return words.format(n=everything, late=late)


def day_words(today: date) -> str:
    """11 月 24 日 星期二."""
    day = _("{month} {day} 日").format(month=times.MONTHS[today.month - 1], day=today.day)
    return f"{day} {times.weekday(today)}"
