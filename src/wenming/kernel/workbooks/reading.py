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

from wenming.kernel.workbooks.errors import HostileWorkbook, NoSuchFileKind, UnreadableWorkbook, WorkbookTooLarge
from wenming.kernel.workbooks.limits import OFFICE, Limits

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_MARKUP_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")

Grid = Sequence[Sequence[object]]


def too_large(limits: Limits) -> WorkbookTooLarge:
    return WorkbookTooLarge(rows_max=limits.rows_max, megabytes_max=limits.bytes_max // 1024 // 1024)


def open_sheets(data: bytes, *, limits: Limits = OFFICE) -> list[tuple[str, Grid]]:
    """Sheet names with their cells, row by row from the first. Told apart by content, never by the file's name.

    Cells are what the file holds: str, float, int, bool, date, datetime, time, timedelta; of a CSV only str. An empty
    cell is "". A formula is its stored value.

    Raises WorkbookTooLarge, HostileWorkbook, UnreadableWorkbook, NoSuchFileKind.
    """
    if len(data) > limits.bytes_max:
        raise too_large(limits)
    if data.startswith(_OLE):
        raise NoSuchFileKind
    return _xlsx(data, limits) if data.startswith(_ZIP) else [("", _csv(data, limits))]


def _xlsx(data: bytes, limits: Limits) -> list[tuple[str, Grid]]:
    _check_package(data, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(book.sheet_names) > limits.sheets_max:
            raise too_large(limits)
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except WorkbookTooLarge:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        raise UnreadableWorkbook from error


def _check_package(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if len(parts) > limits.parts_max or sum(part.file_size for part in parts) > limits.unpacked_bytes_max:
                raise too_large(limits)
            if "xl/workbook.xml" not in names:
                raise NoSuchFileKind
            if len(names) != len(parts):
                raise HostileWorkbook
            cells = 0
            for part in parts:
                content = _unpack(data, package, part)
                if content.lstrip().startswith(_MARKUP_STARTS):
                    cells += _check_markup(content, limits)
                elif part.filename.lower().endswith((".xml", ".rels")) and content:
                    raise HostileWorkbook
                if cells > limits.cells_max:
                    raise too_large(limits)
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


def _check_markup(content: bytes, limits: Limits) -> int:
    """How many cells the part holds. Raises HostileWorkbook for a document type or a cell far outside."""
    cells = 0
    try:
        for _event, element in iterparse(io.BytesIO(content), forbid_dtd=True):
            kind = element.tag.rpartition("}")[2]
            if kind == "c":
                cells += 1
                _check_reference(element.get("r"), limits)
            elif kind == "row":
                number = element.get("r", "1")
                if not number.isdecimal() or len(number) > 7 or int(number) > limits.rows_max:
                    raise too_large(limits)
            # A formatted run's text is read when its parent ends.
            if kind in ("row", "si", "xf"):
                element.clear()
            if cells > limits.cells_max:
                raise too_large(limits)
    except (DefusedXmlException, ParseError, UnicodeError, LookupError) as error:
        raise HostileWorkbook from error
    return cells


def _check_reference(reference: str | None, limits: Limits) -> None:
    if reference is None:
        return
    found = _REFERENCE.match(reference)
    if found is None:
        raise HostileWorkbook
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    if column > limits.columns_max or int(found[2]) > limits.rows_max:
        raise too_large(limits)


def _csv(data: bytes, limits: Limits) -> Grid:
    text = decoded(data)
    if "\x00" in text:
        raise UnreadableWorkbook
    first = text[:4096]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), limits))
    except csv.Error as error:
        raise UnreadableWorkbook from error


def _bounded(lines: Iterator[list[str]], limits: Limits) -> Iterator[list[object]]:
    for number, cells in enumerate(lines, start=1):
        if number > limits.rows_max or len(cells) > limits.columns_max:
            raise too_large(limits)
        yield list(cells)


def decoded(data: bytes) -> str:
    """UTF-8, or what Excel in China writes when asked for plain CSV. Raises UnreadableWorkbook."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook
