"""Answering by a link: what it grants, and all that it does not."""

import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, PendingRequest, State
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.services import links
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db


def jpeg(colour: tuple[int, int, int] = (30, 120, 60)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(buffer, "JPEG")
    return SimpleUploadedFile("after.jpg", buffer.getvalue(), "image/jpeg")


class Phone:
    """A browser that keeps no cookie and holds one link."""

    def __init__(self, link: ReplyLink) -> None:
        self.token = links.token_of(link)

    def open(self, name: str = "reply", **query: str) -> Any:
        return Client(enforce_csrf_checks=True).get(reverse(f"links:{name}", args=[self.token]), query)

    def post(self, name: str, **data: Any) -> Any:
        return Client(enforce_csrf_checks=True).post(reverse(f"links:{name}", args=[self.token]), data)

    def answer(self, **more: Any) -> Any:
        return self.post("answer", **{"key": "a-key-of-one-form", "quick": ["cleaned"], "photos": [jpeg()], **more})


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def problem(cast: Cast) -> Problem:
    return bring_to(
        cast, make_problem(cast, photos=(make_photo(),), description="请清运，同角度拍照。"), Action.DISPATCH
    )


@pytest.fixture
def phone(problem: Problem) -> Phone:
    return Phone(problem.links.get(revoked_at=None))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def shown_files(response: Any) -> set[str]:
    return set(re.findall(r"/files/([0-9a-f-]{36})\.jpg", text_of(response)))


def test_open_link_shows_what_is_asked_and_keeps_no_trace(cast: Cast, problem: Problem, phone: Phone) -> None:
    response = phone.open()
    assert response.status_code == 200
    assert cast.street.name in text_of(response)
    assert problem.title in text_of(response)
    assert "请清运，同角度拍照。" in text_of(response)
    assert shown_files(response) == {str(photo.file.public_id) for photo in problem.photos.all()}
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert response.cookies == {}
    link = problem.links.get()
    assert (link.opened_count, link.first_opened_at is not None) == (1, True)


def test_open_link_lets_a_stranger_see_the_photos_by_signed_address_only(phone: Phone) -> None:
    addresses = re.findall(r'src="(/files/[^"]+)"', text_of(phone.open()))
    assert addresses
    signed = addresses[0].replace("&amp;", "&")
    assert Client().get(signed).status_code == 200
    assert Client().get(urlsplit(signed).path).status_code == 404


def test_answer_signs_and_reports_back_without_cookies(problem: Problem, phone: Phone) -> None:
    response = phone.answer(note="已清运三桶。")
    assert (response.status_code, response["Location"]) == (302, reverse("links:reply", args=[phone.token]))
    problem.refresh_from_db()
    assert problem.state == State.REPORTED_BACK
    event = problem.events.order_by("-seq").first()
    assert event is not None
    assert (event.actor_kind, event.actor_id) == ("link", str(problem.links.get().pk))
    assert event.evidence["note"] == "已清理。已清运三桶。"
    assert LOOP.verify() == []
    done = phone.open()
    assert len(shown_files(done)) == 2
    assert "等待审核" in text_of(done)
    assert "<textarea" not in text_of(done)


def test_answer_twice_with_one_key_is_one_answer(problem: Problem, phone: Phone) -> None:
    first, second = phone.answer(), phone.answer()
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert problem.events.filter(action=Action.REPORT_BACK).count() == 1
    assert StoredFile.objects.filter(actor_kind="link").count() == 1


def test_answer_again_with_another_key_says_what_state_it_is_in(problem: Problem, phone: Phone) -> None:
    phone.answer()
    response = phone.answer(key="another-form-1")
    assert response.status_code == 409
    assert StoredFile.objects.filter(actor_kind="link").count() == 1
    assert "等待审核" in text_of(response)
    assert problem.events.filter(action=Action.REPORT_BACK).count() == 1


def test_answer_without_photo_keeps_the_note_and_signs_nothing(problem: Problem, phone: Phone) -> None:
    response = phone.answer(photos=[], note="已清运三桶")
    assert response.status_code == 400
    assert "已清运三桶</textarea>" in text_of(response)
    assert 'id="quick-cleaned" checked' in text_of(response)
    problem.refresh_from_db()
    assert problem.state == State.DISPATCHED


def test_answer_without_note(problem: Problem, phone: Phone) -> None:
    response = phone.answer(quick=[])
    assert response.status_code == 400
    assert StoredFile.objects.filter(actor_kind="link").count() == 0


def test_answer_after_a_refusal_with_the_new_key_of_the_page(problem: Problem, phone: Phone) -> None:
    refused = phone.answer(photos=[])
    key = re.search(r'name="key" value="([^"]+)"', text_of(refused))
    assert key is not None
    assert phone.answer(key=key[1]).status_code == 302


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("virus.jpg", b"MZ not a picture", "image/jpeg"),
        SimpleUploadedFile(
            "page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml"
        ),
        SimpleUploadedFile("half.jpg", b"\xff\xd8\xff\xe0 torn off", "image/jpeg"),
        SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
    ],
    ids=lambda upload: upload.name,
)
def test_answer_with_what_is_no_photo(problem: Problem, phone: Phone, upload: SimpleUploadedFile) -> None:
    upload.seek(0)
    response = phone.answer(photos=[upload], note="已清运三桶")
    assert response.status_code == 400
    assert "已清运三桶</textarea>" in text_of(response)
    problem.refresh_from_db()
    assert problem.state == State.DISPATCHED
    assert StoredFile.objects.filter(actor_kind="link").count() == 0


