"""The report of a month, a quarter or a half-year, and of a county or a street."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.factories.people import CITY, COUNTY, TOWN, make_acting
from tests.factories.places import OTHER_COUNTY, OTHER_TOWN, make_regions
from tests.factories.problems import Cast, bring_to, make_problem
from tests.outputs.reports.casts import declare, rewrite
from tests.outputs.reports.test_outline import text_of
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Unit, User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.clock import SHANGHAI
from wenming.kernel.periods import BadPeriod, Period
from wenming.outputs.reports import areas, changes, freezing, selectors, services, signing
from wenming.outputs.reports.errors import NoSuchRegion
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper.blocks import anchor_of
from wenming.outputs.reports.paper.read import read_paper
from wenming.outputs.reports.spans import Span, in_words
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db
MARCH, QUARTER = Period.parse("2024-03"), Period.parse("2024-Q1")
APRIL = datetime(2024, 4, 2, 10, tzinfo=SHANGHAI)


def problems(cast: Cast, day: str, *, open_: int = 0, reviewed: int = 0, closed: int = 0) -> None:
    """Found at noon of a day, and brought as far as that within the hour."""
    at = datetime.fromisoformat(f"{day}T12:00+08:00")
    ends = [None] * open_ + [Action.PASS_REVIEW] * reviewed + [Action.CLOSE] * closed
    for end in ends:
        with clock.set_to(at):
            problem = make_problem(cast, found_at=at)
            if end is not None:
                bring_to(cast, problem, end)


@pytest.fixture
def _year() -> Iterator[None]:
    """March has 4 found with 3 rectified, February 2 with 1, March of the year before none; one county has it all."""
    make_regions()
    cast = Cast()
    Unit.objects.filter(pk=cast.county_office.pk).update(name="澄溪区文明办")
    problems(cast, "2024-02-06", open_=1, reviewed=1)
    problems(cast, "2024-03-05", open_=1, reviewed=2, closed=1)
    with clock.set_to(APRIL):
        yield


def cells(outline: Outline) -> dict[str, str]:
    return {f"{one.figure.key}#{one.figure.period}": one.figure.shown for one in outline.in_grids()}


@pytest.mark.usefixtures("_year")
def test_month_is_held_against_the_month_before_and_the_year_before() -> None:
    outline = selectors.outline(period=MARCH)
    said = text_of(outline)
    assert outline.title == "和安市文明办\n2024年3月工作报告"
    assert "当月发现问题4个（环比增长100.00%，同比—），其中整改照片已审核通过3个" in said
    assert "整改率75.00%（环比上升25.00个百分点，同比—）" in said
    assert "数据截至2024年3月31日24:00" in said
    table = cells(outline)
    assert table["problems.found#2024-02"] == "2"
    assert table["problems.found#2023-03"] == "0"
    assert table["problems.found#2024-03/2024-02"] == "+100.00%"
    assert table["problems.rectification_rate#2024-03/2024-02"] == "+25.00个百分点"
    assert table["problems.rectification_rate#2023-03"] == "—"
    assert table["problems.found#2024-03/2023-03"] == "—"
    assert outline.completeness.missing == 0


@pytest.mark.usefixtures("_year")
def test_month_says_what_is_carried_over() -> None:
    said = text_of(selectors.outline(period=MARCH))
    assert "上月结转未结问题2个，当月新增4个（含后来作废的），结案1个，作废0个；期末未结5个，结转下期" in said


@pytest.mark.usefixtures("_year")
def test_month_stands_as_it_was_at_its_end_whatever_happened_since() -> None:
    cast = Cast()
    problems(cast, "2024-03-28", open_=1)
    before = text_of(selectors.outline(period=MARCH))
    problem = make_problem(cast, found_at=datetime(2024, 4, 1, 9, tzinfo=SHANGHAI))
    bring_to(cast, problem, Action.CLOSE)
    assert text_of(selectors.outline(period=MARCH)) == before
    assert "上月结转未结问题6个，当月新增1个（含后来作废的），结案1个" in text_of(
        selectors.outline(period=Period.parse("2024-04"))
    )


@pytest.mark.usefixtures("_year")
def test_month_that_runs_is_held_against_nothing() -> None:
    with clock.set_to(datetime(2024, 3, 20, 8, tzinfo=SHANGHAI)):
        outline = selectors.outline(period=MARCH)
    assert "环比" not in text_of(outline)
    assert cells(outline)["problems.found#2024-03/2024-02"] == "—"
    assert "数据截至2024年3月20日8:00" in text_of(outline)


@pytest.mark.usefixtures("_year")
def test_year_of_a_county_is_compared_once() -> None:
    outline = selectors.outline(period=Period.parse("2024"), region=COUNTY)
    assert outline.title == "澄溪区文明办\n2024年度工作报告"
    assert not [label for label in cells(outline) if "2024/2023" in label and cells(outline)[label] != "—"]
    assert {grid.header for grid in grids(outline) if not grid.is_drawn} == {("指标", "本期", "上年同期", "同比")}


def grids(outline: Outline) -> list[object]:
    return [line.grid for section in outline.sections for line in section.paragraphs if line.grid is not None]


@pytest.mark.usefixtures("_year")
def test_region_narrows_figures_title_and_issuer() -> None:
    problems(Cast(county=OTHER_COUNTY, town=OTHER_TOWN), "2024-03-06", open_=2)
    whole, county = selectors.outline(period=MARCH), selectors.outline(period=MARCH, region=OTHER_COUNTY)
    assert "当月发现问题6个" in text_of(whole)
    assert "当月发现问题2个" in text_of(county)
    by_county = {k: v for k, v in cells(whole).items() if k.startswith("problems.found#2024-03@")}
    assert by_county == {f"problems.found#2024-03@{COUNTY}": "4", f"problems.found#2024-03@{OTHER_COUNTY}": "2"}
    assert cells(county)[f"problems.found#2024-03@{OTHER_TOWN}"] == "2"
    street = selectors.outline(period=MARCH, region=TOWN)
    assert street.area.issuer != county.area.issuer
    # A street has no parts to draw.
    assert [grid.is_drawn for grid in grids(street)] == [False]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_year")
def test_region_knows_nothing_of_what_was_declared_of_the_city() -> None:
    declare("outreach.topics", "11", period=MARCH)
    told = selectors.outline(period=MARCH, template="annual")
    narrowed = selectors.outline(period=MARCH, region=COUNTY, template="annual")
    assert (told.completeness.declared, narrowed.completeness.declared) == (1, 0)
    assert "网络文明话题【待补：" in text_of(narrowed)


@pytest.mark.usefixtures("_year")
@pytest.mark.parametrize("region", [None, COUNTY])
def test_verify_follows_every_figure_of_a_quarter(tmp_path: Path, region: int | None) -> None:
    out = tmp_path / "q.docx"
    built = services.build_report(period=QUARTER, region=region, out=out, by=SYSTEM)
    checked = services.verify_report(path=out)
    assert (checked.verification.unchanged, checked.issue) == (len(built.manifest.entries), built.issue)
    with clock.set_to(APRIL + timedelta(days=1)):
        late = make_problem(Cast(), found_at=datetime(2024, 3, 29, 9, tzinfo=SHANGHAI))
        checked = services.verify_report(path=out)
    moved = {(one.key, one.period): one for one in checked.verification.moved}
    own = Span(QUARTER, region).label
    assert moved["problems.found", own].now == "7"
    reasons = checked.reasons_of(moved["problems.found", own].anchor)
    assert [(one.count, one.codes) for one in reasons] == [(1, (late.code,))]
    # What was compared is explained by the figures that it compares.
    assert not [one for one in checked.verification.moved if "/" in one.period and checked.reasons_of(one.anchor)]


@pytest.mark.usefixtures("_year")
def test_verify_finds_a_comparison_that_was_edited(tmp_path: Path) -> None:
    out = tmp_path / "m.docx"
    services.build_report(period=MARCH, out=out, by=SYSTEM)
    anchor = anchor_of("problems.found", "2024-03/2024-02")
    rewrite(out, lambda xml: xml.replace("增长100.00%", "增长10.00%", 1))
    edited = services.verify_report(path=out).verification.edited
    assert [(one.anchor, one.shown) for one in edited] == [(anchor, "增长10.00%")]


@pytest.mark.usefixtures("_year")
def test_verify_of_a_paper_that_nobody_kept_reads_period_and_region_from_it(tmp_path: Path) -> None:
    out = tmp_path / "m.docx"
    built = services.build_report(period=MARCH, region=COUNTY, out=out, by=SYSTEM)
    found = services._current(built.manifest, None)
    assert {entry.anchor: entry.shown for entry in built.manifest.entries} == {
        entry.anchor: found[entry.anchor].shown for entry in built.manifest.entries
    }


@pytest.mark.usefixtures("_year")
def test_sign_report_freezes_each_period_and_region_with_its_own_rows(tmp_path: Path) -> None:
    drafter, leader = make_acting(Role.AUTHOR).actor, make_acting(Role.LEADER).actor
    whole, county = (
        services.build_report(period=MARCH, region=region, out=tmp_path / "m.docx", by=drafter).issue
        for region in (None, COUNTY)
    )
    editions = [signing.sign_report(issue_id=issue.pk, by=leader) for issue in (whole, county)]
    # Two regions are two reports: neither corrects the other.
    assert [(one.number, one.file.name) for one in editions] == [
        (1, "2024年3月报告第1版.docx"),
        (1, "澄溪区2024年3月报告第1版.docx"),
    ]
    frozen = {one.period: one for one in editions[0].figures.filter(key="problems.found")}
    counts = {label: one.evidence_count for label, one in frozen.items() if one.rows is not None}
    assert counts == {"2024-03": 4, "2024-02": 2, "2023-03": 0, f"2024-03@{COUNTY}": 4, f"2024-03@{OTHER_COUNTY}": 0}
    assert len(freezing.unpack(frozen["2024-02"]) or {}) == 2
    assert frozen["2024-03/2024-02"].rows is None
    problem = editions[0].figures.get(key="problems.open", period="2024-02")
    assert (problem.display, problem.evidence_count) == ("2", 2)


@pytest.mark.parametrize(
    ("now", "base", "unit", "words", "cell"),
    [
        ("12", "10", "个", "增长20.00%", "+20.00%"),
        ("9", "10", "个", "下降10.00%", "-10.00%"),
        ("10", "10", "个", "持平", "持平"),
        ("10", "0", "个", "—", "—"),
        ("0.9363", "0.9", "%", "上升3.63个百分点", "+3.63个百分点"),
        ("0.90001", "0.9", "%", "持平", "持平"),
        ("0.9", None, "%", "—", "—"),
    ],
)
def test_change_is_written_as_offices_write_it(now: str, base: str | None, unit: str, words: str, cell: str) -> None:
    class Value:
        """What a change reads of a figure."""

        def __init__(self, exact: str | None) -> None:
            self.exact, self.unit = None if exact is None else Fraction(exact), unit

    found = changes.change(Value(now), Value(base))  # type: ignore[arg-type]
    assert (changes.in_words(found, unit=unit), changes.in_table(found, unit=unit)) == (words, cell)


@pytest.mark.parametrize(
    "label", ["2024-03", f"2024-03@{COUNTY}", "2024-03/2024-02", f"2024-01..2024-02/2023-Q4@{TOWN}"]
)
def test_span_reads_back_its_own_label(label: str) -> None:
    assert Span.parse(label).label == label


@pytest.mark.parametrize(
    "label", ["2024-03@", "2024-03@x", "2024-03@12", "2024-03/", f"2024-03@{CITY // 10**10 * 10**10}"]
)
def test_span_refuses_what_is_no_label(label: str) -> None:
    with pytest.raises(BadPeriod):
        Span.parse(label)


def test_span_is_said_without_its_region() -> None:
    assert in_words(f"2024-03/2023-03@{COUNTY}") == "2024年3月比2023年3月"


@pytest.mark.usefixtures("_year")
def test_find_takes_a_region_by_code_or_by_its_only_name() -> None:
    assert (areas.find(""), areas.find("澄溪区"), areas.find(str(TOWN))) == (None, COUNTY, TOWN)
    for text in ("北京市", "349999000000", "学士社区", str(CITY)):
        with pytest.raises(NoSuchRegion):
            areas.find(text)


@pytest.mark.usefixtures("_year")
def test_command_builds_a_county_edition_and_refuses_a_stranger(tmp_path: Path) -> None:
    out = tmp_path / "m.docx"
    call_command("report", "build", "--period", "2024-03", "--region", "澄溪区", "--out", str(out))
    assert "澄溪区文明办" in read_paper(out).paragraphs
    with pytest.raises(CommandError) as refused:
        call_command("report", "build", "--period", "2024-03", "--region", "北京市", "--out", str(out))
    assert refused.value.returncode == 2


@pytest.mark.usefixtures("_year")
def test_pages_choose_a_region_and_lead_each_cell_to_its_own_figure(client: Client) -> None:
    user = User.objects.get(pk=make_acting(Role.OFFICE).user_id)
    client.force_login(user)
    opened = client.get("/reports/", {"period": "2024-03", "region": str(COUNTY)})
    assert opened.url == f"/reports/2024-03/?region={COUNTY}"  # type: ignore[attr-defined]
    page = client.get(opened.url).content.decode()  # type: ignore[attr-defined]
    assert "澄溪区文明办2024年3月工作报告" in page
    before = f"/reports/2024-03/figures/problems.found/?region={COUNTY}&amp;span=2024-02%40{COUNTY}"
    assert f'hx-get="{before}"' in page
    panel = client.get(before.replace("&amp;", "&")).content.decode()
    assert f"/figures/problems.found/?period=2024-02&amp;cutoff=2024-03-01&amp;region={COUNTY}" in panel
    figure = client.get(f"/figures/problems.found/?period=2024-02&cutoff=2024-03-01&region={COUNTY}").content.decode()
    assert ("澄溪区" in figure, client.get("/figures/problems.found/?region=7").status_code) == (True, 400)
    assert client.get("/reports/2024-03/?region=7").status_code == 404
    assert client.get("/reports/2024-03/figures/problems.found/?span=2024@7").status_code == 400


@pytest.mark.usefixtures("_year")
def test_home_lists_what_was_signed_with_its_region(client: Client, tmp_path: Path) -> None:
    issue = services.build_report(period=MARCH, region=COUNTY, out=tmp_path / "m.docx", by=SYSTEM).issue
    edition = signing.sign_report(issue_id=issue.pk, by=make_acting(Role.LEADER).actor)
    client.force_login(User.objects.get(pk=make_acting(Role.OFFICE).user_id))
    page = client.get("/reports/").content.decode()
    assert reverse("reports:edition", args=[edition.public_id]) in page
    assert page.count('data-label="范围">澄溪区') == 2
    shown = client.get(reverse("reports:edition", args=[edition.public_id])).content.decode()
    assert ("2024年3月比2024年2月，澄溪区" in shown, "由两个数得出" in shown) == (True, True)
