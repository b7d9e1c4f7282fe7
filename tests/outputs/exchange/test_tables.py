"""Files as they come: encodings, titles above the heading, workbooks; and those that are none."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.exchange.tables import (
    COLUMNS,
    MAPPING,
    as_csv,
    counts,
    row,
    source,
    take,
    write_mapping,
    write_xlsx,
)
from wenming.kernel.errors import DomainError
from wenming.kernel.workbooks.errors import NoSuchFileKind, UnreadableWorkbook
from wenming.outputs.exchange import services
from wenming.outputs.exchange.errors import ColumnsMissing, TableTooLarge, UnreadableTable, WrongEncoding
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db


def take_file(folder: Path, name: str, data: bytes, mapping: str = MAPPING) -> tuple[int, int, int, int, int]:
    path = folder / name
    path.write_bytes(data)
    return counts(services.take_in("requests", source(path, write_mapping(folder, mapping))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_read_csv_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    assert take_file(tmp_path, "a.csv", as_csv(row("1")).encode(encoding)) == (1, 1, 0, 0, 0)
    assert Problem.objects.get().title == "垃圾未清"


def test_read_a_heading_below_titles_and_skip_empty_rows(tmp_path: Path) -> None:
    text = "热线台账,,\n\n" + as_csv(row("1"), row("2")).replace("\r\n2,", "\r\n,,,\r\n2,")
    assert take_file(tmp_path, "a.csv", text.encode()) == (2, 2, 0, 0, 0)


def test_read_a_workbook_with_dates_and_serials(tmp_path: Path) -> None:
    first = row("1", created=datetime(2024, 3, 1, 8, 0), lat=30.95, lon=118.75)  # noqa: DTZ001
    second = row("2", created=45352.333333333336)
    path = write_xlsx(tmp_path / "a.xlsx", list(COLUMNS), *([each[c] for c in COLUMNS] for each in (first, second)))
    result = services.take_in("requests", source(path, write_mapping(tmp_path)))
    assert counts(result) == (2, 2, 0, 0, 0)
    one, two = Problem.objects.order_by("source_key")
    assert one.found_at == two.found_at
    assert not one.is_unlocated


def test_refuse_a_formula_that_was_never_computed(tmp_path: Path) -> None:
    cells: list[Any] = [row("1")[name] for name in COLUMNS]
    cells[COLUMNS.index("created")] = "=NOW()"
    path = write_xlsx(tmp_path / "a.xlsx", list(COLUMNS), cells)
    result = services.take_in("requests", source(path, write_mapping(tmp_path)))
    assert counts(result) == (1, 0, 0, 0, 1)
    assert [(error.row, error.field) for error in result.errors] == [(2, "found_at")]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.csv", b"", ColumnsMissing),
        ("other.csv", b"a,b,c\n1,2,3\n", ColumnsMissing),
        ("nul.csv", b"id\x00,what\n", UnreadableTable),
        ("quote.csv", as_csv(row("1")).encode() + b'"' + b"x" * 200_000, UnreadableTable),
        ("wide.csv", b"," * 300 + b"\n", TableTooLarge),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"x" * 100, NoSuchFileKind),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 100, UnreadableWorkbook),
    ],
)
def test_refuse_what_is_no_such_table(tmp_path: Path, name: str, data: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error):
        take_file(tmp_path, name, data)
    assert not Problem.objects.exists()


def test_write_nothing_of_a_file_that_is_broken_at_its_end(tmp_path: Path) -> None:
    data = as_csv(*(row(str(n)) for n in range(600))).encode() + b"\xff\xfe\xff"
    with pytest.raises(WrongEncoding):
        take_file(tmp_path, "a.csv", data, MAPPING.replace("source: hotline", "source: hotline\nencoding: utf-8"))
    assert not Problem.objects.exists()


def test_say_in_which_row_and_field_a_value_is_wrong(tmp_path: Path) -> None:
    rows = [
        row("1"),
        row("2", created="yesterday"),
        row("", what="无编号"),
        row("4", status="lost"),
        row("5", text="字" * 20_001),
        row("6", what=""),
        row("7", closed="2023-01-01 00:00:00", changed="", status="done"),
        row("8", status="sent", agency=""),
        row("9", created="2999-01-01 00:00:00"),
        row("10", text="a\x0bb"),
    ]
    result = take(tmp_path, *rows)
    assert counts(result) == (10, 1, 0, 0, 9)
    assert [(error.row, error.field, error.code) for error in result.errors] == [
        (3, "found_at", "exchange.bad_time"),
        (4, "key", "exchange.key_unusable"),
        (5, "status", "exchange.unknown_status"),
        (6, "description", "exchange.value_too_long"),
        (7, "title", "exchange.value_missing"),
        (8, "closed_at", "exchange.times_out_of_order"),
        (9, "lead", "exchange.lead_missing"),
        (10, "found_at", "problems.found_in_future"),
        (11, "description", "exchange.value_has_controls"),
    ]
