"""Opens .xlsx and .csv that strangers made, within limits."""

from wenming.kernel.workbooks.limits import OFFICE, Limits
from wenming.kernel.workbooks.reading import Grid, decoded, open_sheets, too_large

__all__ = ["OFFICE", "Grid", "Limits", "decoded", "open_sheets", "too_large"]
