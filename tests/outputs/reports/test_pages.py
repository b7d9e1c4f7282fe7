"""The pages of reports."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_acting, make_user
from tests.outputs.reports.casts import CLAIMS, MONTHS, NOW, declare, make_year, rewrite
from wenming.engines.metrics import registry
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.ui import nav, userbox
from wenming.outputs.reports.models import ReportIssue
from wenming.outputs.reports.paper.blocks import anchor_of
from wenming.outputs.reports.paper.read import read_paper

pytestmark = pytest.mark.django_db
RATE = anchor_of("problems.rectification_rate", "2024")
REPORT = "/reports/2024/"
VIEWERS = {Role.OFFICE, Role.LEADER, Role.AUTHOR, Role.COUNTY}
BUILDERS = VIEWERS - {Role.COUNTY}


@pytest.fixture(autouse=True)
def _december() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what other apps count in the rail: a page's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("reports.")})
    monkeypatch.setattr(userbox, "_provided", {})


def signed_in(client: Client, role: Role = Role.AUTHOR) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def html(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_report_for_a_stranger(client: Client) -> None:
    response = client.get(REPORT)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/reports/2024/")


@pytest.mark.parametrize("role", list(Role))
def test_report_opens_to_who_plans_and_reports(client: Client, role: Role) -> None:
    signed_in(client, role)
    seen = 200 if role in VIEWERS else 403
    for url in ("/reports/", REPORT, f"{REPORT}figures/problems.found/"):
        assert (url, client.get(url).status_code) == (url, seen)
    assert client.get("/reports/verify/").status_code == (200 if role in BUILDERS else 403)
    assert client.post(f"{REPORT}export/").status_code == (200 if role in BUILDERS else 403)
    assert client.get(f"{REPORT}export/").status_code == 405
    assert ReportIssue.objects.count() == int(role in BUILDERS)


def test_report_shows_each_figure_with_its_mark_and_its_way_to_the_rows(client: Client) -> None:
    make_year()
    declare("outreach.topics", "11")
    page = html(signed_in(client).get(REPORT))
    # Two of problems and three of meetings in the text, and one for each month.
    assert page.count('class="claim claim--computed" id="wm_') == 2 + 3 + MONTHS
    assert page.count('class="claim claim--declared" id="wm_') == 1
    assert page.count('class="claim claim--missing') == CLAIMS - 6 + 1  # and the one in the legend
    assert page.count('claim--long" id="wm_') > 0
    assert f'id="{RATE}" href="/reports/2024/?figure=problems.rectification_rate#panel"' in page
    assert 'hx-get="/reports/2024/figures/problems.rectification_rate/"' in page
    assert ">66.67%</a>" in page
    assert "三、常态长效，把创建做到位" in page
    assert "（一）督查整改有闭环" in page
    assert "还缺 47 处依据" in page


def test_report_with_a_chosen_figure_needs_no_script(client: Client) -> None:
    make_year()
    page = html(signed_in(client).get(f"{REPORT}?figure=problems.rectification_rate"))
    assert 'class="insp is-open"' in page
    assert page.count('aria-current="true">66.67%</a>') == 1
    assert 'href="/figures/problems.rectification_rate/?period=2024"' in page


def test_panel_of_a_computed_figure_says_what_it_counts(client: Client) -> None:
    make_year()
    page = html(signed_in(client).get(f"{REPORT}figures/problems.rectification_rate/"))
    words = registry.metric("problems.rectification_rate").words
    for said in (
        "已计算",
        "66.67%",
        "2 / 3",
        words.numerator,
        words.denominator,
        "第 1 版，督查科负责",
        "截至今天 10:00",
    ):
        assert said in page
    assert 'href="/figures/problems.rectification_rate/?period=2024"' in page


def test_panel_of_a_declared_figure_says_who_stands_for_it(client: Client) -> None:
    declared = declare("outreach.topic_reads", "932000")
    page = html(signed_in(client).get(f"{REPORT}figures/outreach.topic_reads/"))
    assert declared.confirmed_by is not None
    for said in (
        "已申报",
        "932,000",
        "93.2万",
        "市融媒体中心后台截图",
        declared.declared_by.name,
        declared.confirmed_by.name,
    ):
        assert said in page


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("outreach.topics", "还没有依据"),
        ("problems.rectification_rate", "没有可以统计的对象"),
        ("standards.all_red", "现有数据不支持这句话"),
    ],
)
def test_panel_of_a_missing_figure_says_what_is_needed(client: Client, key: str, said: str) -> None:
    declare("standards.all_red", "0")
    page = html(signed_in(client).get(f"{REPORT}figures/{key}/"))
    assert (said in page, "需要的依据" in page) == (True, True)


def test_panel_offers_to_declare_only_to_who_may(client: Client) -> None:
    link = f"{reverse('metrics:declare')}?key=outreach.topics&amp;period=2024"
    assert link in html(signed_in(client, Role.AUTHOR).get(f"{REPORT}figures/outreach.topics/"))
    assert link not in html(signed_in(Client(), Role.COUNTY).get(f"{REPORT}figures/outreach.topics/"))
    assert link not in html(client.get(f"{REPORT}figures/problems.rectification_rate/"))


def test_report_of_an_earlier_day_keeps_the_day_in_its_links(client: Client) -> None:
    make_year()
    page = html(signed_in(client).get(f"{REPORT}?as_of=2024-11-30"))
    assert "按 2024-11-30 掌握的数据" in page
    assert ">66.67%</a>" not in page
    assert "?as_of=2024-11-30&amp;figure=problems.found#panel" in page
    assert 'hx-get="/reports/2024/figures/problems.found/?as_of=2024-11-30"' in page
    assert '<input type="hidden" name="as_of" value="2024-11-30">' in page
    # The figure page takes moments: the end of a day is the first moment of the next.
    assert "as_of=2024-12-01" in html(client.get(f"{REPORT}figures/problems.found/?as_of=2024-11-30"))


@pytest.mark.parametrize(
    "url", ["/reports/2024年/", f"{REPORT}?as_of=昨天", f"{REPORT}figures/problems.found/?cutoff=9999-12-31"]
)
def test_report_refuses_what_is_no_period_and_no_day(client: Client, url: str) -> None:
    assert signed_in(client).get(url).status_code == 400


def test_report_of_an_unknown_figure_is_not_found(client: Client) -> None:
    assert signed_in(client).get(f"{REPORT}figures/problems.nothing/").status_code == 404
    assert client.get(f"{REPORT}?figure=problems.nothing").status_code == 404


def test_home_lists_years_and_opens_any_period(client: Client) -> None:
    make_year()
    page = html(signed_in(client).get("/reports/"))
    assert page.index("/reports/2024/") < page.index("/reports/2023/") < page.index("/reports/2022/")
    assert "/reports/2024-Q4/" in page
    response = client.get("/reports/", {"period": "2024-01..2024-09"})
    assert (response.status_code, response["Location"]) == (302, "/reports/2024-01..2024-09/")
    assert "写法不对" in html(client.get("/reports/", {"period": "去年"}))


def test_export_sends_the_word_file_and_keeps_its_manifest(client: Client, tmp_path: Path) -> None:
    make_year()
    response = signed_in(client).post(f"{REPORT}export/", {"form": "docx", "as_of": "", "cutoff": "2024-12-01"})
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%92%8C")
    (tmp_path / "r.docx").write_bytes(response.content)
    paper = read_paper(tmp_path / "r.docx")
    issue = ReportIssue.objects.get()
    assert paper.manifest is not None
    assert (issue.manifest_sha256, issue.actor_kind) == (paper.manifest.sha256, "user")
    assert issue.cutoff == NOW.replace(hour=0)
    assert "导出过的版本" in html(client.get(REPORT))


def uploaded(client: Client, path: Path) -> Any:
    with path.open("rb") as file:
        return client.post("/reports/verify/", {"file": file})


def test_verify_page_sorts_what_it_finds(client: Client, tmp_path: Path) -> None:
    make_year()
    out = tmp_path / "r.docx"
    out.write_bytes(signed_in(client).post(f"{REPORT}export/").content)
    with clock.set_to(NOW + timedelta(minutes=10)):
        make_year(found=1, reviewed=1)
        page = html(uploaded(client, out))
        assert ("数据变了的数字" in page, "手改过的数字" in page, "标记丢失的数字" in page) == (True, False, False)
        assert "<td>问题整改率</td>" in page
        rewrite(out, lambda xml: xml.replace("66.67%", "96.67%"))
        page = html(uploaded(client, out))
        assert ("手改过的数字" in page, "96.67%" in page) == (True, True)


def test_verify_page_says_what_is_wrong_with_a_file(client: Client, tmp_path: Path) -> None:
    (tmp_path / "r.docx").write_text("not a zip")
    response = uploaded(signed_in(client), tmp_path / "r.docx")
    assert (response.status_code, "不是 .docx 文件" in response.content.decode()) == (400, True)
    response = client.post("/reports/verify/")
    assert (response.status_code, "请选一份 .docx 报告" in response.content.decode()) == (400, True)


@pytest.mark.usefixtures("_bare_frame")
def test_pages_cost_the_same_queries_for_any_number_of_rows(client: Client, django_assert_num_queries: Any) -> None:
    make_year(found=4, reviewed=3)
    for key in ("outreach.topics", "outreach.columns", "points.villages"):
        declare(key, "7")
    signed_in(client)
    client.post(f"{REPORT}export/")
    client.get(REPORT)
    # The counties, what adds up, the dossiers, three distinct counts of who attended, the declarations, the months.
    outline = 1 + 1 + 1 + 3 + 1 + 1
    # Session, user, grant; what was issued and what was signed; the regions to choose from.
    with django_assert_num_queries(3 + outline + 1 + 1):
        client.get(REPORT)
    with django_assert_num_queries(3 + 3 * outline + 2 + 1):
        client.get("/reports/")
    with django_assert_num_queries(3 + 2):
        client.get(f"{REPORT}figures/problems.rectification_rate/")


def test_pages_speak_english_when_asked(client: Client) -> None:
    signed_in(client)
    client.cookies["django_language"] = "en"
    page = html(client.get(REPORT))
    assert ("Export Word" in page, "Evidence missing at 49 places" in page) == (True, True)
    # The paper stays what it is: a Chinese paper.
    assert '<article class="paper" lang="zh-CN">' in page
    assert "发现问题" in page
