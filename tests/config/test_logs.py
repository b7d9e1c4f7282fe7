"""A log line tells of the door and the answer, and of nothing that anybody said, typed or holds."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as real_settings
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from wenming.config import observing, views
from wenming.config.logs import JSONLines, TextLines
from wenming.config.urls import urlpatterns as real_urlpatterns

pytestmark = pytest.mark.django_db

NAME = "王小明"
PHONE = "13800000000"
KEY = "Qx7_abcDEF-ghiJKLmnop12"


def breaks(request: HttpRequest, word: str) -> HttpResponse:
    try:
        raise IntegrityError(f"DETAIL: Key (name, phone)=({NAME}, {PHONE}) already exists: {word}")
    except IntegrityError as error:
        raise ValueError(f"{NAME} {PHONE} {word}") from error


def database_gone(request: HttpRequest) -> HttpResponse:
    raise OperationalError(f"connection to server failed for {NAME}")


urlpatterns = [*real_urlpatterns, path("breaks/<str:word>/", breaks), path("gone/", database_gone)]
handler500 = "wenming.config.views.server_error"


@pytest.fixture(params=[JSONLines, TextLines], ids=["json", "text"])
def log(request: Any) -> Iterator[io.StringIO]:
    """All that would be written, as the settings would write it, from the lowest level on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    loggers = [logging.getLogger(), logging.getLogger("wenming"), logging.getLogger("django.request")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.INFO)
    loggers[0].addHandler(handler)
    yield stream
    loggers[0].removeHandler(handler)
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)


def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
def test_failure_is_told_without_its_words(log: io.StringIO) -> None:
    answer = visitor().get(f"/breaks/{PHONE}/", {"q": NAME}, headers={"Cookie": f"x={KEY}"})
    assert answer.status_code == 500
    text = log.getvalue()
    assert "ValueError" in text
    assert "IntegrityError" in text
    assert "test_logs.py" in text
    assert "/breaks/<str:word>/" in text
    assert [secret for secret in (NAME, PHONE, KEY, "DETAIL") if secret in text] == []
    assert answer["X-Request-ID"] in text
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.urls(__name__)
def test_database_that_is_away_is_told_from_a_fault_of_ours(log: io.StringIO) -> None:
    answer = visitor().get("/gone/")
    assert answer.status_code == 503
    assert str(views.Unavailable()) in answer.content.decode()
    assert NAME not in log.getvalue()


@pytest.mark.parametrize("address", [f"/r/12-{KEY}/", f"/r/12-{KEY}/map/", f"/nowhere/{KEY}", f"/sign-in/?next=/{KEY}"])
def test_address_with_a_key_stands_in_no_line(log: io.StringIO, address: str) -> None:
    visitor().get(address)
    visitor().post(address, {"username": NAME, "password": KEY, "note": PHONE})
    text = log.getvalue()
    assert "request" in text
    assert [secret for secret in (NAME, PHONE, KEY) if secret in text] == []


def test_request_line_says_door_answer_time_and_statements(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="wenming.requests")
    visitor().get(reverse("people:sign_in"))
    (record,) = [each for each in caplog.records if each.name == "wenming.requests"]
    line = json.loads(JSONLines().format(record))
    assert {name: line[name] for name in ("route", "method", "status", "role")} == {
        "route": "/sign-in/",
        "method": "GET",
        "status": 200,
        "role": "",
    }
    assert line["ms"] > 0
    assert line["queries"] >= 0
    assert len(line["request_id"]) == 32


def test_slow_request_is_a_warning(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "SLOW_MS", 0)
    caplog.set_level(logging.WARNING, logger="wenming.requests")
    visitor().get(reverse("people:sign_in"))
    assert [each.levelname for each in caplog.records if each.name == "wenming.requests"] == ["WARNING"]


def test_health_pages_write_no_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="wenming.requests")
    visitor().get(reverse("ready"))
    assert [each for each in caplog.records if each.name == "wenming.requests"] == []


def test_reply_link_in_a_line_of_somebody_else_is_hidden() -> None:
    record = logging.LogRecord("granian", logging.INFO, "", 0, "GET %s", (f"/r/12-{KEY}/answer/",), None)
    assert TextLines().format(record).endswith("GET /r/12-***/answer/")


def test_settings_write_every_line_by_our_hand() -> None:
    configured = real_settings.LOGGING
    assert configured["root"]["handlers"] == ["console"]
    assert {name: each["()"] for name, each in configured["formatters"].items()} == {
        "json": "wenming.config.logs.JSONLines",
        "text": "wenming.config.logs.TextLines",
    }
    assert configured["loggers"]["django"]["handlers"] == []
