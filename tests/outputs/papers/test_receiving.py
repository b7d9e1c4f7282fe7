"""The unit's receipt of an order, by its reply link and by an account."""

from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from tests.factories.papers import built, make_order, signed
from tests.factories.people import TOWN, make_acting, make_unit
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.papers.test_pages import enter
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import selectors as files
from wenming.foundation.people import services as units
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, ActorKind
from wenming.outputs.papers import selectors, services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import NameMissing, NameTooLong, PaperNotFound, WrongState
from wenming.outputs.papers.models import Paper, PaperRelease
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.services.links import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without LibreOffice: each conversion takes seconds."""
    monkeypatch.setenv("PATH", "")


def dispatched(cast: Cast) -> Problem:
    return bring_to(cast, make_problem(cast), Action.DISPATCH)


def sent(cast: Cast, *problems: Problem) -> Paper:
    return signed(built(make_order(cast, *problems)))


def link_of(problem: Problem) -> ReplyLink:
    return ReplyLink.objects.get(problem=problem, revoked_at__isnull=True)


def page_of(link: ReplyLink, paper: Paper) -> str:
    return reverse("order_links:order", args=[token_of(link), paper.public_id])


def receipt_cells(stored: Any) -> list[str]:
    table = next(t for t in Document(BytesIO(files.open_received(stored))).tables if t.cell(0, 0).text == "来单编号")
    return [cell.text for cell in table.rows[0].cells]


def test_acknowledge_by_link_signs_in_the_typed_name_and_is_logged() -> None:
    cast = Cast()
    problem = dispatched(cast)
    paper, link = sent(cast, problem), link_of(problem)
    services.acknowledge_by_link(link=link, public_id=paper.public_id, name="  王　芳 ")
    paper.refresh_from_db()
    assert (paper.receiver, paper.received_by_id, paper.received_at is not None) == ("王 芳", None, True)
    record = AuditRecord.objects.get(action="papers.acknowledge")
    assert (record.actor_kind, record.actor_id) == (ActorKind.LINK, str(link.pk))


def test_acknowledge_again_changes_nothing_whoever_does_it() -> None:
    cast = Cast()
    problems = [dispatched(cast), dispatched(cast)]
    paper = sent(cast, *problems)
    for problem, name in zip(problems, ("王芳", "李明"), strict=True):
        services.acknowledge_by_link(link=link_of(problem), public_id=paper.public_id, name=name)
    services.acknowledge(public_id=paper.public_id, by=cast.liaison)
    paper.refresh_from_db()
    assert (paper.received_name, paper.received_by_id) == ("王芳", None)
    assert AuditRecord.objects.filter(action="papers.acknowledge").count() == 1


def test_receipt_is_printed_and_what_was_issued_stays() -> None:
    cast = Cast()
    problem = dispatched(cast)
    paper = sent(cast, problem)
    issued = paper.docx_id
    assert receipt_cells(paper.docx)[3::2] == ["", "", ""]
    services.acknowledge_by_link(link=link_of(problem), public_id=paper.public_id, name="王芳")
    paper = built(paper)
    assert receipt_cells(paper.receipt_docx)[1:6:2] == [paper.number, cast.street.name, "王芳"]
    assert receipt_cells(paper.receipt_docx)[7].endswith("分")
    assert (paper.docx_id, PaperRelease.objects.get().docx_id) == (issued, issued)


def test_receipt_by_an_account_is_printed_too() -> None:
    cast = Cast()
    paper = sent(cast, dispatched(cast))
    services.acknowledge(public_id=paper.public_id, by=cast.liaison)
    paper = built(paper)
    assert receipt_cells(paper.receipt_docx)[5] == paper.receiver != ""


def test_link_signs_for_no_order_but_those_that_list_its_problem() -> None:
    cast, other = Cast(), Cast()
    mine, second = dispatched(cast), dispatched(cast)
    theirs = sent(other, dispatched(other))
    draft, elsewhere = built(make_order(cast, mine)), sent(cast, second)
    for paper in (theirs, draft, elsewhere):
        with pytest.raises(PaperNotFound):
            services.acknowledge_by_link(link=link_of(mine), public_id=paper.public_id, name="王芳")
    assert selectors.orders_of_link(link_of(mine)) == []
    assert selectors.orders_of_link(link_of(second)) == [elsewhere]


def test_link_does_not_sign_for_a_reminder_nor_for_what_was_withdrawn() -> None:
    cast, leader = Cast(), make_acting(Role.LEADER)
    problem = dispatched(cast)
    paper = sent(cast, problem)
    link = link_of(problem)
    services.withdraw(public_id=paper.public_id, reason="写错了", by=leader)
    with pytest.raises(PaperNotFound):
        services.acknowledge_by_link(link=link, public_id=paper.public_id, name="王芳")
    with pytest.raises(WrongState):
        services.acknowledge(public_id=paper.public_id, by=cast.liaison)
    assert problem.handle_due_at is not None
    with clock.set_to(clock.now() + (problem.handle_due_at - clock.now()) * 3):
        signed(built(make_order(cast, problem, kind=Kind.REMINDER)))
    assert selectors.orders_of_link(link) == []


@pytest.mark.parametrize(("name", "refusal"), [("", NameMissing), (" 　", NameMissing), ("王" * 41, NameTooLong)])
def test_acknowledge_by_link_asks_for_a_name(name: str, refusal: type[Exception]) -> None:
    cast = Cast()
    problem = dispatched(cast)
    paper = sent(cast, problem)
    with pytest.raises(refusal):
        services.acknowledge_by_link(link=link_of(problem), public_id=paper.public_id, name=name)
    paper.refresh_from_db()
    assert paper.received_at is None


def test_page_of_the_link_leads_to_the_order_and_back() -> None:
    cast = Cast()
    problem, hidden = dispatched(cast), bring_to(cast, make_problem(cast, title="别处的井盖"), Action.DISPATCH)
    paper, link, client = sent(cast, problem, hidden), link_of(problem), Client()
    reply, page = reverse("links:reply", args=[token_of(link)]), page_of(link, paper)
    assert page in client.get(reply).content.decode()
    text = client.get(page).content.decode()
    assert (paper.number in text, "2 个问题" in text, "别处的井盖" in text) == (True, True, False)
    refused = client.post(page, {"name": ""})
    assert (refused.status_code, "请写签收人的姓名" in refused.content.decode()) == (HTTPStatus.BAD_REQUEST, True)
    for name in ("王芳", "王芳"):
        answer = client.post(page, {"name": name})
        assert (answer.status_code, name in answer.content.decode()) == (HTTPStatus.OK, True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    assert "看回执" in client.get(reply).content.decode()
    built(paper)
    office, url = enter(cast.office), reverse("papers:detail", args=[paper.public_id])
    text = office.get(url).content.decode()
    assert ("王芳" in text, "凭回复链接" in text, "带回执的 Word" in text) == (True, True, True)
    printed = office.get(reverse("papers:docx", args=[paper.public_id]), {"receipt": "1"})
    assert b"".join(printed.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_order_is_signed_for_only_while_the_link_is_open() -> None:
    cast = Cast()
    problem = dispatched(cast)
    paper, link, client = sent(cast, problem), link_of(problem), Client()
    page = page_of(link, paper)
    forged = page.replace(token_of(link), f"{link.pk}-{'x' * 22}")
    assert client.post(forged, {"name": "王芳"}).status_code == HTTPStatus.NOT_FOUND
    with clock.set_to(link.expires_at + timedelta(seconds=1)):
        assert client.post(page, {"name": "王芳"}).status_code == HTTPStatus.GONE
    ReplyLink.objects.filter(pk=link.pk).update(revoked_at=clock.now())
    assert client.post(page, {"name": "王芳"}).status_code == HTTPStatus.GONE
    paper.refresh_from_db()
    assert paper.received_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_orders_of_a_link_are_asked_in_two_statements(number: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    problem = dispatched(cast)
    papers = [sent(cast, problem) for _each in range(number)]
    link = link_of(problem)
    with django_assert_num_queries(2):
        found = [(each.pk, each.receiver) for each in selectors.orders_of_link(link)]
    assert found == [(paper.pk, "") for paper in reversed(papers)]


def absorbing(cast: Cast) -> Acting:
    """A liaison of the unit that took in the one that took in the cast's street."""
    between, last = (make_unit(kind=UnitKind.STREET, region_code=TOWN) for _each in range(2))
    for old, new in ((cast.street, between), (between, last)):
        units.absorb_unit(old, into=new, on=date(2024, 3, 1), note="", by=SYSTEM)
    return make_acting(Role.LIAISON, unit=last)


