"""A report that two persons stand for, and what of it can be proved years later."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.people import make_acting
from tests.factories.problems import bring_to, make_problem
from tests.factories.reports import make_edition, make_issue
from tests.outputs.reports.casts import NOW, YEAR, declare, make_year
from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.comparing import Cause, Effect, Record
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import selectors as files
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.outputs.reports import freezing, provenance, selectors, services, signing
from wenming.outputs.reports.errors import (
    AlreadySigned,
    BecauseNeeded,
    BuildAgain,
    FrozenRowsDamaged,
    IssueGone,
    SignerIsDrafter,
)
from wenming.outputs.reports.models import Edition, FrozenFigure
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import ProblemFact

pytestmark = pytest.mark.django_db
RATE = "problems.rectification_rate"


def test_sign_report_freezes_figures_with_their_rows() -> None:
    with clock.set_to(NOW):
        _cast, rows = make_year(found=3, reviewed=2)
        declare("outreach.topics", "11")
        edition = make_edition()
    figures = {one.key: one for one in edition.figures.all()}
    rate = figures[RATE]
    assert (rate.numerator, rate.denominator, rate.display, rate.evidence_count) == (2, 3, "66.67%", 3)
    records = freezing.unpack(rate)
    assert records is not None
    assert {pk: one.is_counted for pk, one in records.items()} == {
        rows[0].pk: True,
        rows[1].pk: True,
        rows[2].pk: False,
    }
    assert rate.evidence_sha256 == metrics.evaluate(RATE, period=YEAR).evidence_sha256
    assert len(rate.definition_sha256) == 64
    declared = figures["outreach.topics"]
    assert (declared.rows, declared.value, declared.declaration["source"]) == (None, "11", "市融媒体中心后台截图")
    assert sum(one.source == "missing" for one in figures.values()) == edition.issue.missing_count
    assert files.open_received(edition.file)[:2] == b"PK"
    assert (edition.number, edition.corrects, edition.because) == (1, None, "")
    assert AuditRecord.objects.filter(action="reports.sign").count() == 1


def test_sign_report_is_for_another_person_than_the_drafter() -> None:
    author = make_acting(Role.AUTHOR).actor
    with clock.set_to(NOW):
        issue = make_issue(by=author)
        for by in (author, SYSTEM):
            with pytest.raises(SignerIsDrafter):
                signing.sign_report(issue_id=issue.pk, by=by)
    assert Edition.objects.count() == 0


def test_sign_report_refuses_what_is_gone_signed_or_without_a_reason() -> None:
    leader = make_acting(Role.LEADER).actor
    with clock.set_to(NOW):
        edition = make_edition()
        with pytest.raises(IssueGone):
            signing.sign_report(issue_id=0, by=leader)
        with pytest.raises(AlreadySigned):
            signing.sign_report(issue_id=edition.issue_id, by=leader)
        again = make_issue()
        with pytest.raises(BecauseNeeded):
            signing.sign_report(issue_id=again.pk, because="  ", by=leader)
        corrected = signing.sign_report(issue_id=again.pk, because="补录漏报的问题", by=leader)
    assert (corrected.number, corrected.corrects, corrected.because) == (2, edition, "补录漏报的问题")


def test_sign_report_refuses_what_cannot_be_made_again(settings: object) -> None:
    with clock.set_to(NOW):
        make_year()
        issue = make_issue()
        settings.CITY_NAME = "另一市"  # type: ignore[attr-defined]
        with pytest.raises(BuildAgain):
            signing.sign_report(issue_id=issue.pk, by=make_acting(Role.LEADER).actor)
    assert (Edition.objects.count(), FrozenFigure.objects.count()) == (0, 0)


def test_sign_report_signs_what_was_looked_at_though_rows_have_moved_since() -> None:
    with clock.set_to(NOW):
        cast, rows = make_year(found=3, reviewed=1)
        issue = make_issue()
    with clock.set_to(NOW + timedelta(days=1)):
        bring_to(cast, rows[1], Action.PASS_REVIEW)
        edition = signing.sign_report(issue_id=issue.pk, by=make_acting(Role.LEADER).actor)
    rate = edition.figures.get(key=RATE)
    assert (rate.numerator, rate.denominator) == (1, 3)
    assert [one.is_counted for one in (freezing.unpack(rate) or {}).values()] == [True, False, False]


@pytest.mark.parametrize("table", ["reports_edition", "reports_frozenfigure"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET period = '2023'", "DELETE FROM {}"])
def test_edition_cannot_be_changed_or_deleted(table: str, verb: str) -> None:
    with clock.set_to(NOW):
        make_edition()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_verify_explains_a_signed_report_from_its_frozen_rows(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, rows = make_year(found=3, reviewed=1)
        edition = make_edition()
        path = tmp_path / "signed.docx"
        path.write_bytes(files.open_received(edition.file))
    with clock.set_to(NOW + timedelta(days=1)):
        bring_to(cast, rows[1], Action.PASS_REVIEW)
        late = make_problem(cast, found_at=clock.now() - timedelta(hours=2))
        # Years later the history of the facts may have been dropped; what was frozen still tells.
        ProblemFact.objects.exclude(valid_to_us=2**63 - 1).delete()
        checked = services.verify_report(path=path)
    assert checked.issue == edition.issue
    moved = {one.key: checked.reasons_of(one.anchor) for one in checked.verification.moved}
    assert [(one.effect, one.cause, one.column, one.codes) for one in moved[RATE]] == [
        (Effect.COUNTED, Cause.HAPPENED, "reviewed_us", (rows[1].code,)),
        (Effect.ENTERED, Cause.RECORDED, "", (late.code,)),
    ]


@given(
    st.dictionaries(
        st.integers(min_value=1, max_value=2**63 - 1),
        st.builds(
            Record,
            st.booleans(),
            st.dictionaries(
                st.sampled_from(["state", "found_us"]), st.none() | st.integers() | st.sampled_from(["closed", "void"])
            ),
        ),
        max_size=30,
    )
)
def test_unpack_gives_back_what_was_packed(records: dict[int, Record]) -> None:
    packed = freezing.pack(records)
    assert packed == freezing.pack(dict(reversed(records.items())))
    figure = FrozenFigure(
        name="n", rows=packed.data, rows_sha256=packed.rows_sha256, evidence_sha256=packed.evidence_sha256
    )
    assert freezing.unpack(figure) == records


@pytest.mark.parametrize(
    "data",
    [b"no gzip", gzip.compress(b'{"id":1,"counted":true,"columns":{}}\n', mtime=0)],
    ids=["no gzip", "another row"],
)
def test_unpack_refuses_rows_that_do_not_fit_their_digest(data: bytes) -> None:
    packed = freezing.pack({})
    figure = FrozenFigure(name="n", rows=data, rows_sha256=packed.rows_sha256, evidence_sha256=packed.evidence_sha256)
    with pytest.raises(FrozenRowsDamaged):
        freezing.unpack(figure)


def test_provenance_names_report_figures_persons_and_the_corrected_edition() -> None:
    with clock.set_to(NOW):
        make_year()
        old = make_edition()
        edition = make_edition(because="补录")
    said = provenance.of_edition(edition, selectors.figures_of(edition))
    report = f"wm:report/{edition.public_id}"
    assert json.loads(json.dumps(said)) == said
    assert said["wasDerivedFrom"]["_:r1"]["prov:usedEntity"] == f"wm:report/{old.public_id}"
    assert len(said["used"]) == edition.figures.count()
    known = {*said["entity"], *said["activity"], *said["agent"]}
    referred = {
        value
        for relation in ("used", "wasGeneratedBy", "wasDerivedFrom", "wasAssociatedWith")
        for row in said[relation].values()
        for name, value in row.items()
        if name in ("prov:entity", "prov:activity", "prov:agent", "prov:usedEntity", "prov:generatedEntity")
    }
    assert referred <= known
    assert report in referred


def enter(role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make_acting(role).user_id))
    return client


def test_pages_sign_show_and_hand_out_an_edition() -> None:
    with clock.set_to(NOW):
        make_year()
        issue = make_issue()
        client = enter(Role.LEADER)
        url = reverse("reports:sign", args=[issue.pk])
        assert url in client.get(reverse("reports:report", args=["2024"])).content.decode()
        assert "签发这一版" in client.get(url).content.decode()
        edition_url = client.post(url).url  # type: ignore[attr-defined]
        assert client.post(url).status_code == 409
        page = client.get(edition_url).content.decode()
        assert ("66.67%" in page, "第 1 版" in page) == (True, True)
        assert client.get(f"{edition_url}file/").content[:2] == b"PK"
        assert client.get(f"{edition_url}prov/").json()["prefix"]["wm"] == "urn:wenming:"
        assert "为什么更正第 1 版" in client.get(reverse("reports:sign", args=[make_issue().pk])).content.decode()
    assert enter(Role.AUTHOR).get(url).status_code == 403
