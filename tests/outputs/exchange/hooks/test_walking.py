"""Up to where the history can be read without leaving one out that is still being written."""

import pytest
from django.db import connection

from tests.factories import places
from tests.factories.problems import Cast, make_problem
from wenming.kernel import writers
from wenming.outputs.exchange.hooks.walking import Horizon, horizon
from wenming.programmes.problems.models import ProblemEvent

pytestmark = pytest.mark.django_db


def test_horizon_is_the_last_event() -> None:
    assert horizon() == Horizon(0)
    places.make_city()
    make_problem(Cast())
    assert horizon() == Horizon(ProblemEvent.objects.latest("pk").pk)


@pytest.mark.parametrize(("mode", "is_known"), [("ROW EXCLUSIVE", False), ("ACCESS SHARE", True)])
def test_horizon_waits_for_writers_and_not_for_readers(
    mode: str, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    monkeypatch.setattr(writers, "SECONDS_MAX", 0.2)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            # What an INSERT takes before it takes an id, and holds until its transaction ends.
            cursor.execute(f"LOCK TABLE problems_problemevent IN {mode} MODE")
        assert (horizon() is not None) == is_known
        other.rollback()
        assert horizon() is not None
    finally:
        other.close()
