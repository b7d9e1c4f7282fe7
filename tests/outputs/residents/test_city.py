"""What is published, and that nothing else is."""

import io
from random import Random
from typing import Any

import pytest
from defusedxml import ElementTree
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.asserts import assertNumQueries

from tests.factories import people
from tests.factories.people import make_acting
from tests.factories.places import MIDDLE
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.outputs.residents.phones import Phone
from tests.programmes.problems.desk import as_
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import access
from wenming.foundation.files import selectors as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.files.redacting import Box
from wenming.foundation.files.services import receive_photo
from wenming.foundation.people.enums import Role
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import DomainError, Refused
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import (
    BadBoxes,
    NotForPublic,
    NothingPublished,
    ProblemNotFound,
    TextMissing,
    TooManyPhotos,
)
from wenming.programmes.problems.models import Problem, Publication
from wenming.programmes.problems.services import PhotoChoice

SECRET = "张三家门口"
LAT, LON = MIDDLE[people.TOWN]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def problem(cast: Cast) -> Problem:
    told = {"title": SECRET, "description": SECRET, "address": SECRET}
    return make_problem(cast, **told, lat=LAT, lon=LON, photos=(make_noise(), make_photo()))


def make_noise() -> StoredFile:
    """A photo in which something can be covered."""
    out = io.BytesIO()
    Image.frombytes("RGB", (64, 48), Random(1).randbytes(64 * 48 * 3)).save(out, "JPEG")
    return receive_photo(data=out.getvalue(), name="noise.jpg", by=SYSTEM)


def choices(problem: Problem, *boxes: Box) -> list[PhotoChoice]:
    return [PhotoChoice(photo.pk, boxes) for photo in problem.photos.order_by("pk")[:1]]


def show(cast: Cast, problem: Problem, title: str = "垃圾满溢") -> Publication:
    return services.publish(cast.county, problem, title=title, choices=choices(problem, Box(0, 0, 500, 500)))


def body(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def everything(phone: Phone) -> str:
    bbox = f"{LON - 1},{LAT - 1},{LON + 1},{LAT + 1}"
    return "".join(body(phone.open(name, bbox=bbox)) for name in ("city", "points", "feed"))


def refusal(act: Any) -> type[DomainError]:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.type


def test_nothing_is_shown_before_it_is_published(phone: Phone, problem: Problem) -> None:
    html = everything(phone)
    assert (str(problem.public_id) in html, SECRET in html) == (False, False)
    assert phone.open("shown", problem.public_id).status_code == 404


def test_published_is_shown_in_the_offices_words(phone: Phone, cast: Cast, problem: Problem) -> None:
    shown = show(cast, problem)
    html = everything(phone) + body(phone.open("shown", shown.public_id))
    assert html.count("垃圾满溢") >= 4
    for hidden in (SECRET, problem.code, problem.tracking_code, str(problem.public_id)):
        assert hidden not in html


def test_published_photo_is_a_covered_copy(phone: Phone, cast: Cast, problem: Problem) -> None:
    shown = show(cast, problem)
    copy = shown.photos.get()
    original = copy.source
    stranger = Client()
    assert copy.file.pk != original.pk
    assert files.open_published(copy.file) != files.open_published(original)
    assert (copy.file.lat, copy.file.taken_at, copy.file.camera) == (None, None, "")
    assert stranger.get(access.published_url(copy.file)).status_code == 200
    for photo in problem.photos.select_related("file"):
        assert stranger.get(access.published_url(photo.file)).status_code == 404
        assert str(photo.file.public_id) not in body(phone.open("shown", shown.public_id))


def test_withdrawn_is_gone_with_its_photos(phone: Phone, cast: Cast, problem: Problem) -> None:
    shown = show(cast, problem)
    copy = shown.photos.get().file
    services.withdraw(cast.county, problem, reason=SECRET)
    response = phone.open("shown", shown.public_id)
    assert (response.status_code, SECRET in body(response)) == (410, False)
    assert Client().get(access.published_url(copy)).status_code == 404
    assert "垃圾满溢" not in everything(phone)
    assert refusal(lambda: services.withdraw(cast.county, problem, reason="x")) is NothingPublished
    again = show(cast, problem, title="又公开")
    assert (again.pk, phone.open("shown", again.public_id).status_code) == (shown.pk, 200)


def test_void_is_gone_too(phone: Phone, cast: Cast, problem: Problem) -> None:
    shown = show(cast, problem)
    copy = shown.photos.get().file
    services.perform_one(cast.county, ask(problem, Action.VOID, reason=SECRET))
    assert phone.open("shown", shown.public_id).status_code == 410
    assert Client().get(access.published_url(copy)).status_code == 404
    assert "垃圾满溢" not in everything(phone)


def test_publish_is_on_record(cast: Cast, problem: Problem) -> None:
    show(cast, problem)
    services.withdraw(cast.county, problem, reason="有人脸")
    rows = AuditRecord.objects.filter(object_kind="problem", object_key=str(problem.public_id)).order_by("pk")
    assert list(rows.values_list("action", flat=True))[-2:] == ["problems.publish", "problems.withdraw"]


def test_publish_refuses_what_it_must(phone: Phone, cast: Cast, problem: Problem) -> None:
    other = make_problem(cast, photos=(make_photo(),))
    foreign = make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY)
    publish = services.publish
    many = [PhotoChoice(1)] * 7
    boxes = tuple(Box(0, 0, 1, 1) for _n in range(41))
    one = choices(problem)[0].photo_id
    phone.report()
    reported = Problem.objects.exclude(pk__in=[problem.pk, other.pk]).get()
    for expected, act in (
        (Refused, lambda: publish(foreign, problem, title="x", choices=[])),
        (Refused, lambda: publish(cast.liaison, problem, title="x", choices=[])),
        (TextMissing, lambda: publish(cast.county, problem, title=" ", choices=[])),
        (TooManyPhotos, lambda: publish(cast.county, problem, title="x", choices=many)),
        (BadBoxes, lambda: publish(cast.county, problem, title="x", choices=[PhotoChoice(one, boxes)])),
        (ProblemNotFound, lambda: publish(cast.county, problem, title="x", choices=choices(other))),
        (NotForPublic, lambda: publish(cast.county, reported, title="x", choices=[])),
    ):
        assert issubclass(refusal(act), expected)
    assert Publication.objects.count() == 0


