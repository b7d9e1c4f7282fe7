"""What a mapping file says, checked."""

import re
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from wenming.foundation.people.enums import UnitKind
from wenming.programmes.problems.enums import Channel

EXCEL_DATES = "excel"
"""A date format for serial numbers as Excel counts days."""


class Target(StrEnum):
    """Where a row's status leaves the case. Nothing of it claims that we looked at a photo."""

    REPORTED = "reported"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    CLOSED = "closed"
    VOID = "void"


class UnknownUnits(StrEnum):
    CREATE = "create"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class StatusRule:
    """`at` names the columns that may say when it was reached: the first that is filled and not too early counts."""

    target: Target
    at: tuple[str, ...]
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Units that the table names and nobody registered: made under one parent, so that they are told from our own."""

    unknown: UnknownUnits = UnknownUnits.REJECT
    kind: UnitKind = UnitKind.DEPARTMENT
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` gives for each field the headings that may stand for it. `addresses` are looked for in `title` and
    `description` where no address is told. `encoding` None tries UTF-8, then GB18030.
    """

    kind: str
    source: str
    columns: dict[str, tuple[str, ...]]
    dates: tuple[str, ...]
    zone: ZoneInfo
    encoding: str | None = None
    channel: Channel = Channel.IMPORT
    channels: tuple[tuple[str, Channel], ...] = ()
    needs_triage: bool = False
    statuses: tuple[tuple[str, StatusRule], ...] = ()
    placeholders: tuple[tuple[float, float], ...] = ()
    addresses: tuple[re.Pattern[str], ...] = ()
    missing_address: str = ""
    units: UnitRule = UnitRule()
