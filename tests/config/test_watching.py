"""What watches the server is answered, and nobody else."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from tests.factories.people import make_unit
from wenming.config import health, watching
from wenming.foundation.audit import services as audit

pytestmark = pytest.mark.django_db

STRANGER = "203.0.113.7"


def ask(**given: Any) -> Any:
    return Client().get(reverse("metrics"), **given)


def samples(content: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(content.decode())
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


def test_metrics_count_requests_by_door_and_answer() -> None:
    wanted = ("wenming_requests_total", (("method", "GET"), ("route", "/-/alive"), ("status", "200")))
    before = samples(ask().content).get(wanted, 0.0)
    Client().get(reverse("alive"))
    found = samples(ask().content)
    assert found[wanted] == before + 1
    assert found["wenming_request_seconds_count", (("route", "/-/alive"),)] >= 1


def test_metrics_count_an_unknown_address_once_whatever_it_says() -> None:
    ask()  # Where this test comes first, the door of the metrics is itself not counted yet.
    before = {key for key in samples(ask().content) if key[0] == "wenming_request_seconds_count"}
    for number in range(3):
        Client().get(f"/no/such/{number}")
    after = {key for key in samples(ask().content) if key[0] == "wenming_request_seconds_count"}
    assert len(after - before) <= 1


def test_metrics_tell_what_waits() -> None:
    key = ("wenming_waiting", (("what", "audit"),))
    before = samples(ask().content)[key]
    make_unit()
    assert samples(ask().content)[key] == before + 1


def test_metrics_tell_the_workers_age(settings: Any) -> None:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    assert samples(ask().content)["wenming_worker_age_seconds", ()] == -1
    watching.beat()
    assert 0 <= samples(ask().content)["wenming_worker_age_seconds", ()] < 60


@pytest.mark.parametrize(
    ("address", "token", "sent", "status"),
    [
        ("127.0.0.1", "", "", 200),
        (STRANGER, "", "", 404),
        (STRANGER, "a-long-token", "Bearer a-long-token", 200),
        (STRANGER, "a-long-token", "Bearer another", 404),
        ("127.0.0.1", "a-long-token", "", 404),
    ],
)
def test_metrics_are_there_for_whom(settings: Any, address: str, token: str, sent: str, status: int) -> None:
    settings.METRICS_TOKEN = token
    assert ask(REMOTE_ADDR=address, headers={"Authorization": sent}).status_code == status


def test_metrics_in_production_need_a_token(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    assert ask().status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert ask(headers={"Authorization": "Bearer a-long-token"}).status_code == 200


def test_ready_is_no_while_migrations_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Fits, "is_known", False)
    MigrationRecorder(connection).record_unapplied("audit", "0001_initial")
    assert Client().get(reverse("ready")).status_code == 503
    MigrationRecorder(connection).record_applied("audit", "0001_initial")
    assert Client().get(reverse("ready")).status_code == 200
    assert health._Fits.is_known


def test_ready_asks_one_statement(django_assert_num_queries: Any) -> None:
    Client().get(reverse("ready"))
    with django_assert_num_queries(1):
        assert Client().get(reverse("ready")).json() == {"status": "ready"}


def test_metrics_page_costs_no_more_for_many_rows(django_assert_num_queries: Any) -> None:
    audit.seal()
    statements = len(watching.WAITING) + (1 if connection.vendor == "postgresql" else 0)
    with django_assert_num_queries(statements):
        ask()


def test_beat_is_a_file_of_the_installation(settings: Any) -> None:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    watching.beat()
    assert (Path(settings.HOME) / watching.BEAT).is_file()
