"""What strangers, hurried people and programs send: a clear answer each time, nothing lost and nothing half written."""

import csv
import gzip
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.config.caller import BASE, Program
from tests.factories import people, places, standards
from tests.factories.problems import Cast
from tests.outputs.residents.phones import Phone, jpeg
from wenming.foundation.files import selectors as files
from wenming.foundation.files.limits import PUBLISHED_EDGE_PX
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db
RARE = "𠮷野家门口😀👨‍👩‍👧"
RIGHT_TO_LEFT = "井盖\u202e松动\u2066"
FORMULA = '=HYPERLINK("http://x")'
TYPED = "两侧散落垃圾袋，三天没有人收"


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    places.make_city()
    standards.make_catalogue()


@pytest.fixture
def cast() -> Cast:
    return Cast()


def bomb() -> bytes:
    """Ten megabytes of nothing in a few kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("x", b"0" * 10_000_000)
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "GIF")
    return out.getvalue()


NO_PHOTOS = {
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with an entity": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "zip bomb": bomb(),
    "gzip": gzip.compress(b"0" * 1_000_000),
    "gif under a false name": gif(),
    "half a jpeg": jpeg().read()[:300],
    "nothing": b"",
}


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def nothing_written() -> bool:
    return not Problem.objects.exists() and not StoredFile.objects.exists()


def draft(**more: Any) -> dict[str, Any]:
    return {"title": "井盖松动", "found_at": clock.now() - timedelta(hours=1), "address": "河滨路 1 号", **more}


@pytest.mark.parametrize("kind", NO_PHOTOS)
def test_what_is_no_photo_is_named_and_what_was_typed_stays(kind: str) -> None:
    answer = Phone().report(text=TYPED, photos=[SimpleUploadedFile("门口.jpg", NO_PHOTOS[kind], "image/jpeg")])
    text = answer.content.decode()
    assert (answer.status_code, TYPED in text, nothing_written()) == (400, True, True)
    assert "门口.jpg" in text


@pytest.mark.parametrize("kind", NO_PHOTOS)
def test_what_is_no_photo_is_refused_by_the_api_with_its_code(cast: Cast, kind: str) -> None:
    file = SimpleUploadedFile("x.jpg", NO_PHOTOS[kind], "image/jpeg")
    program = Program(cast.county)
    answer = program.client.post(f"{BASE}/problems/photos", {"files": [file]}, headers=program.headers())
    assert (answer.status_code, nothing_written()) == (400, True)
    assert answer.json()["code"].startswith("files.")


def test_photo_of_fifty_megapixels_is_taken_and_made_small() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8_000, 6_250), "grey").save(out, "JPEG")
    answer = Phone().report(photos=[SimpleUploadedFile("大.jpg", out.getvalue(), "image/jpeg")])
    assert answer.status_code == 302
    file = Problem.objects.get().photos.get().file
    assert (file.width, file.height) == (8_000, 6_250)
    assert max(Image.open(io.BytesIO(files.open_published(file))).size) <= PUBLISHED_EDGE_PX


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (39, -77), (22.5, 114.0), ("91", "0"), ("abc", "1"), ("NaN", "NaN")])
def test_position_that_cannot_be_ours_is_asked_for_again(lat: Any, lon: Any) -> None:
    answer = Phone().report(lat=lat, lon=lon, text=TYPED)
    assert (answer.status_code, TYPED in answer.content.decode(), nothing_written()) == (400, True, True)


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (39, -77)])
def test_position_that_cannot_be_ours_is_no_position_to_the_api(cast: Cast, lat: float, lon: float) -> None:
    """A sensor's or another system's case is worth keeping: by its address, and counted as not located."""
    answer = Program(cast.county).post("/problems", draft(lat=lat, lon=lon, address="河滨路 1 号"))
    problem = Problem.objects.get()
    assert (answer.status_code, answer.json()["public_id"]) == (201, str(problem.public_id))
    assert (problem.lat, problem.lon, problem.is_unlocated) == (None, None, True)
    assert problem.county_code == people.COUNTY


def test_case_of_the_neighbours_is_taken_and_answered(cast: Cast) -> None:
    lat, lon = places.MIDDLE[people.OTHER_COUNTY]
    answer = Program(cast.county).post("/problems", draft(lat=lat, lon=lon))
    assert (answer.status_code, Problem.objects.get().county_code) == (201, people.OTHER_COUNTY)


def test_time_that_is_still_to_come_is_refused(cast: Cast) -> None:
    answer = Program(cast.county).post("/problems", draft(found_at=clock.now() + timedelta(days=1)))
    assert (answer.status_code, answer.json()["code"]) == (400, "problems.found_in_future")
    page = enter(cast.office).post(
        reverse("problems:new"),
        {"title": "井盖松动", "address": "河滨路", "found_at": "2999-01-01T08:00", "channel": "desk"},
    )
    assert (page.status_code, "井盖松动" in page.content.decode(), nothing_written()) == (400, True, True)


def test_a_hundred_kilobytes_of_text_are_refused_with_their_limit(cast: Cast) -> None:
    long = "垃" * 34_000
    assert Phone().report(text=long).status_code == 400
    assert Program(cast.county).post("/problems", draft(description=long)).status_code == 422
    page = enter(cast.office).post(
        reverse("problems:new"),
        {"title": "井盖", "address": "路口", "description": long, "found_at": "2026-01-01T08:00", "channel": "desk"},
    )
    assert (page.status_code, nothing_written()) == (400, True)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (RARE, RARE),
        (RIGHT_TO_LEFT, "井盖松动"),
        (FORMULA, FORMULA),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b", "ab"),
        ("行一\r\n行二\x07", "行一\n行二"),
    ],
)
def test_odd_characters_are_kept_or_taken_out_and_never_break_a_page(cast: Cast, words: str, kept: str) -> None:
    program, page = Program(cast.office), enter(cast.office)
    assert program.post("/problems", draft(title=words, description=words)).status_code == 201
    problem = Problem.objects.get()
    assert (problem.title, problem.description) == (kept, kept)
    detail = page.get(reverse("problems:detail", args=[problem.public_id]))
    assert (detail.status_code, "<script>alert" in detail.content.decode()) == (200, False)
    assert page.get(reverse("problems:list")).status_code == 200


def test_form_with_a_character_that_no_keyboard_types_is_shown_again(cast: Cast) -> None:
    given = {"title": "a\x00b", "address": "路口", "found_at": "2026-01-01T08:00", "channel": "desk"}
    assert (enter(cast.office).post(reverse("problems:new"), given).status_code, nothing_written()) == (400, True)


def test_rare_characters_come_back_as_they_were_typed(cast: Cast) -> None:
    made = Program(cast.office).post("/problems", draft(title=RARE)).json()
    assert made["title"] == RARE
    assert RARE in enter(cast.office).get(reverse("problems:list")).content.decode()


def test_formula_leaves_in_an_export_as_text(cast: Cast) -> None:
    Program(cast.office).post("/problems", draft(title=FORMULA, address="+1"))
    answer: Any = enter(cast.office).post(reverse("problems:export"), {"reason": "调度会", "format": "csv"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert [cell for cell in cells if FORMULA in cell] == [f"'{FORMULA}"]
    assert [cell for cell in cells if cell.endswith("+1")] == ["'+1"]


@pytest.mark.parametrize(
    "body", ['{"title": "x"', "[]", '"x"', '{"title": 1e999}', '{"title": "\\ud800", "found_at": "x"}']
)
def test_body_that_is_no_draft_is_refused(cast: Cast, body: str) -> None:
    program = Program(cast.office)
    answer = program.client.post(f"{BASE}/problems", body, content_type="application/json", headers=program.headers())
    assert (400 <= answer.status_code < 500, nothing_written()) == (True, True)
