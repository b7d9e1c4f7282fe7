"""The catalogues that the package brings along."""

import pytest

from wenming.kernel.actors import SYSTEM
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.models import Criterion, FieldRule, PointType

pytestmark = pytest.mark.django_db


def test_load_starter_takes_every_row() -> None:
    starter = services.load_starter(by=SYSTEM)
    assert {name: result.counts["rejected"] for name, result in starter.results.items()} == {
        "criteria": 0,
        "field_rules": 0,
        "problem_types": 0,
    }
    assert {name: len(result.rows) for name, result in starter.results.items()} == {
        "criteria": 97,
        "field_rules": 219,
        "problem_types": 152,
    }
    assert Criterion.objects.filter(level=1).count() == 11
    assert PointType.objects.count() == 28
    assert not FieldRule.objects.filter(criterion__isnull=True).exists()
    assert selectors.type_for("暴露垃圾").code == "E0110"


def test_load_starter_when_loaded_changes_nothing() -> None:
    first = services.load_starter(by=SYSTEM)
    again = services.load_starter(by=SYSTEM)
    assert again.results == {}
    assert (again.standard, again.catalogue) == (first.standard, first.catalogue)


def test_load_starter_gives_each_point_type_a_hundred_marks() -> None:
    services.load_starter(by=SYSTEM)
    totals = {
        row.key: sum(rule.full_marks_hundredths for rule in row.rules.all())
        for row in PointType.objects.prefetch_related("rules")
    }
    assert set(totals.values()) == {10_000}
