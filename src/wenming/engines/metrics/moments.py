"""Moments as people write them on a command line or in an address."""

from datetime import UTC, date, datetime, time

from django.utils.translation import gettext_lazy as _

from wenming.kernel.clock import SHANGHAI
from wenming.kernel.errors import Invalid


class BadMoment(Invalid):
    code = "metrics.bad_moment"
    message = _("“{text}”不是日期或时间。可以写 2024-12-31 或 2024-12-31T18:00。")


def parse(text: str) -> datetime:
    """An ISO 8601 date (its first instant in Shanghai) or time (in Shanghai unless it names a zone), as UTC.

    Raises BadMoment.
    """
    try:
        if len(text) <= len("2024-12-31"):
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=SHANGHAI).astimezone(UTC)
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=at.tzinfo or SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadMoment(text=text) from error
