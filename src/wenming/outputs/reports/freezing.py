"""The rows of a figure as they are kept for years: canonical JSON lines, gzipped, each with its digest."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from wenming.engines.metrics import evaluation
from wenming.engines.metrics.comparing import Record
from wenming.outputs.reports.errors import FrozenRowsDamaged
from wenming.outputs.reports.models import FrozenFigure


@dataclass(frozen=True, slots=True)
class Packed:
    """`rows_sha256` is over the lines before they were packed, `evidence_sha256` over the ids as metrics count them."""

    data: bytes
    rows_sha256: str
    evidence_sha256: str
    count: int


def pack(records: Mapping[int, Record]) -> Packed:
    """The same rows give the same bytes: ids ascending, names in order, no clock in the packing."""
    lines = [
        json.dumps(
            {"id": pk, "counted": records[pk].is_counted, "columns": dict(records[pk].columns)},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        for pk in sorted(records)
    ]
    text = "".join(f"{line}\n" for line in lines).encode()
    return Packed(
        gzip.compress(text, mtime=0),
        hashlib.sha256(text).hexdigest(),
        evaluation.digest(sorted(records)),
        len(records),
    )


def unpack(figure: FrozenFigure) -> dict[int, Record] | None:
    """None for a figure that was not computed. Raises FrozenRowsDamaged when a digest does not fit."""
    if figure.rows is None:
        return None
    try:
        text = gzip.decompress(bytes(figure.rows))
    except (OSError, EOFError) as error:
        raise FrozenRowsDamaged(name=figure.name) from error
    if hashlib.sha256(text).hexdigest() != figure.rows_sha256:
        raise FrozenRowsDamaged(name=figure.name)
    found = {}
    for line in text.splitlines():
        row = json.loads(line)
        found[int(row["id"])] = Record(bool(row["counted"]), row["columns"])
    if evaluation.digest(found) != figure.evidence_sha256:
        raise FrozenRowsDamaged(name=figure.name)
    return found
