"""What an import answers: how many rows were read and what became of each."""

from dataclasses import dataclass, field
from typing import Any, Final

from wenming.kernel.errors import DomainError

ERRORS_SHOWN_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row was not taken: where it stands, and what to do about it."""

    row: int
    code: str
    message: str
    sheet: str = ""
    field: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "sheet": self.sheet,
            "field": self.field,
            "code": self.code,
            "message": self.message,
        }


@dataclass(slots=True)
class Result:
    """`read` is the sum of the four others. `notes` counts what was taken with a reservation, such as `unlocated`."""

    read: int = 0
    created: int = 0
    unchanged: int = 0
    updated: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def reject(self, row: int, error: DomainError, *, sheet: str = "") -> None:
        """Counts the row as rejected; the first ERRORS_SHOWN_MAX reasons are kept."""
        self.rejected += 1
        if len(self.errors) < ERRORS_SHOWN_MAX:
            name = next(iter(error.fields), "")
            self.errors.append(RowError(row, error.code, str(error), sheet, name))

    def note(self, name: str, by: int = 1) -> None:
        self.notes[name] = self.notes.get(name, 0) + by

    def add(self, other: "Result") -> None:
        for name in ("read", "created", "unchanged", "updated", "rejected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.errors += other.errors[: max(0, ERRORS_SHOWN_MAX - len(self.errors))]
        for name, number in other.notes.items():
            self.note(name, number)

    def as_dict(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "created": self.created,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "rejected": self.rejected,
            "errors": [error.as_dict() for error in self.errors],
            **self.notes,
        }
