"""A city's published table, filed, handled and closed through the API, and read from it again.

Tianmen, December 2016: 972 cases due, 911 closed (93.72 %), 737 on time (75.82 %); of the events 902 of 956 closed
(94.35 %), of the components 9 of 16 (56.25 %).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.config.caller import Program
from tests.factories import people, places, standards
from tests.factories.problems import Cast
from wenming.programmes.standards.enums import TypeKind
from wenming.programmes.standards.models import ProblemType

pytestmark = pytest.mark.django_db

FOUND_AT = datetime(2016, 12, 5, 1, tzinfo=UTC)
ON_TIME, LATE = FOUND_AT + timedelta(hours=20), FOUND_AT + timedelta(days=25)
EVENTS, COMPONENTS = (956, 902), (16, 9)
CLOSED_ON_TIME = 737
AT_ONCE = 500


class Town:
    """The office that files and checks, and the street that handles, each with a key that may tell the past."""

    def __init__(self) -> None:
        places.make_city()
        standards.make_catalogue()
        cast = Cast()
        self.county, self.liaison = Program(cast.county), Program(cast.liaison)
        self.street = cast.street.pk
        self.point = places.make_point(name="陆羽广场", region_code=people.TOWN, territory_id=cast.street.pk)
        self.types = {
            kind: ProblemType.objects.filter(kind=kind).values_list("code", flat=True).order_by("code")[0]
            for kind in (TypeKind.EVENT, TypeKind.COMPONENT)
        }

    def file(self, kind: TypeKind, number: int) -> list[str]:
        body = {"title": "案件", "found_at": FOUND_AT, "point": self.point.public_id, "type": self.types[kind]}
        return [self.county.post("/problems", body).json()["public_id"] for _ in range(number)]

    def act(self, program: Program, action: str, cases: list[str], at: datetime, **more: Any) -> None:
        for start in range(0, len(cases), AT_ONCE):
            some = cases[start : start + AT_ONCE]
            acts = [{"problem": case, "action": action, "happened_at": at, **more} for case in some]
            answer = program.post("/problems/acts", {"acts": acts}).json()
            assert (answer["done"], answer["refused"]) == (len(some), 0), answer["results"][0]


def figure(program: Program, key: str, **query: str) -> tuple[int, int, str]:
    answer = program.get(f"/figures/{key}", period="2016-12", **query).json()
    return answer["numerator"], answer["denominator"], answer["display"]


def test_published_table_comes_out_of_the_api() -> None:
    town = Town()
    dispatched_at = FOUND_AT + timedelta(hours=1)
    closed: list[str] = []
    for kind, (due, done) in ((TypeKind.EVENT, EVENTS), (TypeKind.COMPONENT, COMPONENTS)):
        cases = town.file(kind, due)
        town.act(town.county, "dispatch", cases, dispatched_at)
        town.act(town.liaison, "sign", cases, dispatched_at + timedelta(hours=1))
        closed += cases[:done]
    # The table counts what was closed, whether it was mended or explained.
    town.act(town.county, "close_unfixed", closed[:CLOSED_ON_TIME], ON_TIME, reason="已核实并答复")
    town.act(town.county, "close_unfixed", closed[CLOSED_ON_TIME:], LATE, reason="已核实并答复")

    program = town.county
    assert figure(program, "problems.closing_rate") == (911, 972, "93.72%")
    assert figure(program, "problems.on_time_closing_rate") == (737, 972, "75.82%")
    answer = program.get("/figures/problems.closing_rate", period="2016-12", by="type").json()
    by_type = {row["type"]: (row["numerator"], row["denominator"], row["display"]) for row in answer["rows"]}
    assert by_type == {
        town.types[TypeKind.EVENT]: (902, 956, "94.35%"),
        town.types[TypeKind.COMPONENT]: (9, 16, "56.25%"),
    }
    assert program.get("/figures/problems.due", period="2016-12").json()["numerator"] == 972
    rows = program.get("/figures/problems.closing_rate/rows", period="2016-12", part="rest").json()
    assert len(rows["items"]) == 50
    assert {row["state_code"] for row in rows["items"]} == {"handling"}
