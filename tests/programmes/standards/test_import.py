"""What the three imports make of good, odd and bad rows."""

import pytest

from tests.factories import standards as make
from tests.factories.people import make_unit
from wenming.foundation.people.enums import UnitKind
from wenming.kernel.actors import SYSTEM
from wenming.programmes.standards import errors, selectors, services
from wenming.programmes.standards.models import Criterion, FieldRule, PointType, ProblemType
from wenming.programmes.standards.results import ImportResult, Outcome

pytestmark = pytest.mark.django_db


def outcomes(result: ImportResult) -> list[tuple[int, str]]:
    return [(row.row, row.outcome.value) for row in result.rows]


def test_import_criteria_builds_the_tree() -> None:
    draft = make.make_draft()
    tree = [(row.code, row.level, row.parent.code if row.parent else "") for row in selectors.criteria(draft)]
    assert tree == [
        ("01", 1, ""),
        ("01-01", 2, "01"),
        ("01-01-01", 3, "01-01"),
        ("01-01-02", 3, "01-01"),
        ("02", 1, ""),
        ("02-01", 2, "02"),
        ("02-01-01", 3, "02-01"),
    ]
    marks = {row.code: (row.marks_hundredths, row.effect) for row in selectors.criteria(draft, level=3)}
    assert marks == {"01-01-01": (400, ""), "01-01-02": (250, ""), "02-01-01": (None, "veto")}


def test_import_criteria_again_changes_nothing() -> None:
    draft = make.make_draft()
    again = services.import_criteria(make.as_csv(make.CRITERIA_HEADING, make.CRITERIA), into=draft, by=SYSTEM)
    assert again.counts == {"created": 0, "updated": 0, "unchanged": 3, "rejected": 0}


def test_import_criteria_updates_what_differs_and_keeps_what_is_absent() -> None:
    draft = make.make_draft()
    rows = [("01-01-01", "宜居", "道路", "路面平整无坑", "实地", "4", "", "")]
    result = services.import_criteria(make.as_csv(make.CRITERIA_HEADING, rows), into=draft, by=SYSTEM)
    assert outcomes(result) == [(2, "updated")]
    assert result.absent == 4
    assert Criterion.objects.filter(standard=draft).count() == 7


def test_preview_criteria_writes_nothing() -> None:
    draft = services.draft_standard(edition="city", name="测评标准", by=SYSTEM)
    result = services.preview_criteria(make.as_csv(make.CRITERIA_HEADING, make.CRITERIA), into=draft)
    assert (result.counts["created"], result.is_written) == (3, False)
    assert not Criterion.objects.exists()


def test_import_criteria_reads_other_headings_merged_cells_and_titles() -> None:
    sheet = [
        ["2026 年测评任务分解表"],
        ["一级指标", "二级指标", "三级指标（标准）", "分值 ", "测评方式", "牵头部门", "序号"],
        ["环境", "道路", "路面平整", 4.5, "实地考察", "", 1],
        ["", "", "盲道连续", 2, "问卷", "", 2],
        ["", "公厕", "公厕干净", "", "", "", 3],
    ]
    draft = services.draft_standard(edition="city", name="测评标准", by=SYSTEM)
    data = make.as_xlsx({"说明": [["请勿改动"]], "分解表": sheet})
    result = services.import_criteria(data, into=draft, by=SYSTEM)
    assert outcomes(result) == [(3, "created"), (4, "created"), (5, "created")]
    assert result.skipped_sheets == ["说明"]
    codes = {row.code: row.marks_hundredths for row in selectors.criteria(draft, level=3)}
    assert codes == {"01-01-01": 450, "01-01-02": 200, "01-02-01": None}
    assert services.import_criteria(data, into=draft, by=SYSTEM).counts["unchanged"] == 3


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("01-01-03", "宜居", "道路", "", "实地", "", "", ""), "测评标准"),
        (("01-01-03", "宜居", "道路", "灯亮", "看看", "", "", ""), "看看"),
        (("01-01-03", "宜居", "道路", "灯亮", "实地", "很多", "", ""), "很多"),
        (("01-01-01", "宜居", "道路", "重复", "实地", "", "", ""), "01-01-01"),
        (("01-01-03", "别的", "道路", "灯亮", "实地", "", "", ""), "别的"),
        (("=A1", "宜居", "道路", "灯亮", "实地", "", "", ""), "=A1"),
        (("01-01-03", "宜居", "道路", "长" * 501, "实地", "", "", ""), "501"),
    ],
)
def test_import_criteria_rejects_a_bad_row_and_says_why(row: tuple[str, ...], words: str) -> None:
    draft = services.draft_standard(edition="city", name="测评标准", by=SYSTEM)
    data = make.as_csv(make.CRITERIA_HEADING, [make.CRITERIA[0], row])
    result = services.import_criteria(data, into=draft, by=SYSTEM)
    assert outcomes(result) == [(2, "created"), (3, "rejected")]
    assert words in str(result.rejected[0].message)


def test_import_links_leads_and_helpers_to_registered_units() -> None:
    lead = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    helper = make_unit(kind=UnitKind.DEPARTMENT, name="市交通局")
    criterion = selectors.criterion_for("01-01-01", standard=make.make_draft())
    assert (criterion.lead, list(criterion.helpers.all())) == (lead, [helper])


