"""Moments as people type them."""

from datetime import datetime, timedelta

from wenming.kernel.clock import SHANGHAI
from wenming.outputs.reports.errors import BadMoment

DATE_CHARACTERS = len("2024-12-31")


def moment(text: str) -> datetime:
    """An ISO date (its first moment in Shanghai) or an ISO time (in Shanghai unless it names a zone). Raises BadMoment."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadMoment(text=text) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


def end_of_day(text: str) -> datetime | None:
    """The first moment after a day, None for no day: people who choose 12 月 31 日 mean all of it. Raises BadMoment."""
    if not text.strip():
        return None
    try:
        return moment(text.strip()[:DATE_CHARACTERS]) + timedelta(days=1)
    except OverflowError as error:
        raise BadMoment(text=text) from error
