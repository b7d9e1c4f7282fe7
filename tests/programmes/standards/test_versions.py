"""Drafts, publishing, what a published version is worth, and which type a text means."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import standards as make
from tests.factories.people import make_unit
from tests.factories.places import make_point
from wenming.foundation.people.enums import UnitKind
from wenming.kernel import calendar
from wenming.kernel.actors import SYSTEM
from wenming.programmes.standards import errors, selectors, services
from wenming.programmes.standards.enums import LimitUnit
from wenming.programmes.standards.models import Criterion, FieldRule, ProblemType, Publication, Standard
from wenming.programmes.standards.services import Assignment

pytestmark = pytest.mark.django_db


def test_limit_units_are_those_of_the_calendar() -> None:
    assert LimitUnit.values == [unit.value for unit in calendar.LimitUnit]


def test_draft_standard_copies_the_last_version() -> None:
    first = make.make_standard()
    draft = services.draft_standard(edition="city", name="", by=SYSTEM)
    assert (draft.version, draft.is_published) == (2, False)
    assert selectors.standard_diff(first, draft).is_empty
    assert [row.parent.code if row.parent else "" for row in selectors.criteria(draft)] == [
        row.parent.code if row.parent else "" for row in selectors.criteria(first)
    ]
    assert Criterion.objects.filter(standard=first).count() == Criterion.objects.filter(standard=draft).count()
    assert services.draft_standard(edition="city", name="", by=SYSTEM) == draft


def test_draft_catalogue_copies_the_last_version() -> None:
    first = make.make_catalogue()
    draft = services.draft_catalogue(name="", by=SYSTEM)
    assert selectors.catalogue_diff(first, draft).is_empty
    assert first.types.count() == draft.types.count() == 3
    assert services.draft_catalogue(name="", by=SYSTEM) == draft


def test_publish_standard_when_empty_is_refused() -> None:
    draft = services.draft_standard(edition="city", name="测评标准", by=SYSTEM)
    with pytest.raises(errors.NothingToPublish):
        services.publish_standard(draft, effective_on=make.DAY, by=SYSTEM)


def test_publish_standard_when_published_is_refused() -> None:
    standard = make.make_standard()
    with pytest.raises(errors.VersionIsPublished):
        services.publish_standard(standard, effective_on=make.DAY, by=SYSTEM)


def test_publish_proves_the_content() -> None:
    standard, catalogue = make.make_standard(), make.make_catalogue()
    assert selectors.is_as_published(standard)
    assert selectors.is_as_published(catalogue)
    Criterion.objects.filter(standard=standard, code="01-01-01").update(text="别的")
    ProblemType.objects.filter(catalogue=catalogue, code="C0101").update(limit_value=99)
    assert not selectors.is_as_published(standard)
    assert not selectors.is_as_published(catalogue)


def test_publication_cannot_be_changed_or_deleted() -> None:
    make.make_standard()
    for act in (
        lambda: Publication.objects.update(content_sha256="0"),
        lambda: Publication.objects.all()._raw_delete(connection.alias),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_database_refuses_two_drafts_of_one_edition() -> None:
    draft = make.make_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Standard.objects.create(edition="city", version=9, name="另一个", created_at=draft.created_at)


def test_diff_names_what_changed() -> None:
    first = make.make_standard()
    draft = services.draft_standard(edition="city", name="", by=SYSTEM)
    rows = [
        ("01-01-01", "宜居", "道路", "路面平整", "实地", "5", "市城管局", "市交通局"),
        ("01-01-09", "宜居", "道路", "路灯都亮", "实地", "", "", ""),
    ]
    services.import_criteria(make.as_csv(make.CRITERIA_HEADING, rows), into=draft, by=SYSTEM)
    FieldRule.objects.filter(point_type__standard=draft, item="园路破损").delete()
    diff = selectors.standard_diff(first, draft)
    assert [(row.key, row.changes[0].name, row.changes[0].before, row.changes[0].after) for row in diff.changed] == [
        ("01-01-01", "marks_hundredths", 400, 500)
    ]
    assert [row.key for row in diff.added] == ["01-01-09"]
    assert [row.key for row in diff.removed] == ["公园 园路破损"]


def test_current_standard_is_the_one_in_force_on_the_day() -> None:
    first = make.make_standard()
    second = services.draft_standard(edition="city", name="", by=SYSTEM)
    second = services.publish_standard(second, effective_on=date(2027, 1, 1), by=SYSTEM)
    assert selectors.current_standard(on=date(2026, 12, 31)) == first
    assert selectors.current_standard(on=date(2027, 1, 1)) == second
    # Work of a time before the first version is measured by the first.
    assert selectors.current_standard(on=date(2024, 1, 1)) == first


def test_current_when_nothing_is_published_is_refused() -> None:
    make.make_draft()
    make.make_catalogue_draft()
    with pytest.raises(errors.NoStandard):
        selectors.current_standard()
    with pytest.raises(errors.NoCatalogue):
        selectors.current_catalogue()


def test_publish_carries_decisions_over_to_the_same_codes() -> None:
    first = make.make_standard()
    point, unit = make_point(type_key="主次干道"), make_unit(kind=UnitKind.DEPARTMENT)
    old = selectors.criterion_for("01-01-02", standard=first)
    services.assign_responsibility(Assignment(old, point, None, unit), reason="会议定", by=SYSTEM)
    second = services.draft_standard(edition="city", name="", by=SYSTEM)
    second = services.publish_standard(second, effective_on=make.DAY, by=SYSTEM)
    new = selectors.criterion_for("01-01-02", standard=second)
    assert selectors.who_answers([(point, new)])[0].department.unit == unit
    assert len(selectors.responsibility_history(point, new)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E0110", "E0110"),
        ("e0110", "E0110"),
        ("事件0110", "E0110"),
        ("0110", "E0110"),
        ("部件 0101", "C0101"),
        ("暴露垃圾", "E0110"),
        (" 暴露 垃圾 ", "E0110"),
        ("市容环境-暴露垃圾", "E0110"),
        ("市容环境/暴露垃圾", "E0110"),
        ("事件-市容环境-暴露垃圾", "E0110"),
        ("果皮箱", "C0305"),
        ("垃圾箱", "C0305"),
        ("垃圾箱（果皮箱）", "C0305"),
    ],
)
def test_type_for_understands_what_workbooks_write(text: str, code: str) -> None:
    box = ("部件", "03", "市容环境", "0305", "垃圾箱（果皮箱）", "破损", "3", "工作日", "修好", "")
    make.make_catalogue(types=(*make.TYPES, box))
    assert selectors.type_for(text).code == code


def test_type_for_when_both_kinds_have_the_number_is_refused() -> None:
    make.make_catalogue()
    with pytest.raises(errors.AmbiguousType, match="E0101 私搭乱建"):
        selectors.type_for("0101")


def test_type_for_when_unknown_is_refused() -> None:
    make.make_catalogue()
    with pytest.raises(errors.UnknownType):
        selectors.type_for("飞碟")


def test_types_by_code_is_one_query(django_assert_num_queries: object) -> None:
    catalogue = make.make_catalogue()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert list(selectors.types_by_code(catalogue)) == ["C0101", "E0110", "E0101"]
