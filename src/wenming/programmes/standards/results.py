"""What an import says about each row, and where."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Outcome(TextChoices):
    CREATED = "created", _("新增")
    UPDATED = "updated", _("有改动")
    UNCHANGED = "unchanged", _("未变")
    REJECTED = "rejected", _("没有收")


@dataclass(frozen=True, slots=True)
class RowResult:
    """One line of the file. `message` says what to do; an accepted row may carry a remark there too."""

    sheet: str
    row: int
    key: str
    outcome: Outcome
    message: Text = ""


@dataclass(slots=True)
class ImportResult:
    """`is_written` is False for a trial. `absent` counts what stood in the draft and is not in the file: it stays."""

    target: str
    rows: list[RowResult] = field(default_factory=list)
    absent: int = 0
    skipped_sheets: list[str] = field(default_factory=list)
    is_written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """`{"created": 97, "updated": 0, "unchanged": 0, "rejected": 0}`, always all four."""
        counted = Counter(row.outcome.value for row in self.rows)
        return {outcome.value: counted[outcome.value] for outcome in Outcome}

    @property
    def rejected(self) -> list[RowResult]:
        return [row for row in self.rows if row.outcome is Outcome.REJECTED]

    @property
    def remarks(self) -> list[RowResult]:
        return [row for row in self.rows if row.message and row.outcome is not Outcome.REJECTED]
