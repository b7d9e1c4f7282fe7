"""Files that were made to hurt are refused with a word on what to do, and cost nothing."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import standards as make
from wenming.kernel.errors import DomainError
from wenming.programmes.standards import errors
from wenming.programmes.standards.reading import CRITERIA, limits, read_table

GOOD = make.as_xlsx({"表": [make.CRITERIA_HEADING, *make.CRITERIA]})
SHEET = "xl/worksheets/sheet1.xml"


def rebuilt(changes: dict[str, bytes], *, level: int = 9) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as target,
    ):
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
        for name in changes.keys() - set(source.namelist()):
            target.writestr(name, changes[name])
    return out.getvalue()


def sheet_xml() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source:
        return source.read(SHEET)


def test_read_a_rebuilt_good_workbook() -> None:
    assert len(read_table(rebuilt({}), expected=CRITERIA).lines) == 3


def test_refuse_a_bomb_by_its_declared_size() -> None:
    data = rebuilt({"xl/media/x.xml": b" " * (limits.UNPACKED_BYTES_MAX + 1)})
    assert len(data) < limits.BYTES_MAX
    with pytest.raises(errors.WorkbookTooLarge):
        read_table(data, expected=CRITERIA)


def test_refuse_a_part_that_is_larger_than_it_declares() -> None:
    data = bytearray(rebuilt({}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        part = package.getinfo(SHEET)
    real = struct.pack("<I", part.file_size)
    # Both the local and the central header lie; a reader that trusts neither would go on to the end.
    lie = struct.pack("<I", 40)
    start = part.header_offset + 22
    assert data[start : start + 4] == real
    data[start : start + 4] = lie
    central = bytes(data).rindex(SHEET.encode()) - 46 + 24
    assert data[central : central + 4] == real
    data[central : central + 4] = lie
    with pytest.raises((errors.HostileWorkbook, errors.UnreadableWorkbook)):
        read_table(bytes(data), expected=CRITERIA)


def test_refuse_entities() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]>' + sheet_xml().split(b"?>", 1)[-1]
    with pytest.raises(errors.HostileWorkbook):
        read_table(rebuilt({SHEET: evil}), expected=CRITERIA)


def test_refuse_a_cell_in_the_last_corner() -> None:
    far = sheet_xml().replace(b"</row>", b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', 1)
    assert far != sheet_xml()
    with pytest.raises(errors.WorkbookTooLarge):
        read_table(rebuilt({SHEET: far}), expected=CRITERIA)


def test_refuse_a_row_far_below() -> None:
    far = sheet_xml().replace(b"</sheetData>", b'<row r="1048576"><c><v>1</v></c></row></sheetData>')
    with pytest.raises(errors.WorkbookTooLarge):
        read_table(rebuilt({SHEET: far}), expected=CRITERIA)


def test_refuse_the_same_part_twice() -> None:
    out = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as target:
        target.writestr(SHEET, sheet_xml())
    with pytest.raises(errors.HostileWorkbook):
        read_table(out.getvalue(), expected=CRITERIA)


def test_refuse_too_many_rows_of_csv() -> None:
    data = make.as_csv(make.CRITERIA_HEADING, [make.CRITERIA[0]] * (limits.ROWS_MAX + 1))
    with pytest.raises(errors.WorkbookTooLarge):
        read_table(data, expected=CRITERIA)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, errors.NoSuchFileKind),
        (b"PK\x03\x04" + b"x" * 100, errors.UnreadableWorkbook),
        (GOOD[: len(GOOD) // 2], errors.UnreadableWorkbook),
        (b"", errors.HeaderNotFound),
        (b"a,b,c\n1,2,3\n", errors.HeaderNotFound),
        (b"\x00\x01\x02", errors.UnreadableWorkbook),
        (b"x" * (limits.BYTES_MAX + 1), errors.WorkbookTooLarge),
    ],
)
def test_refuse_what_is_no_table(data: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read_table(data, expected=CRITERIA)


def test_read_csv_that_excel_wrote_in_china() -> None:
    data = make.as_csv(make.CRITERIA_HEADING, make.CRITERIA).decode().encode("gb18030")
    assert [line["text"] for line in read_table(data, expected=CRITERIA).lines] == [
        "路面平整",
        "盲道连续",
        "重大事故",
    ]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_workbooks_are_read_or_refused_and_never_crash(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    # Anything but a refusal that says what to do fails the test.
    with suppress(DomainError):
        read_table(bytes(damaged), expected=CRITERIA)


PIECES = st.sampled_from(
    [
        b'<c r="A9" t="s"><v>99999</v></c>',
        b'<c r="A9" t="e"><v>x</v></c>',
        b"<row>",
        b'<c t="n"><v>1e999</v></c>',
        b"<v/>",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4))
def test_odd_sheets_are_read_or_refused_and_never_crash(pieces: list[bytes]) -> None:
    odd = sheet_xml().replace(b"</row>", b"".join(pieces) + b"</row>", 1)
    # Anything but a refusal that says what to do fails the test.
    with suppress(DomainError):
        read_table(rebuilt({SHEET: odd}, level=1), expected=CRITERIA)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_never_crash(content: bytes) -> None:
    # Anything but a refusal that says what to do fails the test.
    with suppress(DomainError):
        read_table(content, expected=CRITERIA)
