"""What happens around every request: where it comes from, how much it may bring, and what is logged of it."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from wenming.config import middleware
from wenming.foundation.audit import context

PROXY = "10.0.0.9"


@pytest.fixture
def _behind_proxy(settings: Any) -> Iterator[None]:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    yield


def seen(**meta: str) -> tuple[str, str | None]:
    """The address that the audit would write, and what is left of the word about the scheme."""
    request = RequestFactory().get("/", **meta)  # type: ignore[arg-type]
    found: list[tuple[str, str | None]] = []

    def view(asked: Any) -> HttpResponse:
        found.append((context.address(), asked.META.get("HTTP_X_FORWARDED_PROTO")))
        return HttpResponse()

    middleware.request_context(view)(request)
    return found[0]


@pytest.mark.usefixtures("_behind_proxy")
@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        # The first was typed by the visitor, the second was written by our proxy.
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("<script>", PROXY),
        ("", PROXY),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_address_behind_our_proxy_is_the_visitors(forwarded: str, address: str) -> None:
    found = seen(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO="https")
    assert found == (address, "https")


@pytest.mark.usefixtures("_behind_proxy")
@pytest.mark.parametrize("peer", ["203.0.113.50", "", "unix:"])
def test_address_of_a_stranger_is_his_own_whatever_he_says(peer: str) -> None:
    found = seen(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    assert found == (peer, None)


@pytest.mark.usefixtures("_behind_proxy")
def test_address_of_a_proxy_in_the_dress_of_ipv6() -> None:
    assert seen(REMOTE_ADDR="::ffff:10.0.0.9", HTTP_X_FORWARDED_FOR="203.0.113.7")[0] == "203.0.113.7"


@pytest.mark.django_db
def test_request_that_is_too_large_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    settings.REQUEST_BYTES_MAX = 10
    answer = client.post(reverse("people:sign_in"), {"username": "a" * 20, "password": "b"})
    assert answer.status_code == 413
    assert "分几次提交" in answer.content.decode()


@pytest.mark.django_db
def test_request_with_a_null_in_its_query_is_refused(client: Client) -> None:
    assert client.get(reverse("people:sign_in") + "?next=%00").status_code == 400
    assert client.get(reverse("people:sign_in") + "?next=/").status_code == 200
