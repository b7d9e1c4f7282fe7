"""Times as people say them, in Asia/Shanghai: 今天 16:05, 昨天, 11 月 24 日 08:15; 剩 1 小时 10 分, 超 2 小时."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.kernel import clock

NEAR = timedelta(hours=4)
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTHS = (
    _("1 月"),
    _("2 月"),
    _("3 月"),
    _("4 月"),
    _("5 月"),
    _("6 月"),
    _("7 月"),
    _("8 月"),
    _("9 月"),
    _("10 月"),
    _("11 月"),
    _("12 月"),
)
WEEKDAYS = (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"))


def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


def day_text(day: date, today: date) -> str:
    """今天, 昨天, 明天, 11 月 24 日, and with the year when it is another one."""
    near = {0: gettext("今天"), -1: gettext("昨天"), 1: gettext("明天")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    if day.year == today.year:
        return gettext("{month} {day} 日").format(month=MONTHS[day.month - 1], day=day.day)
    return _full_day(day)


def _full_day(day: date) -> str:
    text = gettext("{year} 年 {month} {day} 日")
    return text.format(year=day.year, month=MONTHS[day.month - 1], day=day.day)


def when(at: datetime | date, now: datetime) -> str:
    """A date alone has no time of day."""
    today = clock.local(now).date()
    if not isinstance(at, datetime):
        return day_text(at, today)
    here = clock.local(at)
    return f"{day_text(here.date(), today)} {here:%H:%M}"


def as_of(at: datetime, now: datetime) -> str:
    """截至今天 14:00, 截至 11 月 24 日 08:15: no space between two characters, one before a figure."""
    text = when(at, now)
    return (gettext("截至 {time}") if text[0].isascii() else gettext("截至{time}")).format(time=text)


def full(at: datetime | date) -> str:
    """2026 年 11 月 24 日 星期二 08:15: what the short form stands for."""
    here = clock.local(at) if isinstance(at, datetime) else at
    day = here.date() if isinstance(here, datetime) else here
    text = f"{_full_day(day)} {weekday(day)}"
    return f"{text} {here:%H:%M}" if isinstance(here, datetime) else text


def span(seconds: int, day_seconds: int = DAY) -> str:
    """The two largest units: 1 天 3 小时, 1 小时 10 分, 40 分. Give `day_seconds` for days of working hours."""
    days, rest = divmod(max(0, seconds), day_seconds)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    parts = [
        text
        for count, text in (
            (days, gettext("{n} 天").format(n=days)),
            (hours, gettext("{n} 小时").format(n=hours)),
            (minutes, gettext("{n} 分").format(n=minutes)),
        )
        if count
    ]
    if days and not hours:
        parts = parts[:1]
    return " ".join(parts[:2]) or gettext("{n} 分").format(n=0)


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
    if abs(seconds) < MINUTE:
        return Left(gettext("刚超期"), "late") if seconds < 0 else Left(gettext("马上到期"), "near")
    if seconds < 0:
        return Left(gettext("超 {time}").format(time=span(-seconds, day_seconds)), "late")
    tone = "near" if seconds <= near_seconds else ""
    return Left(gettext("剩 {time}").format(time=span(seconds, day_seconds)), tone)
