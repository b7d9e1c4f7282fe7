"""One row made out by its mapping: still in the source's own words, nothing looked up in the database."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from wenming.kernel import clock
from wenming.outputs.exchange.errors import (
    BadTime,
    KeyUnusable,
    LeadMissing,
    TimesOutOfOrder,
    UnknownStatus,
    ValueHasControls,
    ValueMissing,
    ValueTooLong,
)
from wenming.outputs.exchange.mapping import Mapping, StatusRule, Target
from wenming.outputs.exchange.mapping.model import EXCEL_DATES
from wenming.outputs.exchange.mapping.reading import NEEDS_LEAD
from wenming.outputs.exchange.tables import Line
from wenming.programmes.problems.enums import Channel
from wenming.programmes.problems.errors import FoundInFuture

KEY_CHARS_MAX: Final = 80
# Longer than any form takes: a letter is kept whole or refused, never cut.
LIMITS: Final = {"title": 120, "description": 20_000, "type_name": 100, "lead": 100, "address": 200}
FUTURE_TOLERANCE: Final = timedelta(minutes=10)
SAME_PLACE_DEGREES: Final = 1e-6
_EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - wall-clock days
_EXCEL_DAYS: Final = (1.0, 80_000.0)
# Line breaks and tabs belong to a letter; the other controls do not.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Record:
    """`reached_at` is when the status was reached, None where the target needs no time of its own.

    `lat` and `lon` are None where the source has no position, or one that is known to mean none.
    """

    key: str
    title: str
    description: str
    type_name: str
    channel: Channel
    found_at: datetime
    due_at: datetime | None
    lead: str
    address: str
    lat: float | None
    lon: float | None
    status: str
    target: Target
    reached_at: datetime | None
    is_duplicate: bool

    @property
    def digest(self) -> str:
        """Tells a row that says something new from one that does not, whatever else stands in the file."""
        plain = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=_plain)
        return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> str:
    return value.astimezone(clock.SHANGHAI).isoformat() if isinstance(value, datetime) else str(value)


def record_of(line: Line, mapping: Mapping) -> Record:
    """Raises KeyUnusable, ValueMissing, ValueTooLong, BadTime, UnknownStatus, LeadMissing, TimesOutOfOrder and
    FoundInFuture; a bad place is no error."""
    cells = _Cells(line, mapping)
    key = cells.text("key")
    if not key or len(key) > KEY_CHARS_MAX:
        raise KeyUnusable(most=KEY_CHARS_MAX, fields={"key": KeyUnusable(most=KEY_CHARS_MAX).__str__()})
    found_at = cells.moment("found_at")
    if found_at is None:
        raise ValueMissing(column=cells.heading("found_at"), fields={"found_at": ""})
    if found_at > clock.now() + FUTURE_TOLERANCE:
        raise FoundInFuture(fields={"found_at": FoundInFuture.message})
    title = cells.told("title")
    if not title:
        raise ValueMissing(column=cells.heading("title"), fields={"title": ""})
    description = cells.told("description")
    lat, lon = cells.position()
    status, rule = _status(cells, mapping)
    lead = cells.told("lead")
    if rule.target in NEEDS_LEAD and not lead:
        raise LeadMissing(status=status, fields={"lead": ""})
    return Record(
        key=key,
        title=title,
        description=description,
        type_name=cells.told("type_name"),
        channel=dict(mapping.channels).get(cells.text("channel"), mapping.channel),
        found_at=found_at,
        due_at=cells.moment("due_at"),
        lead=lead,
        address=cells.told("address") or _place_in(title, description, mapping) or mapping.missing_address,
        lat=lat,
        lon=lon,
        status=status,
        target=rule.target,
        reached_at=_reached_at(cells, rule, found_at, status),
        is_duplicate=rule.is_duplicate,
    )


def _status(cells: "_Cells", mapping: Mapping) -> tuple[str, StatusRule]:
    if not mapping.statuses:
        return "", StatusRule(Target.REPORTED if mapping.needs_triage else Target.FILED, ())
    status = cells.text("status")
    rule = dict(mapping.statuses).get(status)
    if rule is None:
        raise UnknownStatus(status=status, fields={"status": UnknownStatus(status=status).__str__()})
    return status, rule


def _reached_at(cells: "_Cells", rule: StatusRule, found_at: datetime, status: str) -> datetime | None:
    """The first told time that is not before the finding; no time is made up for one that is missing."""
    if not rule.at:
        return None
    for name in rule.at:
        at = cells.moment(name)
        if at is not None and at >= found_at:
            return at
    raise TimesOutOfOrder(status=status, fields={rule.at[0]: ""})


def _place_in(title: str, description: str, mapping: Mapping) -> str:
    for pattern in mapping.addresses:
        for text in (title, description):
            found = pattern.search(text)
            if found:
                return found[0][: LIMITS["address"]]
    return ""


class _Cells:
    def __init__(self, line: Line, mapping: Mapping) -> None:
        self._line, self._mapping = line, mapping

    def heading(self, name: str) -> str:
        return self._mapping.columns[name][0]

    def text(self, name: str) -> str:
        value = self._line.cells.get(name, "")
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value).strip()

    def told(self, name: str) -> str:
        """Text that is kept as it stands. Raises ValueTooLong, ValueHasControls."""
        text = self.text(name).replace("\r\n", "\n").replace("\r", "\n")
        if _CONTROLS.search(text):
            raise ValueHasControls(column=self.heading(name), fields={name: ""})
        if len(text) > LIMITS[name]:
            raise ValueTooLong(column=self.heading(name), length=len(text), most=LIMITS[name], fields={name: ""})
        return text

    def moment(self, name: str) -> datetime | None:
        """A told time in the mapping's zone, None for an empty cell. Raises BadTime."""
        value = self._line.cells.get(name, "")
        if isinstance(value, datetime):
            return self._zoned(value)
        if isinstance(value, date):
            return self._zoned(datetime(value.year, value.month, value.day))  # noqa: DTZ001 - zoned at once
        text = self.text(name)
        if not text:
            return None
        for form in self._mapping.dates:
            read = _serial(text) if form == EXCEL_DATES else _parsed(text, form)
            if read is not None:
                return self._zoned(read)
        formats = _("、").join(self._mapping.dates)
        raise BadTime(text=text[:40], column=self.heading(name), formats=formats, fields={name: ""})

    def _zoned(self, at: datetime) -> datetime:
        return at if at.tzinfo else at.replace(tzinfo=self._mapping.zone)

    def position(self) -> tuple[float | None, float | None]:
        try:
            lat, lon = float(self.text("lat")), float(self.text("lon"))
        except ValueError:
            return None, None
        # What is no number (nan) is no position either.
        is_known = abs(lat) <= 90 and abs(lon) <= 180 and not self._is_placeholder(lat, lon)
        return (lat, lon) if is_known else (None, None)

    def _is_placeholder(self, lat: float, lon: float) -> bool:
        return any(
            abs(lat - no_lat) < SAME_PLACE_DEGREES and abs(lon - no_lon) < SAME_PLACE_DEGREES
            for no_lat, no_lon in self._mapping.placeholders
        )


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on it
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    try:
        days = float(text)
    except ValueError:
        return None
    if not _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1]:
        return None
    return _EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))
