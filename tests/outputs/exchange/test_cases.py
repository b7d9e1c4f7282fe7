"""What becomes of a row: once, honestly, and carried on when the source knows more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps

from tests.factories import people as make_people
from tests.outputs.exchange.tables import MAPPING, counts, row, source, take, write_csv, write_mapping
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.models import Unit
from wenming.outputs.exchange import services
from wenming.programmes.problems.models import Problem, ProblemEvent, ProblemFact
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db

MESSAGES = """\
kind: messages
source: letters
dates: "%Y-%m-%d %H:%M:%S"
columns: {key: id, title: what, description: text, found_at: created}
channel: resident
triage: true
places:
  address_patterns: ['[A-Z]\\d区[\\u4e00-\\u9fff]*?路', '[A-Z]\\d区']
"""


def actions(problem: Problem) -> list[str]:
    return list(ProblemEvent.objects.filter(item=problem).order_by("seq").values_list("action", flat=True))


def facts() -> set[tuple[object, ...]]:
    """What the figures count, which must agree with the problems themselves."""
    current = ProblemFact.objects.filter(valid_to_us=9223372036854775807)
    return set(current.values_list("problem_id", "state", "is_unlocated"))


def test_close_as_the_source_says_without_claiming_a_review(tmp_path: Path) -> None:
    assert counts(take(tmp_path, row("1"))) == (1, 1, 0, 0, 0)
    problem = Problem.objects.get()
    assert actions(problem) == ["file", "dispatch", "close_as_told"]
    assert (problem.state, problem.closed_as, problem.reviewed_at, problem.reported_at) == (
        "closed",
        "told",
        None,
        None,
    )
    assert problem.closed_at == datetime(2024, 3, 2, 1, tzinfo=UTC)
    assert problem.handle_due_at == datetime(2024, 3, 4, tzinfo=UTC)
    assert problem.channel == "hotline"
    fact = ProblemFact.objects.get(valid_to_us=9223372036854775807)
    assert fact.closed_us is not None
    assert fact.due_us is not None
    assert fact.closed_us < fact.due_us
    assert LOOP.verify() == []


def test_bring_each_status_where_it_belongs(tmp_path: Path) -> None:
    result = take(tmp_path, *(row(status, status=status) for status in ("new", "sent", "open", "done", "twice")))
    assert counts(result) == (5, 5, 0, 0, 0)
    assert result.notes["duplicates"] == 1
    assert dict(Problem.objects.values_list("source_key", "state")) == {
        "new": "filed",
        "sent": "dispatched",
        "open": "handling",
        "done": "closed",
        "twice": "void",
    }


def test_change_nothing_when_run_again(tmp_path: Path) -> None:
    rows = [row(str(n), status=("open", "done")[n % 2]) for n in range(20)]
    take(tmp_path, *rows)
    before = (list(Problem.objects.values()), list(ProblemEvent.objects.values()), list(ProblemFact.objects.values()))
    audited = AuditRecord.objects.count()
    assert counts(take(tmp_path, *rows)) == (20, 0, 20, 0, 0)
    after = (list(Problem.objects.values()), list(ProblemEvent.objects.values()), list(ProblemFact.objects.values()))
    assert before == after
    assert AuditRecord.objects.count() == audited


def test_carry_a_known_case_on(tmp_path: Path) -> None:
    take(tmp_path, row("1", status="sent"), row("2"))
    assert counts(take(tmp_path, row("1", status="open"), row("2"))) == (2, 0, 1, 1, 0)
    assert counts(take(tmp_path, row("1", status="done"), row("2"))) == (2, 0, 1, 1, 0)
    problem = Problem.objects.get(source_key="1")
    assert actions(problem) == ["file", "dispatch", "sign", "close_as_told"]
    assert facts() == set(Problem.objects.values_list("pk", "state", "is_unlocated"))
    assert LOOP.verify() == []


def test_follow_the_source_to_another_unit(tmp_path: Path) -> None:
    take(tmp_path, row("1", status="open"))
    take(tmp_path, row("1", status="open", agency="城管队"))
    problem = Problem.objects.select_related("lead").get()
    assert problem.lead is not None
    assert (problem.lead.name, problem.state) == ("城管队", "handling")
    assert actions(problem) == ["file", "dispatch", "sign", "redispatch", "sign"]


def test_amend_words_and_place_with_an_audit_entry(tmp_path: Path) -> None:
    take(tmp_path, row("1", lat="39", lon="-77"))
    assert Problem.objects.get().is_unlocated
    result = take(tmp_path, row("1", text="已经清运，谢谢。"))
    assert counts(result) == (1, 0, 0, 1, 0)
    problem = Problem.objects.get()
    assert (problem.description, problem.lat, problem.is_unlocated) == ("已经清运，谢谢。", 30.95, False)
    entry = AuditRecord.objects.get(action="problems.amend")
    assert entry.object_key == str(problem.pk)
    assert facts() == {(problem.pk, "closed", 0)}


def test_refuse_to_reopen_what_is_final(tmp_path: Path) -> None:
    take(tmp_path, row("1"), row("2", status="open"))
    result = take(tmp_path, row("1", status="open", text="又有了。"), row("2", status="done"))
    assert counts(result) == (2, 0, 0, 1, 1)
    assert [error.code for error in result.errors] == ["exchange.already_final"]
    problem = Problem.objects.get(source_key="1")
    assert (problem.state, problem.description) == ("closed", "楼下垃圾三天没有清运。")


def test_take_the_later_of_two_rows_about_one_case(tmp_path: Path) -> None:
    result = take(tmp_path, row("1", status="open"), row("1", status="done"), row("1", status="done"))
    assert counts(result) == (3, 1, 1, 1, 0)
    assert Problem.objects.get().state == "closed"


@pytest.mark.parametrize(("lat", "lon"), [("39", "-77"), ("", ""), ("0", "0"), ("91", "500"), ("x", "y"), ("nan", "1")])
def test_file_a_bad_place_as_unlocated(tmp_path: Path, lat: str, lon: str) -> None:
    result = take(tmp_path, row("1", lat=lat, lon=lon, where=""))
    assert counts(result) == (1, 1, 0, 0, 0)
    assert result.notes["unlocated"] == 1
    problem = Problem.objects.get()
    assert (problem.is_unlocated, problem.lat, problem.address) == (True, None, "未注明地点")


def test_make_unknown_units_under_a_marker_and_find_known_ones(tmp_path: Path) -> None:
    known = make_people.make_unit(kind=UnitKind.STREET, region_code=make_people.TOWN)
    result = take(tmp_path, row("1"), row("2"), row("3", agency=known.name))
    assert result.notes["units_created"] == 2
    made = Unit.objects.get(name="环卫所")
    assert made.parent is not None
    assert (made.parent.code, made.kind) == ("HOT", "department")
    problem = Problem.objects.get(source_key="3")
    assert (problem.territory_id, problem.lead_id, problem.lead_side) == (known.pk, known.pk, "territory")


def test_reject_unknown_units_where_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = MAPPING[: MAPPING.index("units:")] + "units: {unknown: reject}\n"
    known = make_people.make_unit(kind=UnitKind.DEPARTMENT, region_code=make_people.CITY)
    result = take(tmp_path, row("1"), row("2", agency=known.name), mapping=mapping)
    assert counts(result) == (2, 1, 0, 0, 1)
    assert [(error.row, error.code) for error in result.errors] == [(2, "people.unknown_unit")]


def test_leave_messages_to_be_triaged(tmp_path: Path) -> None:
    rows = [row("1", text="A3区联丰路的路灯不亮"), row("2", what="B7区停水")]
    result = take(tmp_path, *rows, mapping=MESSAGES, kind="messages")
    assert counts(result) == (2, 2, 0, 0, 0)
    assert list(Problem.objects.order_by("source_key").values_list("state", "channel", "address", "is_unlocated")) == [
        ("reported", "resident", "A3区联丰路", True),
        ("reported", "resident", "B7区", True),
    ]
    assert counts(take(tmp_path, *rows, mapping=MESSAGES, kind="messages")) == (2, 0, 2, 0, 0)


def test_write_nothing_when_it_is_tried(tmp_path: Path) -> None:
    path, mapping = write_csv(tmp_path / "a.csv", row("1"), row("2", created="x")), write_mapping(tmp_path)
    before = {model: model._default_manager.count() for model in apps.get_models()}
    tried = services.try_in("requests", source(path, mapping))
    assert {model: model._default_manager.count() for model in apps.get_models()} == before
    assert services.take_in("requests", source(path, mapping)).as_dict() == tried.as_dict()


def test_take_the_rest_of_a_batch_when_one_row_is_refused_late(tmp_path: Path) -> None:
    take(tmp_path, *(row(str(n), status="open") for n in range(3)))
    # Told as closed before the step that is known already.
    rows = [row("0", status="done"), row("1", status="done", changed="", closed="2024-03-01 08:30:00"), row("7")]
    result = take(tmp_path, *rows)
    assert counts(result) == (3, 1, 0, 1, 1)
    assert [(error.row, error.code) for error in result.errors] == [(3, "loop.happened_before_last")]
