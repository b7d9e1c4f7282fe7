"""Who may see a published photo."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from tests.factories.files import make_photo, photo_bytes
from tests.factories.people import make_acting, make_user
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import access, selectors, services
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_programmes() -> Iterator[None]:
    """Foundation is tested without what the programmes above it register."""
    kept = {kind: list(checkers) for kind, checkers in access._checkers.items()}
    access._checkers.clear()
    yield
    access._checkers.clear()
    access._checkers.update(kept)


def signed_in(client: Client, role: Role = Role.OFFICE) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def test_published_for_a_stranger_is_not_there(client: Client) -> None:
    file = make_photo()
    for address in (access.published_url(file), reverse("files:published", args=[uuid4()])):
        assert client.get(address).status_code == 404


def test_published_for_staff(client: Client) -> None:
    file = make_photo()
    response = signed_in(client).get(access.published_url(file))
    assert response.status_code == 200
    assert response.content == selectors.open_published(file)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=86400"
    assert "Cookie" in response["Vary"]


def test_published_in_both_sizes_and_no_other(client: Client) -> None:
    file = make_photo(data=photo_bytes(800, 600))
    signed_in(client)
    small = client.get(access.published_url(file, size="thumb"))
    assert small.content == selectors.open_published(file, size="thumb")
    for size in ("huge", "../received", "thumb%20"):
        assert client.get(access.published_url(file, size=size)).status_code == 404


def test_published_when_the_browser_has_it(client: Client) -> None:
    file = make_photo()
    first = signed_in(client).get(access.published_url(file))
    again = client.get(access.published_url(file), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    other = client.get(access.published_url(file, size="thumb"), headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_published_when_the_stranger_knows_the_tag(client: Client) -> None:
    file = make_photo()
    headers = {"If-None-Match": f'"{file.sha256_published}"'}
    assert client.get(access.published_url(file), headers=headers).status_code == 404


def test_signed_url_opens_until_it_ends(client: Client) -> None:
    file = make_photo()
    with clock.set_to(NOON):
        address = access.signed_url(file, size="thumb")
        assert client.get(address).status_code == 200
        assert access.signed_url(file, size="thumb") == address
    with clock.set_to(NOON + timedelta(seconds=access.SIGNED_SECONDS)):
        assert client.get(address).status_code == 200
    with clock.set_to(NOON + timedelta(seconds=2 * access.SIGNED_SECONDS + 1)):
        assert client.get(address).status_code == 404


def test_signed_url_of_one_photo_opens_no_other(client: Client) -> None:
    file, other = make_photo(), make_photo()
    query = access.signed_url(file).partition("?")[2]
    assert client.get(f"{access.published_url(other)}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["until=99999999999&key=x", "until=x&key=", "until=%D9%A1&key=%C3%A9", "until=9&key=é"]
)
def test_signed_url_when_it_was_made_up(client: Client, query: str) -> None:
    assert client.get(f"{access.published_url(make_photo())}?{query}").status_code == 404


def test_published_when_a_programme_says_whose_it_is(client: Client) -> None:
    mine, other = make_photo(), make_photo()

    def is_mine(_request: HttpRequest, file: StoredFile) -> bool:
        return file.pk == mine.pk

    access.register(FileKind.PHOTO, is_mine)
    assert client.get(access.published_url(mine)).status_code == 200
    signed_in(client)
    assert client.get(access.published_url(mine)).status_code == 200
    assert client.get(access.published_url(other)).status_code == 404


def refuse_all(_request: HttpRequest, _file: StoredFile) -> bool:
    return False


def test_published_for_whoever_sent_it(client: Client) -> None:
    user = make_user()
    acting = make_acting(Role.LIAISON, user=user)
    file, other = make_photo(by=acting.actor), make_photo()
    access.register(FileKind.PHOTO, refuse_all)
    client.force_login(user)
    assert client.get(access.published_url(file)).status_code == 200
    assert client.get(access.published_url(other)).status_code == 404


def test_published_when_the_disk_has_lost_it(client: Client) -> None:
    file = make_photo()
    selectors.published_path(file).unlink()
    assert signed_in(client).get(access.published_url(file)).status_code == 404


def document() -> StoredFile:
    return services.receive_document(data="姓名,村\n甲,乙\n".encode("gb18030"), name="名单.csv", by=SYSTEM)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE, 200),
        (Role.ADMINISTRATOR, 403),
        (Role.SECURITY, 403),
        (Role.AUDITOR, 403),
        (Role.AUTHOR, 200),
        (Role.LEADER, 200),
        (Role.COUNTY, 403),
        (Role.LIAISON, 403),
        (Role.INSPECTOR, 403),
    ],
)
def test_document_by_role(client: Client, role: Role, status: int) -> None:
    file = document()
    response = signed_in(client, role).get(reverse("files:document", args=[file.public_id]))
    assert response.status_code == status
    if status == 200:
        assert b"".join(response) == selectors.open_received(file)  # type: ignore[arg-type]
    read = AuditRecord.objects.filter(action="files.open_document", object_key=str(file.public_id)).count()
    assert read == (1 if status == 200 else 0)


def test_document_is_a_download(client: Client) -> None:
    file = document()
    response = signed_in(client).get(reverse("files:document", args=[file.public_id]))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/csv"
    assert b"".join(response) == selectors.open_received(file)  # type: ignore[arg-type]


def test_document_for_a_stranger_asks_to_sign_in(client: Client) -> None:
    response = client.get(reverse("files:document", args=[document().public_id]))
    assert response.status_code == 302


def test_no_door_gives_a_photo_as_received_or_a_document_as_a_photo(client: Client) -> None:
    photo, paper = make_photo(), document()
    signed_in(client)
    assert client.get(reverse("files:document", args=[photo.public_id])).status_code == 404
    assert client.get(reverse("files:published", args=[paper.public_id])).status_code == 404
    assert client.get(access.signed_url(paper)).status_code == 404
