from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from tests.factories.metrics import at, make_count, make_declared, make_toy, write_toys
from tests.factories.people import make_acting
from wenming.engines.metrics import registry, selectors, services
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import (
    BadDeclaredValue,
    ConfirmerIsDeclarer,
    DeclarationClosed,
    NotAllowedToDeclare,
    NotByAPerson,
    UnknownDimension,
    UnknownFigure,
)
from wenming.engines.metrics.models import DeclaredFigure, FigureRun
from wenming.engines.metrics.values import Source
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.periods import Period

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2024")
READS = "outreach.topic_reads"


@pytest.fixture
def author() -> Acting:
    return make_acting(Role.AUTHOR)


@pytest.fixture
def office() -> Acting:
    return make_acting(Role.OFFICE)


def test_declared_figure_counts_once_somebody_else_confirms(author: Acting, office: Acting) -> None:
    declared = make_declared(by=author.actor)
    assert selectors.status(READS, YEAR) is Source.MISSING
    services.confirm_figure(declared, by=office.actor)
    found = selectors.figure(READS, period=YEAR)
    assert (found.source, found.value, found.display, found.unit) == ("declared", "932000", "932000", "次")
    assert (found.numerator, found.evidence_count, found.version) == (None, None, None)
    assert found.declaration == declared
    assert selectors.status(READS, Period.parse("2023")) is Source.MISSING


def test_period_is_matched_by_its_days_and_not_by_its_label(author: Acting, office: Acting) -> None:
    services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    assert selectors.status(READS, Period.parse("2024-01..2024-12")) is Source.DECLARED
    assert selectors.status(READS, Period.parse("2024-H1")) is Source.MISSING


