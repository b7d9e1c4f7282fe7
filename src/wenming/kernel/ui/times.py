"""Times as people say them, in Asia/Shanghai: 今天 16:05, 昨天, 11 月 24 日 08:15; 剩 1 小时 10 分, 超 2 小时."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from wenming.kernel import clock

NEAR = timedelta(hours=4)
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(at: datetime) -> datetime:
    return at.astimezone(clock.SHANGHAI)


def weekday(day: date) -> str:
    names = (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"))
    return names[day.weekday()]


def day_text(day: date, today: date) -> str:
    """今天, 昨天, 明天, 11 月 24 日, and with the year when it is another one."""
    near = {0: _("今天"), -1: _("昨天"), 1: _("明天")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    parts = {"month": day.month, "month_name": MONTHS_EN[day.month - 1], "day": day.day, "year": day.year}
    if day.year == today.year:
        return _("{month} 月 {day} 日").format(**parts)
    return _("{year} 年 {month} 月 {day} 日").format(**parts)


def when(at: datetime | date, now: datetime) -> str:
    """A date alone has no time of day."""
    today = local(now).date()
    if not isinstance(at, datetime):
        return day_text(at, today)
    here = local(at)
    return f"{day_text(here.date(), today)} {here:%H:%M}"


def full(at: datetime | date) -> str:
    """2026 年 11 月 24 日 星期二 08:15: what the short form stands for."""
    here = local(at) if isinstance(at, datetime) else at
    text = _("{year} 年 {month} 月 {day} 日").format(
        month=here.month, month_name=MONTHS_EN[here.month - 1], day=here.day, year=here.year
    )
    day = here.date() if isinstance(here, datetime) else here
    text = f"{text} {weekday(day)}"
    return f"{text} {here:%H:%M}" if isinstance(here, datetime) else text


def span(seconds: int, day_seconds: int = DAY) -> str:
    """The two largest units: 1 天 3 小时, 1 小时 10 分, 40 分. Give `day_seconds` for days of working hours."""
    days, rest = divmod(max(0, seconds), day_seconds)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    parts = [
        text
        for count, text in (
            (days, _("{n} 天").format(n=days)),
            (hours, _("{n} 小时").format(n=hours)),
            (minutes, _("{n} 分").format(n=minutes)),
        )
        if count
    ]
    if days and not hours:
        parts = parts[:1]
    return " ".join(parts[:2]) or _("不到 1 分")


@dataclass(frozen=True, slots=True)
class Left:
    """`tone` is "", "near" or "late": both a class name and a badge's tone."""

    text: str
    tone: str


def left(due: datetime, now: datetime, near: timedelta = NEAR) -> Left:
    """Time to a deadline on the wall clock."""
    seconds = int((due - now).total_seconds())
    return left_seconds(seconds, near_seconds=int(near.total_seconds()))


def left_seconds(seconds: int, *, near_seconds: int, day_seconds: int = DAY) -> Left:
    """Time to a deadline that was measured elsewhere, in working hours for example. Negative is late."""
    if seconds < 0:
        return Left(_("超 {time}").format(time=span(-seconds, day_seconds)), "late")
    tone = "near" if seconds <= near_seconds else ""
    return Left(_("剩 {time}").format(time=span(seconds, day_seconds)), tone)
