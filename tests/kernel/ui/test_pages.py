import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from wenming.kernel.errors import Conflict, Gone, Invalid, NotFound
from wenming.kernel.paging import Count, Page
from wenming.kernel.ui import specimen
from wenming.kernel.ui.parts import Chart, Consequence, Figure, Series


@pytest.fixture(autouse=True)
def _doors(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.kernel.ui.urls"  # type: ignore[attr-defined]


def request(path: str = "/problems/") -> HttpRequest:
    return RequestFactory().get(path)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 429, 500])
def test_error_page_says_what_to_do(status: int) -> None:
    error = Conflict()
    html = render_to_string(
        "kernel/error.html", {"status": status, "message": str(error), "code": error.code, "error": error}
    )
    assert str(error) in html
    assert f"编号 {status}，代码 conflict" in html


def test_error_page_when_the_link_is_gone_offers_no_home() -> None:
    html = render_to_string("kernel/error.html", {"status": 410, "message": str(Gone()), "code": "gone"})
    assert "回到首页" not in html


def test_error_toast_lists_the_fields_and_stays() -> None:
    error = Invalid(fields={"due_on": "截止日期要晚于今天"})
    html = render_to_string("kernel/error_toast.html", {"status": 400, "message": str(error), "error": error})
    assert "data-stays" in html
    assert "截止日期要晚于今天" in html


def test_pager_keeps_the_filters() -> None:
    context = {"page": Page([1, 2], "next-one", None), "count": Count(1000, is_more=True)}
    html = render_to_string("kernel/_pager.html", context, request("/problems/?unit=3&cursor=old"))
    assert "共 1,000+ 件" in html
    assert 'href="?unit=3&amp;cursor=next-one" rel="next"' in html
    assert 'rel="prev"' not in html


def test_figure_never_stands_alone() -> None:
    figure = Figure(
        name="整改率", value="91.74", unit="%", definition="审核通过 ÷ 有效问题", numerator=2611, denominator=2846,
        count_unit="件", url="/figures/rate/",
    )  # fmt: skip
    html = render_to_string("kernel/_figure.html", {"figure": figure})
    for part in ("整改率", "91.74", "审核通过 ÷ 有效问题", "2,611 / 2,846 件", 'href="/figures/rate/"'):
        assert part in html


def test_chart_draws_its_table_from_the_same_numbers() -> None:
    chart = Chart(title="每月", categories=["1 月", "2 月"], series=[Series("发现", [2710, None])])
    html = render_to_string("kernel/_chart.html", {"chart": chart, "chart_key": "k"})
    assert '<td class="r num">2,710</td>' in html
    assert '<td class="r num">—</td>' in html
    assert chart.as_json()["series"][0]["values"] == [2710, None]


def test_dialog_posts_its_reason_and_what_was_hidden() -> None:
    ask = Consequence(
        key="ask-return", title="退回这件整改？", text="文昌街道会收到原因。", act="退回返工", url="/problems/17/return/",
        reason_label="退回原因", hidden={"version": "3"},
    )  # fmt: skip
    html = render_to_string("kernel/_dialog.html", {"ask": ask}, request())
    assert 'action="/problems/17/return/"' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert 'name="reason" rows="2" required' in html


def test_specimen_when_debug_is_off_and_nobody_acts(settings: object) -> None:
    settings.DEBUG = False  # type: ignore[attr-defined]
    with pytest.raises(NotFound):
        specimen.specimen(request("/specimen/"))


def test_specimen_draws_every_part(settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    response = specimen.specimen(request("/specimen/"))
    assert response.status_code == 200
    assert specimen.LONG_UNIT in response.content.decode()