def test_unit_that_took_in_another_sees_and_signs_for_its_orders() -> None:
    cast, stranger = Cast(), Cast()
    paper = sent(cast, dispatched(cast))
    by = absorbing(cast)
    assert list(selectors.papers(by)) == [paper]
    page = reverse("papers:detail", args=[paper.public_id])
    client = enter(by)
    assert reverse("papers:acknowledge", args=[paper.public_id]) in client.get(page).content.decode()
    with pytest.raises(PaperNotFound):
        services.acknowledge(public_id=paper.public_id, by=stranger.liaison)
    services.acknowledge(public_id=paper.public_id, by=by)
    paper = built(paper)
    assert paper.received_by_id == by.user_id
    told = f"{by.unit_name}（原{cast.street.name}）"
    assert receipt_cells(paper.receipt_docx)[3] == told
    assert told in client.get(page).content.decode()
    assert PaperRelease.objects.get().content["unit"] == cast.street.name


def test_link_that_went_over_signs_for_the_order_of_the_unit_before() -> None:
    cast = Cast()
    problem = dispatched(cast)
    paper = sent(cast, problem)
    absorbing(cast)
    link, client = link_of(problem), Client()
    page = page_of(link, paper)
    assert page in client.get(reverse("links:reply", args=[token_of(link)])).content.decode()
    assert client.post(page, {"name": "王芳"}).status_code == HTTPStatus.OK
    paper = built(paper)
    assert (paper.received_name, receipt_cells(paper.receipt_docx)[3]) == ("王芳", selectors.signing_unit(paper))


def test_receipt_has_a_signer_and_a_time_or_neither() -> None:
    cast = Cast()
    paper = sent(cast, dispatched(cast))
    for values in ({"received_at": clock.now()}, {"received_name": "王芳"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**values)