def test_link_leads_finds_units_registered_later() -> None:
    standard = make.make_standard()
    assert FieldRule.objects.filter(lead__isnull=False).count() == 0
    unit = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    linking = services.link_leads(by=SYSTEM)
    assert (linking.linked, linking.unknown_names) == (2, ())
    assert selectors.criterion_for("01-01-01", standard=standard).lead == unit
    assert selectors.is_as_published(standard)


def test_import_field_rules_rejects_an_unknown_criterion() -> None:
    draft = make.make_draft(rules=())
    rows = [("公园", "园路", "09-09-09", "现状判断", "10", "", "", "", "是")]
    result = services.import_field_rules(make.as_csv(make.RULES_HEADING, rows), into=draft, by=SYSTEM)
    assert "09-09-09" in str(result.rejected[0].message)
    assert not PointType.objects.exists()


def test_import_field_rules_fills_in_usual_cutoffs() -> None:
    make.make_draft()
    rule = FieldRule.objects.get(item="园路破损")
    assert rule.cutoffs == "符合=A;基本符合=B;不符合=C#"


def test_import_problem_types_numbers_local_ones_down_from_99() -> None:
    draft = make.make_catalogue_draft()
    rows = [
        ("事件", "01", "市容环境", "", "桥下堆物", "桥下有堆物", "2个工作日", "", "清走", ""),
        ("事件", "01", "市容环境", "", "屋顶种菜", "屋顶种菜", "2", "工作日", "清走", ""),
    ]
    data = make.as_csv(make.TYPES_HEADING, rows)
    assert services.import_problem_types(data, into=draft, by=SYSTEM).counts["created"] == 2
    local = {row.name: row.code for row in ProblemType.objects.filter(catalogue=draft) if row.is_local}
    assert local == {"桥下堆物": "E0199", "屋顶种菜": "E0198"}
    assert services.import_problem_types(data, into=draft, by=SYSTEM).counts["unchanged"] == 2
    kind = ProblemType.objects.get(code="E0199").kind
    assert selectors.next_local_code(kind=kind, category_code="01") == "0197"  # type: ignore[arg-type]


def test_import_problem_types_gives_excel_numbers_their_nought_back() -> None:
    draft = make.make_catalogue_draft(types=())
    rows = [make.TYPES_HEADING[1:], [1, "公用设施", 101, "上水井盖", "丢失", 2, "紧急工作时", "补盖", ""]]
    result = services.import_problem_types(make.as_xlsx({"部件": rows}), into=draft, by=SYSTEM)
    assert [row.key for row in result.rows] == ["C0101"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("东西", "01", "市容", "0111", "甲", "乙", "2", "工作日", "丙", ""), "东西"),
        (("事件", "01", "市容", "0211", "甲", "乙", "2", "工作日", "丙", ""), "0211"),
        (("事件", "01", "市容", "0111", "甲", "乙", "0", "工作日", "丙", ""), "处置时限"),
        (("事件", "01", "市容", "0111", "甲", "乙", "2", "旬", "丙", ""), "旬"),
        (("事件", "01", "市容", "0110", "甲", "乙", "2", "工作日", "丙", ""), "第 2 行"),
    ],
)
def test_import_problem_types_rejects_a_bad_row(row: tuple[str, ...], words: str) -> None:
    draft = services.draft_catalogue(name="目录", by=SYSTEM)
    result = services.import_problem_types(make.as_csv(make.TYPES_HEADING, [make.TYPES[1], row]), into=draft, by=SYSTEM)
    assert [each.outcome for each in result.rows] == [Outcome.CREATED, Outcome.REJECTED]
    assert words in str(result.rejected[0].message)


def test_import_when_published_is_refused() -> None:
    standard, catalogue = make.make_standard(), make.make_catalogue()
    with pytest.raises(errors.VersionIsPublished):
        services.import_criteria(make.as_csv(make.CRITERIA_HEADING, ()), into=standard, by=SYSTEM)
    with pytest.raises(errors.VersionIsPublished):
        services.import_field_rules(make.as_csv(make.RULES_HEADING, ()), into=standard, by=SYSTEM)
    with pytest.raises(errors.VersionIsPublished):
        services.import_problem_types(make.as_csv(make.TYPES_HEADING, ()), into=catalogue, by=SYSTEM)


def test_import_costs_the_same_for_more_rows(django_assert_num_queries: object) -> None:
    draft = services.draft_standard(edition="city", name="测评标准", by=SYSTEM)
    one, many = ([("", "宜居", "道路", f"标准{n}", "实地", "", "", "") for n in range(size)] for size in (1, 40))
    with django_assert_num_queries(11):  # type: ignore[operator]
        services.import_criteria(make.as_csv(make.CRITERIA_HEADING, one), into=draft, by=SYSTEM)
    other = services.draft_standard(edition="other", name="测评标准", by=SYSTEM)
    with django_assert_num_queries(11):  # type: ignore[operator]
        services.import_criteria(make.as_csv(make.CRITERIA_HEADING, many), into=other, by=SYSTEM)
