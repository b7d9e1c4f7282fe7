"""A template tried with a paper of the office's own."""

from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from tests.factories.papers import JOBS_MAX, built, make_circular, make_order, signed
from tests.factories.people import make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.papers.test_pages import enter
from tests.outputs.papers.test_templates import word_of
from wenming.foundation.files import selectors as files
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.enums import Role
from wenming.kernel.errors import Refused
from wenming.outputs.papers import selectors, services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import BadTemplate, NotBuilt, PaperNotFound, TemplateNotThere
from wenming.outputs.papers.models import Paper, PaperRelease
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without LibreOffice: each conversion takes seconds."""
    monkeypatch.setenv("PATH", "")


def order_of(cast: Cast, **more: Any) -> Paper:
    return make_order(cast, bring_to(cast, make_problem(cast, **more), Action.DISPATCH))


def said(job: Job) -> str:
    """What stands in the file that the job made."""
    jobs.run_due(JOBS_MAX)
    job.refresh_from_db()
    assert job.file is not None, job.error_text
    return "\n".join(paragraph.text for paragraph in Document(str(files.received_path(job.file))).paragraphs)


WORDS = word_of("{{ number }}，{{ unit }}", "{% for p in problems %}{{ p.text }}{% endfor %}")


def test_try_upload_fills_the_offices_own_draft_and_keeps_nothing() -> None:
    cast = Cast()
    paper = built(order_of(cast, title="井盖缺失"))
    before = (paper.docx_id, paper.state, paper.build)
    job = services.try_upload(kind=Kind.ORDER, data=WORDS, name="t.docx", paper=paper.public_id, by=cast.office)
    assert said(job) == f"（签发后编号），{cast.street.name}\n井盖缺失"
    paper.refresh_from_db()
    assert (paper.docx_id, paper.state, paper.build) == before
    assert selectors.versions(Kind.ORDER) == []


def test_try_version_fills_a_signed_paper_under_its_number() -> None:
    cast = Cast()
    paper = signed(built(order_of(cast)))
    services.add_template(kind=Kind.ORDER, data=WORDS, name="t.docx", note="", by=cast.office)
    texts = [
        said(services.try_version(kind=Kind.ORDER, version=version, paper=paper.public_id, by=cast.office))
        for version in (1, 0)
    ]
    assert texts[0].startswith(f"{paper.number}，")
    assert f"编号：{paper.number}" in texts[1]
    assert PaperRelease.objects.count() == 1


def test_try_refuses_a_stranger_another_kind_and_what_was_never_composed() -> None:
    cast = Cast()
    fresh, paper = order_of(cast), built(order_of(cast))
    Paper.objects.filter(pk=fresh.pk).update(as_of=None)

    def trial(paper: Paper, by: Any, kind: Kind = Kind.ORDER, version: int = 0) -> None:
        services.try_version(kind=kind, version=version, paper=paper.public_id, by=by)

    for role in (Role.LEADER, Role.AUTHOR, Role.LIAISON, Role.INSPECTOR):
        with pytest.raises(Refused):
            trial(paper, make_acting(role))
    with pytest.raises(PaperNotFound):
        trial(paper, cast.office, kind=Kind.REMINDER)
    with pytest.raises(NotBuilt):
        trial(fresh, cast.office)
    with pytest.raises(TemplateNotThere):
        trial(paper, cast.office, version=7)
    with pytest.raises(BadTemplate):
        services.try_upload(
            kind=Kind.ORDER, data=word_of("{{ x }}"), name="t.docx", paper=paper.public_id, by=cast.office
        )
    assert Job.objects.filter(kind=services.TRY).count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_papers_to_try_are_asked_in_one_statement(number: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    papers = [built(order_of(cast)) for _each in range(number)]
    with django_assert_num_queries(1):
        found = [
            (each.title, each.unit.name if each.unit else "")
            for each in selectors.papers_to_try(cast.office, Kind.ORDER)
        ]
    assert found == [(paper.title, cast.street.name) for paper in papers]


def test_page_offers_the_papers_and_leads_to_the_filled_one() -> None:
    cast = Cast()
    paper, circular = built(order_of(cast)), make_circular(cast.office, "2026-03")
    client, page = enter(cast.office), reverse("papers:templates")
    text = client.get(page).content.decode()
    assert (str(paper.public_id) in text, str(circular.public_id) in text) == (True, False)
    sent = client.post(
        reverse("papers:add_template", args=["order"]),
        {"file": SimpleUploadedFile("单.docx", WORDS), "paper": str(paper.public_id), "try": "1"},
    )
    job = Job.objects.get(kind=services.TRY)
    tried = reverse("papers:tried", args=[job.public_id])
    assert sent.headers["Location"] == tried
    assert "every 2s" in client.get(tried).content.decode()
    assert client.get(reverse("papers:tried_file", args=[job.public_id])).status_code == HTTPStatus.NOT_FOUND
    jobs.run_due(JOBS_MAX)
    text = client.get(tried).content.decode()
    assert ("every 2s" in text, "没有 PDF 预览" in text, paper.title in text) == (False, True, True)
    answer = client.get(reverse("papers:tried_file", args=[job.public_id]))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    again = client.post(reverse("papers:try_version", args=["order"]), {"version": "0", "paper": str(paper.public_id)})
    assert again.status_code == HTTPStatus.FOUND


def test_page_refuses_what_cannot_be_chosen_and_hides_anothers_trial() -> None:
    cast = Cast()
    paper, circular = built(order_of(cast)), make_circular(cast.office, "2026-03")
    client, url = enter(cast.office), reverse("papers:try_version", args=["order"])
    for chosen in ({"version": "7", "paper": paper.public_id}, {"version": "0", "paper": circular.public_id}):
        assert client.post(url, chosen).status_code == HTTPStatus.BAD_REQUEST
    job = services.try_version(kind=Kind.ORDER, version=0, paper=paper.public_id, by=cast.office)
    other = enter(make_acting(Role.OFFICE))
    for name in ("papers:tried", "papers:tried_file"):
        assert other.get(reverse(name, args=[job.public_id])).status_code == HTTPStatus.NOT_FOUND
    build = Job.objects.exclude(kind=services.TRY).filter(actor_id=cast.office.actor.id).latest("pk")
    assert client.get(reverse("papers:tried", args=[build.public_id])).status_code == HTTPStatus.NOT_FOUND
