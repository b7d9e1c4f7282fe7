"""How much a workbook may hold. A real standard has some hundred lines; these are many times that."""

BYTES_MAX = 5 * 1024 * 1024
UNPACKED_BYTES_MAX = 60 * 1024 * 1024
PARTS_MAX = 1_000
SHEETS_MAX = 20
ROWS_MAX = 5_000
COLUMNS_MAX = 100
CELLS_MAX = 200_000
CELL_CHARACTERS_MAX = 2_000
# The heading is looked for in the first rows of a sheet; titles and notes may stand above it.
HEADING_ROWS_MAX = 12
