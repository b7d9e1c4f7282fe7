"""What goes over the wire, to a real server."""

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.exchange.hooks.receivers import receiving
from wenming.outputs.exchange.enums import Fault
from wenming.outputs.exchange.hooks import posting
from wenming.outputs.exchange.hooks.posting import NotTaken, post


def fault_of(url: str) -> tuple[Fault, int | None]:
    with pytest.raises(NotTaken) as caught:
        post(url, b"{}", {})
    return caught.value.fault, caught.value.status


def test_post_is_taken(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings) as receiver:
        assert post(receiver.url, "{“”}".encode(), {"webhook-id": "1"}) == 204
        headers, body = receiver.got[0]
        assert (headers["host"], headers["webhook-id"], body) == (f"127.0.0.1:{receiver.port}", "1", "{“”}".encode())


def test_post_follows_no_redirect(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings) as receiver:
        receiver.answers, receiver.location = [302, 307], receiver.url
        assert [fault_of(receiver.url) for _ in range(2)] == [(Fault.ANSWER, 302), (Fault.ANSWER, 307)]
        assert len(receiver.got) == 2


def test_post_refuses_address_that_is_not_named(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings) as receiver:
        settings.WEBHOOK_NETWORKS = []
        assert fault_of(receiver.url) == (Fault.ADDRESS, None)
        assert fault_of(receiver.url.replace("127.0.0.1", "localhost")) == (Fault.ADDRESS, None)
        assert receiver.got == []


def test_post_refuses_certificate_of_nobody(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings) as receiver:
        settings.WEBHOOK_CA = ""
        assert fault_of(receiver.url) == (Fault.CERTIFICATE, None)


def test_post_refuses_certificate_of_another_name(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings, name="203.0.114.7") as receiver:
        assert fault_of(receiver.url) == (Fault.CERTIFICATE, None)
        assert receiver.got == []


def test_post_says_that_nobody_is_there(tmp_path: Path, settings: Any) -> None:
    with receiving(tmp_path, settings) as receiver:
        url = receiver.url
    assert fault_of(url) == (Fault.CONNECTION, None)
    assert fault_of(f"https://nobody.invalid:{receiver.port}/") == (Fault.UNRESOLVED, None)


def test_post_waits_no_longer_than_its_time(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    with receiving(tmp_path, settings) as receiver:
        receiver.stall = threading.Event()
        assert fault_of(receiver.url) == (Fault.TIMEOUT, None)
        assert len(receiver.got) == 1


def test_post_cuts_off_an_answer_that_drips(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    with receiving(tmp_path, settings) as receiver:
        receiver.drips = True
        assert fault_of(receiver.url) == (Fault.TIMEOUT, None)
