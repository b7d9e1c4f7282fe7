"""The pages of papers, as each role meets them."""

from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories.papers import built, make_circular, make_order, signed
from tests.factories.people import make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.papers.test_templates import word_of
from wenming.foundation.files import services as files
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.outputs.papers import selectors
from wenming.outputs.papers.enums import Kind, State
from wenming.outputs.papers.models import Paper
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 made by a test"


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def order_of(cast: Cast) -> Paper:
    return make_order(cast, bring_to(cast, make_problem(cast), Action.DISPATCH))


def test_list_of_problems_offers_papers_to_who_drafts_them() -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    for acting, is_offered in ((cast.office, True), (cast.liaison, False)):
        client = enter(acting)
        for url in (reverse("problems:list"), reverse("problems:detail", args=[problem.public_id])):
            assert ("出交办单" in client.get(url).content.decode()) is is_offered, url


def test_for_units_leads_to_the_paper_or_the_list() -> None:
    first, second = Cast(), Cast()
    problems = [bring_to(cast, make_problem(cast), Action.DISPATCH) for cast in (first, second)]
    client, url = enter(first.office), reverse("papers:for_units")
    boxes = [f"{each.public_id}:{each.version}" for each in problems]
    answer = client.post(url, {"kind": "order", "problem": boxes[:1]})
    assert answer.headers["Location"] == reverse("papers:detail", args=[Paper.objects.get().public_id])
    answer = client.post(url, {"kind": "order", "problem": boxes})
    assert answer.headers["Location"] == f"{reverse('papers:list')}?kind=order"
    assert client.post(url, {"kind": "circular", "problem": boxes}).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(url, {"kind": "order", "problem": ["x"]}).status_code == HTTPStatus.BAD_REQUEST


def test_desk_drafts_this_weeks_circular_with_one_click() -> None:
    client = enter(make_acting(Role.OFFICE))
    text = client.get(reverse("desk:home")).content.decode()
    assert "本周通报" in text
    answer = client.post(reverse("papers:of_period"), {"kind": "circular", "period": "2026-W10"})
    paper = Paper.objects.get()
    assert answer.headers["Location"] == reverse("papers:detail", args=[paper.public_id])
    assert (paper.period, paper.title) == ("2026-W10", "关于2026年3月2日至2026年3月8日督查情况的通报")


