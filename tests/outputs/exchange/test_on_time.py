"""What share of a city's own on-time closing our figures reproduce, and why each other row differs."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from django.db.models import F

from tests.outputs.exchange.tables import source
from wenming.engines.metrics import selectors as metrics
from wenming.kernel.periods import Period
from wenming.outputs.exchange import services
from wenming.programmes.problems.models import Problem

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]

MAPPING = Path(__file__).resolve().parents[3] / "docs" / "examples" / "baltimore.requests.yaml"
CLOSED = ("Closed", "Closed (Transferred)")
EVER = Period.parse("2014-01..2019-12")
DUPLICATE = "a duplicate is void, and its first request is counted"


def told(cell: str) -> datetime | None:
    return datetime.strptime(cell, "%m/%d/%Y %I:%M:%S %p") if cell else None  # noqa: DTZ007 - as the file writes it


def is_on_time(row: Mapping[str, str]) -> bool:
    """Straight from the file: closed by its due date, by the clock on the wall."""
    due, closed = told(row["DueDate"]), told(row["CloseDate"])
    return due is not None and closed is not None and closed <= due


def reason(row: Mapping[str, str]) -> str:
    """Why our answer may differ from the file's; the first that holds."""
    created, closed = told(row["CreatedDate"]), told(row["CloseDate"])
    if "(Duplicate)" in row["SRStatus"]:
        return DUPLICATE
    if row["SRStatus"] not in CLOSED:
        return "open again: its date of closing is of an earlier closing"
    if closed is not None and created is not None and closed < created:
        return "closed before it was created: the date of its status counts"
    return "unexplained"


def test_on_time_closing_is_what_the_city_itself_says(shared: Path) -> None:
    path = shared / "data" / "requests311" / "baltimore_2018.csv"
    services.take_in("requests", source(path, MAPPING))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    both = [row for row in rows if row["DueDate"] and row["CloseDate"]]
    on_time = Problem.objects.filter(voided_at=None, closed_at__lte=F("close_due_at"))
    ours = set(on_time.values_list("source_key", flat=True))
    differing = [row for row in both if (row["SRRecordID"] in ours) is not is_on_time(row)]
    assert (len(both), sum(map(is_on_time, both)), len(ours), len(differing)) == (9_555, 7_988, 7_839, 149)
    assert Counter(map(reason, differing)) == {DUPLICATE: 149}
    # Nothing counts as on time here that the city does not count so itself.
    assert ours <= {row["SRRecordID"] for row in both if is_on_time(row)}
    due = [row for row in rows if row["DueDate"] and "(Duplicate)" not in row["SRStatus"]]
    rate = metrics.evaluate("problems.on_time_closing_rate", period=EVER)
    assert (rate.numerator, rate.denominator) == (7_839, len(due))
