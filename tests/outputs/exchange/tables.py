"""Small tables of another system, with a mapping that fits."""

import csv
import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from wenming.kernel.actors import Actor
from wenming.outputs.exchange import services
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.results import Result

COLUMNS = (
    "id",
    "what",
    "text",
    "created",
    "due",
    "status",
    "changed",
    "closed",
    "agency",
    "via",
    "where",
    "lat",
    "lon",
)
MAPPING = """\
kind: requests
source: hotline
dates: ["%Y-%m-%d %H:%M:%S", excel]
columns:
  key: id
  title: what
  type_name: what
  description: text
  found_at: created
  due_at: due
  status: status
  status_at: changed
  closed_at: closed
  lead: agency
  channel: via
  address: where
  lat: lat
  lon: lon
channels:
  phone: hotline
statuses:
  new: {state: filed}
  sent: {state: dispatched}
  open: {state: handling, at: [status_at, found_at]}
  done: {state: closed, at: [closed_at, status_at]}
  twice: {state: void, at: [status_at], duplicate: true}
places:
  placeholders: [[0, 0], [39, -77]]
units:
  unknown: create
  under: {code: HOT, name: 热线转来的单位}
"""


def row(key: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "what": "垃圾未清",
        "text": "楼下垃圾三天没有清运。",
        "created": "2024-03-01 08:00:00",
        "due": "2024-03-04 08:00:00",
        "status": "done",
        "changed": "2024-03-02 09:00:00",
        "closed": "2024-03-02 09:00:00",
        "agency": "环卫所",
        "via": "phone",
        "where": "文昌路 3 号",
        "lat": "30.95",
        "lon": "118.75",
        **more,
    }


def as_csv(*rows: dict[str, Any], columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text(as_csv(*rows), encoding="utf-8")
    return path


def write_xlsx(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(cells)
    book.save(path)
    return path


def write_mapping(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def source(path: Path, mapping: Path | None = None, **more: Any) -> Source:
    return Source(path=path, by=Actor.importer("test"), mapping=mapping, **more)


def take(folder: Path, *rows: dict[str, Any], mapping: str = MAPPING, kind: str = "requests") -> Result:
    path = write_csv(folder / "table.csv", *rows)
    return services.take_in(kind, source(path, write_mapping(folder, mapping)))


def counts(result: Result) -> tuple[int, int, int, int, int]:
    return result.read, result.created, result.unchanged, result.updated, result.rejected
