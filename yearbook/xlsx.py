"""Workbooks written row by row, with the same bytes for the same content."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openpyxl import Workbook

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class Book:
    """A streaming workbook; closing it writes the file, freed of the moment of writing."""

    def __init__(self, path: Path, stamp: datetime) -> None:
        self.path = path
        self.stamp = stamp
        self.workbook = Workbook(write_only=True)
        self.workbook.properties.creator = "和安市文明办"
        self.workbook.properties.created = stamp

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.save()

    def sheet(self, title: str) -> Any:
        return self.workbook.create_sheet(title)

    def save(self) -> None:
        rough = self.path.with_suffix(".tmp")
        self.workbook.save(rough)
        _without_time(rough, self.path, self.stamp)
        rough.unlink()


def _without_time(rough: Path, final: Path, stamp: datetime) -> None:
    modified = stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(rough) as source, zipfile.ZipFile(final, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + modified.encode(), data)
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, data)
