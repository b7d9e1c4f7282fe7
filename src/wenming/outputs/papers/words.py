"""How a paper writes dates, rates, ordinals and its own number."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from wenming.kernel import clock
from wenming.kernel.documents import words as documents
from wenming.kernel.periods import Period

DASH: Final = "—"


def day_of(at: datetime) -> str:
    return documents.day(clock.local(at).date())


def moment(at: datetime) -> str:
    local = clock.local(at)
    return f"{documents.day(local.date())}{local.hour}时{local.minute:02}分"


def period(asked: Period) -> str:
    """A month or a quarter by its name, a week by its first and last day."""
    told = documents.period(asked.label)
    if told != asked.label:
        return told
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
