"""How a paper writes dates, rates, ordinals and its own number."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from wenming.kernel import clock
from wenming.kernel.periods import Period

DASH: Final = "—"
_DIGITS: Final = "零一二三四五六七八九"
_QUARTERS: Final = "一二三四"
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")


def day(on: date) -> str:
    """2026年3月5日: without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{on.year}年{on.month}月{on.day}日"


def day_of(at: datetime) -> str:
    return day(clock.local(at).date())


def moment(at: datetime) -> str:
    local = clock.local(at)
    return f"{day(local.date())}{local.hour}时{local.minute:02}分"


def numeral(number: int) -> str:
    """1 to 99 as headings count; beyond that in digits."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def period(asked: Period) -> str:
    """A month by its name; a week, and whatever else is shorter to say so, by its first and last day."""
    text = asked.label
    if text.isdecimal():
        return f"{text}年"
    if (month := _MONTH.fullmatch(text)) is not None:
        return f"{month[1]}年{int(month[2])}月"
    if "-Q" in text:
        return f"{text[:4]}年第{_QUARTERS[int(text[-1]) - 1]}季度"
    if "-H" in text:
        return f"{text[:4]}年{'上' if text.endswith('1') else '下'}半年"
    return f"{day_of(asked.start)}至{day_of(asked.end - clock.MICROSECOND)}"


def rate(numerator: int, denominator: int, decimals: int) -> str:
    """Half rounds up; nothing to divide by prints as a dash."""
    if not denominator:
        return DASH
    exact = Fraction(numerator * 100, denominator)
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"


def document_number(prefix: str, year: int, serial: int) -> str:
    return f"{prefix}〔{year}〕{serial}号"


def moved(now: int | None, before: int | None) -> str:
    """升2位, 降1位, 持平; a dash where one of the two is not ranked."""
    if now is None or before is None:
        return DASH
    if now == before:
        return "持平"
    return f"升{before - now}位" if now < before else f"降{now - before}位"


def overdue_days(due_at: datetime, now: datetime) -> int:
    """Whole days in Shanghai between the day that was named and today."""
    return (clock.local(now).date() - clock.local(due_at).date()).days
