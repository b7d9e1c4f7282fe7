"""Reading a table of texts from a .csv."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wenming.engines.triage.errors import BadTable, TooManyTexts
from wenming.engines.triage.training import TEXTS_MAX

BYTES_MAX: Final = 200 * 1024 * 1024


def read_columns(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """A list for each column, in the order of the rows. Raises BadTable, TooManyTexts."""
    shown = ", ".join(columns)
    try:
        data = path.read_bytes() if path.stat().st_size <= BYTES_MAX else b""
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if not set(columns) <= set(rows.fieldnames or ()):
            raise BadTable(columns=shown)
        found: list[list[str]] = [[] for _column in columns]
        for number, row in enumerate(rows, start=1):
            if number > TEXTS_MAX:
                raise TooManyTexts(most=TEXTS_MAX)
            for values, column in zip(found, columns, strict=True):
                values.append(row[column] or "")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(columns=shown) from error
    return found