def test_answer_with_ten_photos(problem: Problem, phone: Phone) -> None:
    response = phone.answer(photos=[jpeg((number, 9, 9)) for number in range(10)])
    assert response.status_code == 400
    assert "9" in text_of(response)
    problem.refresh_from_db()
    assert problem.state == State.DISPATCHED


def test_answer_with_nine_photos(problem: Problem, phone: Phone) -> None:
    assert phone.answer(photos=[jpeg((number * 20, 9, 9)) for number in range(9)]).status_code == 302
    assert problem.photos.filter(moment="after").count() == 9


def test_answer_with_markup_and_control_characters_in_the_note(problem: Problem, phone: Phone) -> None:
    phone.answer(quick=[], note="<script>alert(1)</script>\x00\x1b[31m 好")
    event = problem.events.order_by("-seq").first()
    assert event is not None
    assert event.evidence["note"] == "<script>alert(1)</script>[31m 好"
    page = text_of(phone.open())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_answer_with_a_note_that_is_too_long(problem: Problem, phone: Phone) -> None:
    response = phone.answer(note="长" * 501)
    assert response.status_code == 400
    assert "长" * 501 in text_of(response)
    problem.refresh_from_db()
    assert problem.state == State.DISPATCHED


def test_answer_after_return_shows_the_reason_and_can_answer_again(cast: Cast, problem: Problem, phone: Phone) -> None:
    phone.answer()
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="照片里还有两袋垃圾"))
    page = text_of(phone.open())
    assert "照片里还有两袋垃圾" in page
    assert "<textarea" in page
    assert phone.answer(key="second-answer").status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.rework_count) == (State.REPORTED_BACK, 1)
    assert "照片里还有两袋垃圾" not in text_of(phone.open())


def test_sign_by_link(problem: Problem, phone: Phone) -> None:
    assert phone.post("sign", key="sign-key-1").status_code == 302
    assert phone.post("sign", key="sign-key-1").status_code == 302
    problem.refresh_from_db()
    assert problem.state == State.HANDLING
    assert phone.post("sign", key="sign-key-2").status_code == 409


