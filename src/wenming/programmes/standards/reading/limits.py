"""How much a workbook of standards may hold. A real standard has some hundred lines; these are many times that."""

from typing import Final

from wenming.kernel.workbooks import Limits

BYTES_MAX: Final = 5 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 60 * 1024 * 1024
ROWS_MAX: Final = 5_000
WORKBOOK: Final = Limits(
    bytes_max=BYTES_MAX,
    unpacked_bytes_max=UNPACKED_BYTES_MAX,
    sheets_max=20,
    rows_max=ROWS_MAX,
    cells_max=200_000,
)
CELL_CHARACTERS_MAX: Final = 2_000
# The heading is looked for in the first rows of a sheet; titles and notes may stand above it.
HEADING_ROWS_MAX: Final = 12
