"""Reading a table of texts from a .csv."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from wenming.engines.triage.clusters import Message
from wenming.engines.triage.errors import BadMoment, BadTable, TooManyTexts
from wenming.engines.triage.training import TEXTS_MAX
from wenming.kernel import clock

BYTES_MAX: Final = 200 * 1024 * 1024


def read_columns(path: Path, columns: Sequence[str], *, optional: Sequence[str] = ()) -> list[list[str]]:
    """A list for each column, then for each optional one (empty where the table lacks it). Raises BadTable, TooManyTexts."""
    shown = ", ".join(columns)
    try:
        data = path.read_bytes() if path.stat().st_size <= BYTES_MAX else b""
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if not set(columns) <= set(rows.fieldnames or ()):
            raise BadTable(columns=shown)
        names = [*columns, *optional]
        found: list[list[str]] = [[] for _name in names]
        for number, row in enumerate(rows, start=1):
            if number > TEXTS_MAX:
                raise TooManyTexts(most=TEXTS_MAX)
            for values, name in zip(found, names, strict=True):
                values.append(row.get(name) or "")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(columns=shown) from error
    return found


def read_messages(path: Path) -> tuple[list[Message], list[str]]:
    """The messages and their ids, which are the numbers of the rows where the table has none. Raises BadTable, BadMoment."""
    columns = read_columns(path, ["sent_at", "subject", "detail"], optional=["user_id", "message_id"])
    messages, ids = [], []
    for number, (sent_at, subject, detail, sender, key) in enumerate(zip(*columns, strict=True), start=1):
        messages.append(Message(subject, detail, _moment(sent_at, number), sender))
        ids.append(key or str(number))
    return messages, ids


def _moment(text: str, number: int) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError as error:
        raise BadMoment(number=number, value=text[:40]) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
