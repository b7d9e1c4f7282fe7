"""What the report says, and what it will not say."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outputs.reports.casts import CLAIMS, NOW, YEAR, declare, make_year
from wenming.engines.metrics import named
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.outputs.reports import selectors, templating
from wenming.outputs.reports.outline import Completeness, Outline, Placed
from wenming.outputs.reports.templating import OutlineError, Place


def text_of(outline: Outline) -> str:
    """The running text as the paper has it."""
    lines = []
    for section in outline.sections:
        for paragraph in section.paragraphs:
            runs = (run.figure.shown if isinstance(run, Placed) else run for run in paragraph.runs)
            lines.append("".join(runs))
    return "\n".join(lines)


def test_template_tells_every_named_figure_of_the_catalogue() -> None:
    assert sorted(templating.template().keys()) == sorted(named.catalogue())
    assert len(named.catalogue()) == CLAIMS


@pytest.mark.shared_data
def test_template_tells_every_numeric_claim_of_the_reference(shared: Path) -> None:
    claims = json.loads((shared / "reference" / "claims-2024.json").read_text())
    keys = set(templating.template().keys())
    assert {claim["id"] for claim in claims["claims"]} <= keys
    assert sum(named.find(key).is_universal for key in keys) == len(claims["universal_claims"])


def test_template_gives_words_to_universal_claims_and_only_to_them() -> None:
    places = list(templating.template().places())
    assert {p.key for p in places if p.words} == {f.key for f in named.catalogue().values() if f.is_universal}


def test_template_has_an_opening_four_parts_and_a_plan() -> None:
    sections = templating.template().sections
    assert [section.key for section in sections] == ["opening", "order", "mind", "action", "conduct", "plan"]
    assert sections[-1].paragraphs != ()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("发现{problems.found}个", ("发现", Place("problems.found"), "个")),
        ("{points.redemptions|余}人次", (Place("points.redemptions", "余"), "人次")),
        ("{standards.all_red：全部达标}。", (Place("standards.all_red", "plain", "全部达标"), "。")),
        ("{city}与{span}", ("{city}与{span}",)),
    ],
)
def test_pieces_of_a_paragraph(text: str, pieces: tuple[object, ...]) -> None:
    assert templating.pieces_of(text) == pieces


def test_read_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(OutlineError, match="style"):
        templating.pieces_of("{points.redemptions|多}")
    with pytest.raises(OutlineError, match="not known"):
        templating.filled("{town}的{city}", {"city": "和安市"})
    with pytest.raises(OutlineError, match="lacks"):
        templating.read("title: t")


@pytest.mark.django_db
def test_outline_without_any_record_leaves_all_but_the_count_open() -> None:
    with clock.set_to(NOW):
        outline = selectors.outline(period=YEAR)
    # No problem was found and nobody attended a meeting, which are numbers; a rate over nothing is none.
    assert outline.completeness == Completeness(computed=1 + 3, declared=0, missing=CLAIMS - 4)
    assert len(outline.missing()) == CLAIMS - 4
    assert "整改率【待补：问题整改率】" in text_of(outline)


@pytest.mark.django_db
def test_outline_tells_found_and_rate_as_two_things() -> None:
    with clock.set_to(NOW):
        make_year(found=3, reviewed=2)
        outline = selectors.outline(period=YEAR)
    assert "大数据平台全年发现问题3个，整改率66.67%" in text_of(outline)
    assert outline.title == "和安市文明办\n2024年度工作报告"
    by_section = {section.key: section.completeness for section in outline.sections}
    assert by_section["action"].computed == 2
    assert by_section["plan"] == Completeness()
    assert sum(counts.total for counts in by_section.values()) == outline.completeness.total == CLAIMS


@pytest.mark.django_db
def test_outline_writes_declared_figures_in_the_style_of_their_place() -> None:
    with clock.set_to(NOW):
        declare("points.redemptions", "94321")
        declare("points.redeemed_yuan", "1077305.5")
        declare("outreach.topic_reads", "932000")
        declare("organ_review.satisfaction", "0.9507")
        outline = selectors.outline(period=YEAR)
    said = text_of(outline)
    assert "群众兑换9.4万余人次，兑出物品价值107.7万余元" in said
    assert "总阅读量93.2万次" in said
    assert "满意率95.07%，" in said
    assert outline.completeness.declared == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("value", "is_said"), [("1", True), ("0", False)])
def test_outline_says_a_universal_claim_only_when_it_holds(value: str, is_said: bool) -> None:
    words = "全国文明城市年度测评各项指标全部达标"
    with clock.set_to(NOW):
        assert words not in text_of(selectors.outline(period=YEAR))
        declare("standards.all_red", value)
        outline = selectors.outline(period=YEAR)
    assert (words in text_of(outline)) is is_said
    assert ("【待补：全国文明城市年度测评“满堂红”】" in text_of(outline)) is not is_said
    assert outline.completeness.declared == int(is_said)


@pytest.mark.django_db
def test_outline_as_of_a_day_knows_only_what_was_recorded() -> None:
    with clock.set_to(NOW):
        make_year(found=2, reviewed=1)
    with clock.set_to(NOW + timedelta(days=3)):
        make_year(found=1, reviewed=1)
        now = selectors.outline(period=YEAR)
        then = selectors.outline(period=YEAR, as_of=NOW + timedelta(days=1))
        cut = selectors.outline(period=YEAR, cutoff=NOW + timedelta(days=1))
    rates = [{f.key: f.display for f in each.figures()}["problems.rectification_rate"] for each in (now, then, cut)]
    assert rates == ["66.67%", "50.00%", "50.00%"]
    assert then.figures()[0].as_of == "2024-12-03T10:00:00+08:00"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("label", "title", "plan"),
    [("2024", "2024年度工作报告", "2025年打算"), ("2024-Q3", "2024年第三季度工作报告", "下一步打算")],
)
def test_outline_speaks_of_its_own_period(label: str, title: str, plan: str) -> None:
    with clock.set_to(NOW):
        outline = selectors.outline(period=Period.parse(label))
    assert outline.title.split("\n")[1] == title
    assert outline.sections[-1].heading == plan


@pytest.mark.django_db
def test_outline_costs_the_same_queries_for_any_number_of_rows(django_assert_num_queries: object) -> None:
    with clock.set_to(NOW):
        make_year(found=4, reviewed=3)
        declare("outreach.topics", "11")
        # The counties, what adds up, the dossiers, three distinct counts of who attended, the declarations, the months.
        with django_assert_num_queries(1 + 1 + 1 + 3 + 1 + 1):  # type: ignore[operator]
            selectors.outline(period=YEAR)
