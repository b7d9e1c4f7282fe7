"""Opens .xlsx and .csv that strangers made.

A zip says beforehand how large its parts are. It is held to that, and every XML part is walked once without any
document type, before the reader of workbooks sees it: that reader lays out a sheet as a full rectangle, so one cell
in the last corner would cost gigabytes.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from python_calamine import CalamineWorkbook

from wenming.programmes.standards.errors import (
    HostileWorkbook,
    NoSuchFileKind,
    UnreadableWorkbook,
    WorkbookTooLarge,
)
from wenming.programmes.standards.reading import limits

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_MARKUP_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")

Grid = Sequence[Sequence[object]]


def too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(rows_max=limits.ROWS_MAX, megabytes_max=limits.BYTES_MAX // 1024 // 1024)


def open_sheets(data: bytes) -> list[tuple[str, Grid]]:
    """Sheet names with their cells, row by row from the first. Told apart by content, never by the file's name.

    Raises WorkbookTooLarge, HostileWorkbook, UnreadableWorkbook, NoSuchFileKind.
    """
    if len(data) > limits.BYTES_MAX:
        raise too_large()
    if data.startswith(_OLE):
        raise NoSuchFileKind
    return _xlsx(data) if data.startswith(_ZIP) else [("", _csv(data))]


def _xlsx(data: bytes) -> list[tuple[str, Grid]]:
    _check_package(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(book.sheet_names) > limits.SHEETS_MAX:
            raise too_large()
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except WorkbookTooLarge:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        raise UnreadableWorkbook from error


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if len(parts) > limits.PARTS_MAX or sum(part.file_size for part in parts) > limits.UNPACKED_BYTES_MAX:
                raise too_large()
            if "xl/workbook.xml" not in names:
                raise NoSuchFileKind
            if len(names) != len(parts):
                raise HostileWorkbook
            cells = 0
            for part in parts:
                content = _unpack(data, package, part)
                if content.lstrip().startswith(_MARKUP_STARTS):
                    cells += _check_markup(content)
                elif part.filename.lower().endswith((".xml", ".rels")) and content:
                    raise HostileWorkbook
                if cells > limits.CELLS_MAX:
                    raise too_large()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError) as error:
        raise UnreadableWorkbook from error


def _unpack(data: bytes, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The part, unpacked no further than the size that it declares."""
    if part.flag_bits & 0x1:
        raise UnreadableWorkbook
    with package.open(part) as stream:
        content = stream.read()
    if part.compress_type == zipfile.ZIP_DEFLATED:
        # The library stops at the declared size; other readers would go on to the end of the stream.
        start = part.header_offset + 30
        start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(
            data[start - 2 : start], "little"
        )
        packed = data[start : start + part.compress_size]
        stream_end = zlib.decompressobj(-15)
        if len(stream_end.decompress(packed, part.file_size + 1)) > part.file_size or not stream_end.eof:
            raise HostileWorkbook
    elif part.compress_type != zipfile.ZIP_STORED or part.compress_size != part.file_size:
        raise HostileWorkbook
    return content


def _check_markup(content: bytes) -> int:
    """How many cells the part holds. Raises HostileWorkbook for a document type or a cell far outside."""
    cells = 0
    try:
        for _event, element in iterparse(io.BytesIO(content), forbid_dtd=True):
            kind = element.tag.rpartition("}")[2]
            if kind == "c":
                cells += 1
                _check_reference(element.get("r"))
            elif kind == "row":
                number = element.get("r", "1")
                if not number.isdecimal() or len(number) > 7 or int(number) > limits.ROWS_MAX:
                    raise too_large()
            # A formatted run's text is read when its parent ends.
            if kind in ("row", "si", "xf"):
                element.clear()
            if cells > limits.CELLS_MAX:
                raise too_large()
    except (DefusedXmlException, ParseError, UnicodeError, LookupError) as error:
        raise HostileWorkbook from error
    return cells


def _check_reference(reference: str | None) -> None:
    if reference is None:
        return
    found = _REFERENCE.match(reference)
    if found is None:
        raise HostileWorkbook
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    if column > limits.COLUMNS_MAX or int(found[2]) > limits.ROWS_MAX:
        raise too_large()


def _csv(data: bytes) -> Grid:
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableWorkbook
    first = text[:4096]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise UnreadableWorkbook from error


def _bounded(lines: Iterator[list[str]]) -> Iterator[list[object]]:
    for number, cells in enumerate(lines, start=1):
        if number > limits.ROWS_MAX or len(cells) > limits.COLUMNS_MAX:
            raise too_large()
        yield list(cells)


def _decoded(data: bytes) -> str:
    """UTF-8, or what Excel in China writes when asked for plain CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook
