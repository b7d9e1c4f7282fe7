import pytest
from django.db import IntegrityError, transaction

from tests.factories.metrics import ToyFact, at, make_toy, write_toys
from wenming.engines.metrics import facts
from wenming.kernel.clock import to_us

pytestmark = pytest.mark.usefixtures("toys")
T1, T2 = to_us(at("2024-04-01")), to_us(at("2024-04-02"))


def intervals(toy_id: int) -> list[tuple[str, int, int]]:
    rows = ToyFact.objects.filter(toy_id=toy_id).order_by("valid_from_us")
    return list(rows.values_list("state", "valid_from_us", "valid_to_us"))


def test_replace_closes_the_current_row_and_opens_the_new_one() -> None:
    facts.replace(ToyFact, [make_toy(toy_id=7, state="open")], T1)
    facts.replace(ToyFact, [make_toy(toy_id=7, state="done")], T2)
    assert intervals(7) == [("open", T1, T2), ("done", T2, facts.CURRENT_US)]


def test_replace_twice_at_one_instant_keeps_the_last() -> None:
    facts.replace(ToyFact, [make_toy(toy_id=7, state="open")], T1)
    facts.replace(ToyFact, [make_toy(toy_id=7, state="done")], T1)
    assert intervals(7) == [("done", T1, facts.CURRENT_US)]


def test_replace_leaves_other_things_alone() -> None:
    facts.replace(ToyFact, [make_toy(toy_id=7), make_toy(toy_id=8)], T1)
    facts.replace(ToyFact, [make_toy(toy_id=8, state="done")], T2)
    assert intervals(7) == [("open", T1, facts.CURRENT_US)]


def test_replace_when_a_thing_is_given_twice() -> None:
    with pytest.raises(ValueError, match="two rows for"):
        facts.replace(ToyFact, [make_toy(toy_id=7), make_toy(toy_id=7)], T1)
    assert not ToyFact.objects.exists()


def test_replace_when_the_new_time_is_before_the_current_row() -> None:
    facts.replace(ToyFact, [make_toy(toy_id=7)], T2)
    with pytest.raises(IntegrityError), transaction.atomic():
        facts.replace(ToyFact, [make_toy(toy_id=7)], T1)


def test_replace_writes_every_column() -> None:
    row = make_toy(toy_id=7, done="2024-03-09", county_code=None, value_fen=2**62, maker_id=-3, is_urgent=1)
    facts.replace(ToyFact, [row], T1)
    names = [f.attname for f in ToyFact._meta.concrete_fields if f.attname != "id"]
    stored = ToyFact.objects.values(*names).get()
    assert stored == {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("number", [1, 300])
def test_replace_takes_a_fixed_number_of_statements(number: int, django_assert_num_queries: object) -> None:
    write_toys(*(make_toy(toy_id=n) for n in range(number)))
    with django_assert_num_queries(2):  # type: ignore[operator]
        # Update and insert; a savepoint would be two more.
        facts.replace(ToyFact, [make_toy(toy_id=n) for n in range(number)], T2)


def test_close_ends_the_thing() -> None:
    facts.replace(ToyFact, [make_toy(toy_id=7)], T1)
    facts.close(ToyFact, [7], T2)
    assert intervals(7) == [("open", T1, T2)]


def test_add_opens_the_first_row_in_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        facts.add(ToyFact, [make_toy(toy_id=7, state="open")], T1)
    assert intervals(7) == [("open", T1, facts.CURRENT_US)]


def test_add_when_the_thing_is_known() -> None:
    facts.add(ToyFact, [make_toy(toy_id=7)], T1)
    with pytest.raises(IntegrityError), transaction.atomic():
        facts.add(ToyFact, [make_toy(toy_id=7)], T2)
