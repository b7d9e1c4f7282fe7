"""The demonstration's manners towards databases that are not its own."""

import io
import json
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command

from tests.factories.people import make_unit
from wenming.demo import city, explained
from wenming.demo.city import Plan
from wenming.demo.errors import AnotherDemo, NotADemo
from wenming.demo.models import DemoMark
from wenming.kernel import clock
from wenming.programmes.problems.models import PhotoFlag

pytestmark = pytest.mark.django_db
PLAN = Plan("small", 1, date(2026, 11, 24))


@pytest.mark.parametrize(("hour", "day"), [(0, 24), (8, 24), (9, 25), (23, 25)])
def test_last_look_is_never_still_to_come(hour: int, day: int) -> None:
    now = datetime(2026, 11, 25, hour, 30, tzinfo=clock.SHANGHAI)
    assert city.last_look(now) == date(2026, 11, day)


def test_check_refuses_a_database_with_data_and_no_mark() -> None:
    make_unit()
    with pytest.raises(NotADemo):
        city.check(PLAN)


def test_demo_refuses_with_exit_code_two() -> None:
    make_unit()
    with pytest.raises(CommandError) as caught:
        call_command("demo", no_serve=True, stdout=io.StringIO(), stderr=io.StringIO())
    assert caught.value.returncode == 2


def test_check_finds_a_finished_city_standing() -> None:
    DemoMark.objects.create(scale="small", seed=1, year=2024, started_at=clock.now(), finished_at=clock.now())
    assert city.check(PLAN) is True


def test_check_refuses_another_seed() -> None:
    DemoMark.objects.create(scale="small", seed=2, year=2024, started_at=clock.now(), finished_at=clock.now())
    with pytest.raises(AnotherDemo):
        city.check(PLAN)


def test_demo_prints_one_sign_in_for_each_role() -> None:
    out = io.StringIO()
    call_command("demo", no_serve=True, json=True, stdout=out, stderr=io.StringIO())
    document = json.loads(out.getvalue())
    assert document["city"] == "和安市"
    assert {account["role"] for account in document["accounts"]} == {
        "administrator",
        "security",
        "auditor",
        "office",
        "county",
        "liaison",
        "inspector",
        "leader",
        "author",
    }
    assert document["counts"]["problems"] > 700
    assert document["reply_link"].startswith("http://127.0.0.1:8000/r/")
    # None of the city's own photos is asked about, and four planted ones are, each at another stage.
    told: dict[int, tuple[str, list[str]]] = {}
    for flag in PhotoFlag.objects.order_by("pk").prefetch_related("answers"):
        told.setdefault(flag.problem_id, (flag.kind, [answer.part for answer in flag.answers.all()]))
    assert list(told.values()) == [
        ("earlier", []),
        ("before", ["told"]),
        ("earlier", ["reason"]),
        ("earlier", ["reason", "look"]),
    ]
    assert explained.ask_about_photos(date(2026, 11, 24)) == 0