def test_page_of_the_office_publishes_and_withdraws(client: Client, phone: Phone, cast: Cast, problem: Problem) -> None:
    as_(client, cast.county)
    url = reverse("problems:publish", args=[problem.public_id])
    pk = problem.photos.order_by("pk")[0].pk
    assert url in body(client.get(reverse("problems:detail", args=[problem.public_id])))
    wrong = client.post(url, {"title": "垃圾满溢", "photo": [pk], f"boxes-{pk}": "10 20 abc 5"})
    assert (wrong.status_code, "10 20 abc 5" in body(wrong), Publication.objects.count()) == (400, True, 0)
    told = {"title": "垃圾满溢", "photo": [pk], f"boxes-{pk}": "10 20 15.5 5\n0,0,10,10", f"crop-{pk}": "0 0 100 50"}
    assert client.post(url, told).status_code == 302
    shown = Publication.objects.get()
    assert shown.photos.get().file.height == 24
    assert "正在公开" in body(client.get(url))
    assert client.post(reverse("problems:withdraw", args=[problem.public_id]), {"reason": "有人脸"}).status_code == 302
    assert phone.open("shown", shown.public_id).status_code == 410


def test_city_is_narrowed_to_area_and_standing(phone: Phone, cast: Cast, problem: Problem) -> None:
    show(cast, problem, title="开着的")
    closed = bring_to(cast, make_problem(cast, lat=LAT, lon=LON), Action.CLOSE)
    services.publish(cast.county, closed, title="办好的", choices=[])

    def found(**query: str) -> tuple[bool, bool]:
        html = body(phone.open("feed", **query))
        return "开着的" in html, "办好的" in html

    assert found() == (True, True)
    assert found(state="open") == (True, False)
    assert found(state="solved") == (False, True)
    assert found(region=str(people.COUNTY)) == (True, True)
    assert found(region=str(people.OTHER_COUNTY)) == (False, False)
    assert found(region="x", state="x") == (True, True)


def test_feed_is_atom_and_cached(phone: Phone, cast: Cast, problem: Problem) -> None:
    shown = show(cast, problem)
    response = phone.open("feed")
    root = ElementTree.fromstring(response.content)
    space = "{http://www.w3.org/2005/Atom}"
    entry = root.find(f"{space}entry")
    assert (root.tag, response["Cache-Control"]) == (f"{space}feed", "public, max-age=300")
    assert entry is not None
    assert entry.findtext(f"{space}id") == f"urn:uuid:{shown.public_id}"


def test_points_are_rounded_and_lie_in_the_box(phone: Phone, cast: Cast, problem: Problem) -> None:
    show(cast, problem)
    inside = phone.open("points", bbox=f"{LON - 1},{LAT - 1},{LON + 1},{LAT + 1}").json()["features"]
    assert [each["geometry"]["coordinates"] for each in inside] == [[round(LON, 4), round(LAT, 4)]]
    assert phone.open("points", bbox="0,0,1,1").json()["features"] == []
    assert phone.open("points", bbox="abc").status_code == 400


def test_city_asks_a_number_of_statements_that_does_not_grow(phone: Phone, cast: Cast, problem: Problem) -> None:
    show(cast, problem)
    with assertNumQueries(3):
        phone.open("city")
    for _n in range(2):
        show(cast, make_problem(cast, photos=(make_photo(),)))
    with assertNumQueries(3):
        phone.open("city")
