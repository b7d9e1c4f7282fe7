"""How much a workbook may hold, so that a file made to hurt costs nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The default holds a city's month of problems many times over; a caller that expects less says so."""

    bytes_max: int = 20 * 1024 * 1024
    unpacked_bytes_max: int = 200 * 1024 * 1024
    parts_max: int = 1_000
    sheets_max: int = 40
    rows_max: int = 50_000
    columns_max: int = 100
    cells_max: int = 1_500_000


OFFICE = Limits()