def test_extension_by_link_waits_for_the_office(cast: Cast, problem: Problem, phone: Phone) -> None:
    assert phone.post("extension", key="extend-1", value="2", reason="等配件").status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.pending_request) == (State.HANDLING, PendingRequest.EXTENSION)
    page = text_of(phone.open())
    assert "申请延期 2 个工作日" in page
    assert "<textarea" not in page
    assert phone.answer().status_code == 409
    services.perform_one(cast.county, ask(problem, Action.REFUSE_EXTENSION, reason="今天必须完成"))
    assert "今天必须完成" in text_of(phone.open())
    assert phone.answer(key="after-refusal").status_code == 302


@pytest.mark.parametrize("value", ["", "0", "-1", "201", "two", "9" * 30, "２"])
def test_extension_by_link_with_an_amount_that_is_none(problem: Problem, phone: Phone, value: str) -> None:
    response = phone.post("extension", key="extend-1", value=value, reason="等配件")
    assert response.status_code == 400
    assert "等配件</textarea>" in text_of(response)
    problem.refresh_from_db()
    assert problem.pending_request == ""


def test_extension_by_link_without_reason(problem: Problem, phone: Phone) -> None:
    assert phone.post("extension", key="extend-1", value="2", reason=" ").status_code == 400
    problem.refresh_from_db()
    assert problem.pending_request == ""


def test_handback_by_link_ends_the_link_when_granted(cast: Cast, problem: Problem, phone: Phone) -> None:
    assert phone.post("handback", key="back-key-1", reason="属于澄溪街道").status_code == 302
    assert "属于澄溪街道" in text_of(phone.open())
    services.perform_one(cast.county, ask(problem, Action.GRANT_HANDBACK))
    assert phone.open().status_code == 410
    assert phone.answer().status_code == 410


def test_open_link_tampered_or_foreign(cast: Cast, phone: Phone) -> None:
    other = bring_to(cast, make_problem(cast), Action.DISPATCH)
    pk, _dash, mac = phone.token.partition("-")
    foreign = links.token_of(other.links.get())
    for token in (
        f"{foreign.partition('-')[0]}-{mac}",
        f"{pk}-{mac[:-1]}",
        f"{pk}-",
        "x",
        f"{pk}-{mac}x",
        "9" * 40 + "-a",
        f"{pk}-ｘ",
    ):
        response = Client().get(reverse("links:reply", args=[token]))
        assert response.status_code == 404, token
        assert response["Referrer-Policy"] == "no-referrer"
        assert cast.street.name not in text_of(response)


@pytest.mark.parametrize("action", [Action.REDISPATCH, Action.VOID, Action.CLOSE_UNFIXED])
def test_open_link_after_the_problem_moved_on(cast: Cast, problem: Problem, phone: Phone, action: Action) -> None:
    services.perform_one(cast.county, ask(problem, action, reason="原处已拆迁"))
    assert phone.open().status_code == 410
    assert phone.answer().status_code == 410
    assert problem.events.filter(action=Action.REPORT_BACK).count() == 0


def test_open_link_after_closing(cast: Cast, problem: Problem, phone: Phone) -> None:
    phone.answer()
    services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    assert "审核已通过" in text_of(phone.open())
    assert phone.answer(key="too-late-1").status_code == 409
    services.perform_one(cast.county, ask(problem, Action.CLOSE))
    assert phone.open().status_code == 410


def test_redispatch_to_another_unit_gives_that_unit_a_link_of_its_own(
    cast: Cast, problem: Problem, phone: Phone
) -> None:
    other = people.make_unit()
    services.perform_one(cast.county, ask(problem, Action.REDISPATCH, territory_id=other.pk, reason="派错了"))
    link = problem.links.get(revoked_at=None)
    assert link.unit_id == other.pk
    assert other.name in text_of(Phone(link).open())
    assert phone.open().status_code == 410


