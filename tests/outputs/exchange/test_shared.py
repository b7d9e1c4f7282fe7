"""Real tables that nobody here wrote."""

import time
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import F

from tests.outputs.exchange.tables import counts, source
from wenming.outputs.exchange import services
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.machine import LOOP

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
REGIONS = "regions/xuancheng_341800_12digit.csv"
BOUNDARIES = "regions/xuancheng_fastgeocn_simplified_wgs84.geojson"
SECONDS_MAX = 60


def test_take_ten_thousand_requests(shared: Path) -> None:
    asked = source(shared / "data" / "requests311" / "baltimore_2018.csv", EXAMPLES / "baltimore.requests.yaml")
    started = time.monotonic()
    result = services.take_in("requests", asked)
    assert time.monotonic() - started < SECONDS_MAX
    assert counts(result) == (10_000, 10_000, 0, 0, 0)
    # 885 rows carry the placeholder 39, -77 and 590 no position at all.
    assert result.notes == {"unlocated": 885 + 590, "duplicates": 217, "units_created": 17}
    assert Counter(Problem.objects.values_list("state", flat=True)) == {
        "closed": 9_585,
        "void": 217,
        "handling": 131,
        "dispatched": 67,
    }
    assert Problem.objects.filter(closed_at__lte=F("handle_due_at")).count() == 7_839
    assert not Problem.objects.exclude(reviewed_at=None).exists()
    assert counts(services.take_in("requests", asked)) == (10_000, 0, 10_000, 0, 0)
    assert LOOP.verify() == []


def test_take_all_messages(shared: Path) -> None:
    asked = source(shared / "data" / "messages" / "inflow.csv", EXAMPLES / "teddy.messages.yaml")
    result = services.take_in("messages", asked)
    assert counts(result) == (4_270, 4_270, 0, 0, 0)
    assert Counter(Problem.objects.values_list("state", flat=True)) == {"reported": 4_270}
    assert max(map(len, Problem.objects.values_list("description", flat=True))) > 4_000
    assert counts(services.take_in("messages", asked)) == (4_270, 0, 4_270, 0, 0)


def test_take_the_divisions_and_their_outlines(shared: Path) -> None:
    regions = services.take_in("regions", source(shared / "data" / REGIONS, edition=2023))
    assert (regions.created, regions.rejected) == (regions.read, 0)
    outlines = services.take_in("boundaries", source(shared / "data" / BOUNDARIES))
    assert (outlines.created, outlines.rejected) == (outlines.read, 0)


def test_file_another_city_as_unlocated(shared: Path) -> None:
    services.take_in("regions", source(shared / "data" / REGIONS, edition=2023))
    services.take_in("boundaries", source(shared / "data" / BOUNDARIES))
    asked = source(shared / "data" / "requests311" / "baltimore_2018.csv", EXAMPLES / "baltimore.requests.yaml")
    result = services.try_in("requests", asked)
    assert (result.created, result.notes["unlocated"]) == (10_000, 10_000)
