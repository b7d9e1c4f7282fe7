"""Days as people choose them in a form."""

from datetime import datetime, timedelta

from wenming.engines.metrics import moments
from wenming.kernel import clock

DATE_CHARACTERS = len("2024-12-31")


def end_of_day(text: str) -> datetime | None:
    """The first moment after a day, None for no day: who chooses 12 月 31 日 means all of it. Raises BadMoment."""
    if not text:
        return None
    try:
        return clock.local(moments.parse(text[:DATE_CHARACTERS]) + timedelta(days=1))
    except OverflowError as error:
        raise moments.BadMoment(text=text) from error
