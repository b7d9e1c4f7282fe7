"""Of planted forgeries nearly all are asked about, of honest pairs hardly any. `docs/decisions/0019` has the numbers."""

import pytest

from tests.programmes.problems.planted import FORGERIES, City, Planted

pytestmark = pytest.mark.django_db

# Neither was looked at while anything was tuned.
HELD_OUT_SEED = 90_127
SMALL_SEED = 2_718


def missed(planted: list[Planted]) -> list[str]:
    return [each.kind for each in planted if each.kind and not each.found]


def asked_in_vain(planted: list[Planted]) -> list[list[str]]:
    return [each.found for each in planted if not each.kind and each.found]


def test_report_back_notices_planted_forgeries() -> None:
    planted = City(SMALL_SEED).build(20, dict.fromkeys(FORGERIES, 1))
    assert (missed(planted), asked_in_vain(planted)) == ([], [])


@pytest.mark.scale
def test_report_back_notices_38_of_40_forgeries_and_asks_about_4_of_200_honest_pairs_at_most() -> None:
    planted = City(HELD_OUT_SEED).build(200, FORGERIES)
    assert len([each for each in planted if each.kind]) == 40
    assert len(missed(planted)) <= 2, missed(planted)
    assert len(asked_in_vain(planted)) <= 4, asked_in_vain(planted)