def test_open_link_after_its_time(problem: Problem, phone: Phone) -> None:
    link = problem.links.get()
    with clock.set_to(link.expires_at - timedelta(seconds=1)):
        assert phone.open().status_code == 200
    with clock.set_to(link.expires_at):
        assert phone.open().status_code == 410
        assert phone.answer().status_code == 410


def test_share_after_the_links_time_makes_another(cast: Cast, problem: Problem, phone: Phone) -> None:
    old = problem.links.get()
    with clock.set_to(old.expires_at + timedelta(days=1)):
        new = services.reply_link(cast.county, problem)
        assert new.pk != old.pk
        assert services.reply_link(cast.county, problem).pk == new.pk
        assert Phone(new).open().status_code == 200
        assert phone.open().status_code == 410


def test_open_link_too_often(problem: Problem, phone: Phone) -> None:
    now = clock.now()
    ReplyLink.objects.update(window_started_at=now, window_hits=links.HITS_AN_HOUR_MAX)
    assert phone.open().status_code == 429
    assert phone.answer().status_code == 429
    with clock.set_to(now + timedelta(hours=1)):
        assert phone.open().status_code == 200


def test_answer_by_the_link_of_a_unit_that_does_not_lead(cast: Cast, problem: Problem) -> None:
    link = ReplyLink.objects.create(
        problem=problem,
        unit=cast.bureau,
        nonce="n" * 24,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    bureau = Phone(link)
    page = bureau.open()
    assert "<textarea" not in text_of(page)
    assert bureau.answer().status_code == 403
    problem.refresh_from_db()
    assert problem.state == State.DISPATCHED


def test_open_link_in_english_stays_in_english(problem: Problem, phone: Phone) -> None:
    page = phone.open(language="en")
    assert page["Content-Language"] == "en"
    assert '<html lang="en"' in text_of(page)
    assert "answer/?language=en" in text_of(page)
    assert phone.open(language="xx")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("name", ["answer", "sign"])
def test_open_an_address_that_only_takes_answers(phone: Phone, name: str) -> None:
    assert phone.open(name)["Location"] == reverse("links:reply", args=[phone.token])


@pytest.mark.parametrize("name", ["extension", "handback"])
def test_open_a_form_where_nothing_can_be_asked(phone: Phone, name: str) -> None:
    assert phone.open(name).status_code == 200
    phone.answer()
    assert phone.open(name).status_code == 302


def test_map_shows_this_one_place_and_does_not_count_as_an_opening(cast: Cast) -> None:
    make_problem(cast, lat=34.51, lon=112.51)
    here = bring_to(cast, make_problem(cast, lat=34.5, lon=112.5), Action.DISPATCH)
    phone = Phone(here.links.get())
    assert "看地图" in text_of(phone.open())
    assert 'data-points-url="' in text_of(phone.open("map"))
    drawn = phone.open("pin", bbox="110,30,115,40").json()["features"]
    assert [each["geometry"]["coordinates"] for each in drawn] == [[112.5, 34.5]]
    assert here.links.get().opened_count == 2


def test_map_of_a_problem_without_a_position(phone: Phone) -> None:
    assert "看地图" not in text_of(phone.open())
    assert phone.open("map").status_code == 302
    assert phone.open("pin").json()["features"] == []


def test_link_that_nobody_gave_out_is_guessed_so_often_and_no_oftener(problem: Problem) -> None:
    def guess(address: str) -> Any:
        return Client(REMOTE_ADDR=address).get(reverse("links:reply", args=["1-AAAAAAAAAAAAAAAAAAAAAA"]))

    with clock.set_to(clock.now()):
        assert {guess("203.0.113.7").status_code for _ in range(links.UNKNOWN_LINKS.at_once)} == {404}
        refused = guess("203.0.113.7")
        assert (refused.status_code, refused["Retry-After"]) == (429, "30")
        assert "请在 30 秒后再试" in refused.content.decode()
        assert guess("203.0.113.8").status_code == 404
        assert Phone(problem.links.get()).open().status_code == 200
