"""Two at once, each with a connection of its own, on a database that both see: a file, or one made on the server."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from tests.engines.loop.toy.loop import LOOP, OFFICE, make_repair, make_repairs, step
from tests.engines.loop.toy.models import MODELS, Repair
from wenming.engines.loop.commands import Command
from wenming.engines.loop.errors import ChangedMeanwhile, LostRace, NotPossibleNow
from wenming.engines.loop.models import DayOverride, Refusal
from wenming.kernel.errors import Conflict

WAIT_SECONDS = 30


def in_thread(act: Callable[[], Any]) -> Any:
    return at_once([act])[0]


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act answered or raised; they set off together."""
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            gate.wait(WAIT_SECONDS)
            answers[place] = acts[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    return answers


def make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in (DayOverride, Refusal, *MODELS):
            editor.create_model(model)


@contextmanager
def other_database(name: str) -> Iterator[None]:
    """New threads connect to `name` instead of the test database; this thread keeps what it has."""
    given = connections.settings["default"]
    before = given["NAME"]
    given["NAME"] = name
    try:
        yield
    finally:
        given["NAME"] = before


def on_server(sql: str) -> None:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    error = in_thread(run)
    assert error is None, error


@pytest.fixture
def shared_database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    with django_db_blocker.unblock():
        is_server = connection.vendor == "postgresql"
        name = f"race_{uuid4().hex}" if is_server else str(tmp_path / "race.sqlite3")
        if is_server:
            on_server(f"CREATE DATABASE {name}")
        try:
            with other_database(name):
                assert in_thread(make_tables) is None
                yield
        finally:
            if is_server:
                on_server(f"DROP DATABASE {name} WITH (FORCE)")


pytestmark = pytest.mark.usefixtures("shared_database")

ROUNDS = 8


def test_apply_two_actions_at_once_and_one_wins() -> None:
    for _round in range(ROUNDS):
        item = in_thread(make_repair)
        outcomes = at_once([lambda i=item: step(i, "dispatch"), lambda i=item: step(i, "void")])
        done = [outcome for outcome in outcomes if outcome.is_done]
        refused = [outcome for outcome in outcomes if not outcome.is_done]
        if len(done) == 2:
            # What was dispatched first could still be voided.
            assert [outcome.version for outcome in outcomes] == [2, 3]
        else:
            assert [type(outcome.error) for outcome in refused] == [NotPossibleNow]
            assert isinstance(refused[0].error, Conflict)
        assert in_thread(LOOP.verify) == []


def test_apply_the_same_action_at_once_and_one_wins() -> None:
    for _round in range(ROUNDS):
        item = in_thread(make_repair)
        outcomes = at_once([lambda i=item: step(i, "dispatch")] * 4)
        assert sorted(outcome.is_done for outcome in outcomes) == [False, False, False, True]
        assert {type(o.error) for o in outcomes} == {type(None), NotPossibleNow}
        assert {o.state for o in outcomes} == {"handling"}
        assert in_thread(lambda i=item: i.events.count()) == 2


def test_apply_with_the_same_version_at_once_and_one_wins() -> None:
    for _round in range(ROUNDS):
        item = in_thread(make_repair)
        acts = [lambda i=item, a=action: step(i, a, expected_version=1) for action in ("dispatch", "void")]
        outcomes = at_once(acts)
        winner = next(outcome for outcome in outcomes if outcome.is_done)
        loser = next(outcome for outcome in outcomes if not outcome.is_done)
        assert isinstance(loser.error, ChangedMeanwhile)
        assert (loser.error.params["state_code"], loser.error.params["version"]) == (winner.state, 2)
        assert in_thread(LOOP.verify) == []


def test_apply_with_the_same_key_at_once_and_all_are_answered_alike() -> None:
    item = in_thread(make_repair)
    outcomes = at_once([lambda: step(item, "dispatch", idempotency_key="k")] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert sorted(outcome.is_replay for outcome in outcomes) == [False, True, True, True]
    assert len({outcome.event_id for outcome in outcomes}) == 1


def test_apply_batches_that_overlap_in_opposite_order() -> None:
    items = in_thread(lambda: make_repairs(40))
    commands = [Command(item_id=item.pk, action="dispatch") for item in items]
    acts = [lambda: LOOP.apply(commands, by=OFFICE), lambda: LOOP.apply(commands[::-1], by=OFFICE)]
    first, second = at_once(acts)
    done = [outcome.item_id for outcome in [*first, *second] if outcome.is_done]
    assert sorted(done) == [item.pk for item in items]
    assert in_thread(LOOP.verify) == []


def test_apply_after_a_write_from_outside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    item = in_thread(make_repair)

    def lose() -> None:
        """A guard that breaks the rule of the house and writes the item under the engine's hands."""

        def write(_situation: object) -> None:
            Repair.objects.filter(pk=item.pk).update(version=7)

        monkeypatch.setattr(LOOP, "_parts", dataclasses.replace(LOOP._parts, guard=write))
        step(item, "dispatch")

    assert isinstance(in_thread(lose), LostRace)
    assert in_thread(lambda: Repair.objects.get(pk=item.pk).version) == 1


def test_apply_refused_and_the_record_commits_with_the_refusal() -> None:
    item = in_thread(make_repair)

    def service() -> None:
        with transaction.atomic():
            outcome = step(item, "close", idempotency_key="k")
        outcome.result()

    assert isinstance(in_thread(service), NotPossibleNow)
    assert in_thread(lambda: step(item, "close", idempotency_key="k").is_replay) is True
