"""Problems as papers list them, and the photos that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wenming.outputs.papers import words
from wenming.outputs.papers.photos import PHOTOS_MAX
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.enums import PhotoMoment, State
from wenming.programmes.problems.models import Problem

COLUMNS = (
    "id", "code", "title", "description", "category_name", "type_name", "address", "state", "found_at",
    "handle_due_at", "lead_id", "lead__name", "point__name", "point__address", "criterion__code", "dispatched_at",
)  # fmt: skip
TEXT_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines of a table and the photos of its appendix, numbered as the lines name them."""

    lines: list[dict[str, Any]]
    photos: list[dict[str, Any]]


def values_of(rows: QuerySet[Problem]) -> list[dict[str, Any]]:
    return list(rows.values(*COLUMNS))


def listed(rows: Sequence[dict[str, Any]], *, request: str) -> Listed:
    """One statement for the photos of all."""
    photos = problems.photos_of_all([row["id"] for row in rows])
    lines: list[dict[str, Any]] = []
    appendix: list[dict[str, Any]] = []
    for number, row in enumerate(rows, start=1):
        first = len(appendix) + 1
        for photo in photos.get(row["id"], []):
            if photo.moment == PhotoMoment.BEFORE and len(appendix) < PHOTOS_MAX:
                caption = f"{len(appendix) + 1}　{site_of(row)}　{words.day_of(row['found_at'])}"
                appendix.append({"file": photo.file_id, "caption": caption})
        lines.append(_line(row, number, request, _span(first, len(appendix))))
    return Listed(lines, appendix)


def pairs_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Before and after side by side, of what has both, at most PHOTOS_MAX photos; in the order of `rows`."""
    photos = problems.photos_of_all([row["id"] for row in rows])
    pairs: list[dict[str, Any]] = []
    for row in rows:
        by_moment: dict[str, int] = {}
        for photo in photos.get(row["id"], []):
            by_moment.setdefault(photo.moment, photo.file_id)
        if len(by_moment) == len(PhotoMoment.values) and len(pairs) < PHOTOS_MAX // 2:
            pairs.append(
                {
                    "unit": row["lead__name"] or "",
                    "before": by_moment[PhotoMoment.BEFORE],
                    "after": by_moment[PhotoMoment.AFTER],
                    "caption": f"{row['code']}　{site_of(row)}　{row['title']}",
                }
            )
    return pairs


def site_of(row: dict[str, Any]) -> str:
    return str(row["point__name"] or row["address"] or "地点待核")


def _line(row: dict[str, Any], number: int, request: str, photos: str) -> dict[str, Any]:
    due = row["handle_due_at"]
    return {
        "number": number,
        "code": row["code"],
        "category": row["category_name"] or words.DASH,
        "site": site_of(row),
        "address": row["address"] or row["point__address"] or words.DASH,
        "text": (row["title"] + (f"：{row['description']}" if row["description"] else ""))[:TEXT_CHARACTERS_MAX],
        "criterion": row["criterion__code"] or words.DASH,
        "request": request,
        "due": words.day_of(due) if due else words.DASH,
        "found": words.day_of(row["found_at"]),
        "state": str(State(row["state"]).label),
        "unit": row["lead__name"] or "",
        "photos": photos,
    }


def _span(first: int, last: int) -> str:
    if last < first:
        return "无"
    return str(first) if first == last else f"{first}～{last}"