def test_confirm_figure_by_the_declarer(author: Acting) -> None:
    declared = make_declared(by=author.actor)
    with pytest.raises(ConfirmerIsDeclarer):
        services.confirm_figure(declared, by=author.actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeclaredFigure.objects.filter(pk=declared.pk).update(
            confirmed_by=declared.declared_by_id, confirmed_at=clock.now()
        )


def test_confirm_figure_when_already_confirmed(author: Acting, office: Acting) -> None:
    declared = services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    with pytest.raises(DeclarationClosed):
        services.confirm_figure(declared, by=make_acting(Role.LEADER).actor)


def test_declare_figure_again_supersedes_and_keeps_the_old_row(author: Acting, office: Acting) -> None:
    with clock.set_to(at("2025-01-05")):
        first = services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    with clock.set_to(at("2025-01-09")):
        second = make_declared(by=office.actor, value="940000")
        assert selectors.figure(READS, period=YEAR).value == "932000"
    with clock.set_to(at("2025-01-10")):
        services.confirm_figure(second, by=author.actor)
        assert selectors.figure(READS, period=YEAR).value == "940000"
    assert selectors.figure(READS, period=YEAR, as_of=at("2025-01-04")).source is Source.MISSING
    assert selectors.figure(READS, period=YEAR, as_of=at("2025-01-09")).value == "932000"
    assert second.supersedes_id == first.pk
    assert list(DeclaredFigure.objects.order_by("pk").values_list("value", flat=True)) == ["932000", "940000"]


def test_declare_figure_when_one_waits_takes_its_place(author: Acting, office: Acting) -> None:
    first = make_declared(by=author.actor)
    second = make_declared(by=author.actor, value="1")
    with pytest.raises(DeclarationClosed):
        services.confirm_figure(first, by=office.actor)
    services.confirm_figure(second, by=office.actor)
    assert selectors.figure(READS, period=YEAR).value == "1"


def test_withdraw_figure_leaves_what_was_known_before(author: Acting, office: Acting) -> None:
    with clock.set_to(at("2025-01-05")):
        declared = services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    with clock.set_to(at("2025-01-06")):
        services.withdraw_figure(declared, because="来源截图不是年末的", by=author.actor)
        assert selectors.status(READS, YEAR) is Source.MISSING
    assert selectors.figure(READS, period=YEAR, as_of=at("2025-01-05 12:00")).value == "932000"
    with pytest.raises(DeclarationClosed):
        services.withdraw_figure(declared, because="再撤一次", by=author.actor)


def test_every_verb_is_audited(author: Acting, office: Acting) -> None:
    declared = make_declared(by=author.actor)
    services.confirm_figure(declared, by=office.actor)
    services.withdraw_figure(declared, because="来源有误", by=office.actor)
    rows = AuditRecord.objects.filter(object_kind="declared_figure", object_key=str(declared.public_id))
    assert list(rows.order_by("pk").values_list("action", "actor_id")) == [
        ("metrics.declare_figure", author.actor.id),
        ("metrics.confirm_figure", office.actor.id),
        ("metrics.withdraw_figure", office.actor.id),
    ]


@pytest.mark.parametrize("value", ["", "93.2万", "-1", "1e5", "1,000", "nan", "９", "1" * 30])
def test_declare_figure_when_the_value_is_no_decimal(author: Acting, value: str) -> None:
    with pytest.raises(BadDeclaredValue):
        make_declared(by=author.actor, value=value)


def test_declare_figure_of_a_universal_claim(author: Acting, office: Acting) -> None:
    with pytest.raises(BadDeclaredValue):
        make_declared(key="standards.all_red", value="2", by=author.actor)
    services.confirm_figure(make_declared(key="standards.all_red", value="1", by=author.actor), by=office.actor)
    found = selectors.figure("standards.all_red", period=YEAR)
    assert (found.value, found.display) == ("1", "是")


def test_declare_figure_of_a_rate_keeps_its_decimals(author: Acting, office: Acting) -> None:
    key = "organ_review.satisfaction"
    services.confirm_figure(make_declared(key=key, value="0.9507", by=author.actor), by=office.actor)
    found = selectors.figure(key, period=YEAR)
    assert (found.value, found.display) == ("0.9507", "95.07%")


def test_declare_figure_that_is_not_declarable(author: Acting) -> None:
    with pytest.raises(NotAllowedToDeclare):
        make_declared(key="problems.found", by=author.actor)
    with pytest.raises(UnknownFigure):
        make_declared(key="problems.nothing", by=author.actor)
    with pytest.raises(NotByAPerson):
        make_declared(by=SYSTEM)


def test_declare_figure_that_is_computed(author: Acting) -> None:
    make_count(key="learning.books")
    with pytest.raises(NotAllowedToDeclare):
        make_declared(key="learning.books", by=author.actor)


def test_figure_by_dimension_when_it_is_declared() -> None:
    with pytest.raises(UnknownDimension):
        selectors.figure(READS, period=YEAR, by=("region",))


@pytest.mark.usefixtures("toys")
def test_figure_with_a_metric_of_its_key_is_computed() -> None:
    make_count(key="learning.books")
    write_toys(make_toy(), make_toy())
    found = selectors.figure("learning.books", period=YEAR)
    assert (found.source, found.value, found.evidence_count, found.name) == ("computed", "2", 2, "学习著作")
    assert selectors.status("learning.books", YEAR) is Source.COMPUTED


def _row(model: type[Model]) -> dict[str, Any]:
    return model._default_manager.values().get()


@pytest.mark.usefixtures("toys")
def test_record_run_keeps_what_a_report_printed(author: Acting) -> None:
    make_count(key="learning.books")
    write_toys(make_toy())
    found = selectors.figure("learning.books", period=YEAR, as_of=at("2025-01-05"), cutoff=at("2025-01-01"))
    services.record_run(found, by=author.actor, parameters={"county_code": 349901000000})
    row = _row(FigureRun)
    assert (row["key"], row["version"], row["value"], row["source"]) == ("learning.books", 1, "1", "computed")
    assert (row["as_of"], row["cutoff"], row["period"]) == (at("2025-01-05"), at("2025-01-01"), "2024")
    assert row["evidence_sha256"] == found.evidence_sha256
    assert len(row["sql_sha256"]) == 64
    with pytest.raises(IntegrityError), transaction.atomic():
        FigureRun.objects.update(value="2")


def test_record_runs_of_declared_and_missing_figures(author: Acting, office: Acting) -> None:
    declared = services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    found = [selectors.figure(key, period=YEAR) for key in (READS, "integrity.talks")]
    runs = services.record_runs(found, by=author.actor)
    assert [(run.source, run.value, run.declaration_id) for run in runs] == [
        ("declared", "932000", declared.pk),
        ("missing", "", None),
    ]


def test_figures_takes_one_statement_for_all_declarations(
    author: Acting, office: Acting, django_assert_num_queries: Any
) -> None:
    services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    services.confirm_figure(make_declared(key="integrity.talks", value="23", by=author.actor), by=office.actor)
    computed = len({f.key for f in selectors.named_figures()} & set(_metric_keys()))
    # What adds up over one fact is one statement, so are the percentiles of one value, and each distinct count.
    asked = {(metric.fact, _apart(metric)) for metric in registry.metrics()}
    with django_assert_num_queries(1 + len(asked)):
        found = selectors.figures(period=YEAR)
    done = selectors.completeness(found)
    assert (done.computed, done.declared, done.total) == (computed, 2, len(found))
    assert done.known == computed + 2


def _apart(metric: Metric) -> str | None:
    if metric.kind == "distinct":
        return metric.key
    return metric.value if metric.is_percentile else None


def _metric_keys() -> list[str]:
    return [metric.key for metric in registry.metrics()]


def test_only_one_declaration_stands_for_a_figure_and_period(author: Acting, office: Acting) -> None:
    services.confirm_figure(make_declared(by=author.actor), by=office.actor)
    row = DeclaredFigure.objects.values().get()
    row.pop("id"), row.pop("public_id")
    with pytest.raises(IntegrityError), transaction.atomic():
        DeclaredFigure.objects.create(**row)