def test_of_period_asks_again_for_a_period_that_is_none() -> None:
    answer = enter(make_acting(Role.OFFICE)).post(reverse("papers:of_period"), {"kind": "circular", "period": "昨天"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "写法不对" in answer.content.decode()


def test_detail_shows_the_progress_and_then_the_numbers() -> None:
    office = make_acting(Role.OFFICE)
    client = enter(office)
    client.post(reverse("papers:of_period"), {"kind": "circular", "period": "2026-03"})
    paper = Paper.objects.get()
    url = reverse("papers:detail", args=[paper.public_id])
    assert "every 2s" in client.get(url).content.decode()
    built(paper)
    text = client.get(url).content.decode()
    assert "every 2s" not in text
    assert f"{reverse('metrics:figure', args=['problems.found'])}?period=2026-03" in text
    assert "要由另一个人签发" in text


def test_paper_goes_its_way_through_the_pages() -> None:
    cast, leader = Cast(), enter(make_acting(Role.LEADER))
    paper = built(order_of(cast))
    url = reverse("papers:detail", args=[paper.public_id])
    own = enter(cast.office).post(reverse("papers:sign", args=[paper.public_id]))
    assert (own.status_code, "另一个人签发" in own.content.decode()) == (HTTPStatus.CONFLICT, True)
    assert leader.post(reverse("papers:sign", args=[paper.public_id])).headers["Location"] == url
    paper = built(paper)
    liaison = enter(cast.liaison)
    assert paper.number in liaison.get(reverse("papers:list")).content.decode()
    assert "签收" in liaison.get(url).content.decode()
    liaison.post(reverse("papers:acknowledge", args=[paper.public_id]))
    answer = liaison.get(reverse("papers:docx", args=[paper.public_id]))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert liaison.get(reverse("papers:pdf", args=[paper.public_id])).status_code == HTTPStatus.NOT_FOUND
    empty = leader.post(reverse("papers:withdraw", args=[paper.public_id]), {"reason": ""})
    assert empty.status_code == HTTPStatus.BAD_REQUEST
    leader.post(reverse("papers:withdraw", args=[paper.public_id]), {"reason": "写错了"})
    paper.refresh_from_db()
    assert (paper.state, paper.received_by_id) == (State.WITHDRAWN, cast.liaison.user_id)


def test_texts_are_checked_and_then_built() -> None:
    cast = Cast()
    paper = built(order_of(cast))
    client, url = enter(cast.office), reverse("papers:texts", args=[paper.public_id])
    assert client.post(url, {"urgency": "yesterday"}).status_code == HTTPStatus.BAD_REQUEST
    assert (
        client.post(url, {"urgency": "urgent", "due_on": "2026-03-12", "title": "单"}).status_code == HTTPStatus.FOUND
    )
    assert built(paper).content["due"] == "2026年3月12日"


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_a_fixed_number_of_queries(number: int, django_assert_max_num_queries: Any) -> None:
    cast = Cast()
    for _each in range(number):
        order_of(cast)
    client = enter(cast.office)
    client.get(reverse("papers:list"))
    with django_assert_max_num_queries(1):
        assert len(list(selectors.papers(cast.office, kind="order", state="draft"))) == number


def test_list_filters_by_kind_state_and_words() -> None:
    cast, leader = Cast(), make_acting(Role.LEADER)
    order, circular = signed(built(order_of(cast))), make_circular(cast.office, "2026-03")
    assert list(selectors.papers(leader, kind=Kind.CIRCULAR)) == [circular]
    assert list(selectors.papers(leader, state=State.SIGNED)) == [order]
    assert list(selectors.papers(leader, text=cast.street.name)) == [order]
    text = enter(leader).get(reverse("papers:list"), {"q": "没有这样的"}).content.decode()
    assert "没有符合条件的公文" in text


def test_settings_are_saved_and_checked() -> None:
    client, url = enter(make_acting(Role.OFFICE)), reverse("papers:settings")
    values = {
        "issuer": "和安市文明委", "order_prefix": "和文明交", "reminder_prefix": "催", "supervision_prefix": "督",
        "circular_counting": "running", "rate_decimals": "1", "ranked_from": "5", "overdue_colour": "红色",
        "reply_days": "7",
    }  # fmt: skip
    assert client.post(url, {**values, "rate_decimals": "9"}).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(url, values).headers["Location"] == url
    saved = selectors.settings()
    assert (saved.issuer, saved.rate_decimals, saved.is_weekly_drafted) == ("和安市文明委", 1, False)


def test_templates_are_tried_added_and_restored() -> None:
    client = enter(make_acting(Role.OFFICE))
    page, add = reverse("papers:templates"), reverse("papers:add_template", args=["order"])

    def upload(data: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("交办单.docx", data)

    assert "{{ p.code }}" in client.get(page).content.decode()
    tried = client.post(add, {"file": upload(word_of("{{ number }}")), "try": "1"})
    assert (tried.content[:2], selectors.versions(Kind.ORDER)) == (b"PK", [])
    bad = client.post(add, {"file": upload(word_of("编号 {{ nummer }}"))})
    assert (bad.status_code, "nummer" in bad.content.decode()) == (HTTPStatus.BAD_REQUEST, True)
    assert client.post(add, {}).status_code == HTTPStatus.BAD_REQUEST
    client.post(add, {"file": upload(word_of("{{ number }}")), "note": "短一点"})
    assert "短一点" in client.get(page).content.decode()
    client.post(reverse("papers:restore_template", args=["order", 0]))
    assert [each.version for each in selectors.versions(Kind.ORDER)] == [2, 1]
    for version in (0, 1):
        url = reverse("papers:template_file", args=["order", version])
        assert client.get(url, {"sample": "1"}).content.startswith(b"PK")
    assert client.get(page, {"kind": "novel"}).status_code == HTTPStatus.NOT_FOUND


def test_pdf_may_be_framed_by_our_own_pages_alone() -> None:
    office = make_acting(Role.OFFICE)
    paper = make_circular(office, "2026-03")
    Paper.objects.filter(pk=paper.pk).update(pdf=files.receive_document(data=PDF, name="通报.pdf", by=office.actor))
    client = enter(office)
    shown = client.get(reverse("papers:pdf", args=[paper.public_id]))
    assert (shown.headers["X-Frame-Options"], shown.headers["Content-Type"]) == ("SAMEORIGIN", "application/pdf")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "inline" in shown.headers["Content-Disposition"]
    saved = client.get(reverse("papers:pdf", args=[paper.public_id]), {"save": "1"})
    assert "attachment" in saved.headers["Content-Disposition"]
    for response in (shown, saved):
        assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    page = client.get(reverse("papers:detail", args=[paper.public_id]))
    assert f'src="{reverse("papers:pdf", args=[paper.public_id])}"' in page.content.decode()
