from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.engines.loop.toy.loop import COLLEAGUE, HANDLER, LOOP, OFFICE, make_repair, make_repairs, step, steps
from tests.engines.loop.toy.models import Repair, RepairEvent
from wenming.engines.loop import errors
from wenming.engines.loop.commands import Command, New, Situation
from wenming.engines.loop.engine import Loop
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
HOUR = timedelta(hours=1)


def actions_of(item: Repair) -> list[str]:
    return list(item.events.order_by("seq").values_list("action", flat=True))  # type: ignore[attr-defined]


def make_reported() -> Repair:
    item = make_repair(at=MONDAY)
    step(item, "dispatch", at=MONDAY)
    step(item, "report", by=HANDLER, at=MONDAY + HOUR)
    return item


def test_create_items_with_their_first_event() -> None:
    with clock.set_to(MONDAY + HOUR):
        first, second = make_repairs(2, at=MONDAY)
    stored = Repair.objects.get(pk=second.pk)
    event = RepairEvent.objects.get(item=second)
    assert first.pk != second.pk
    assert (stored.title, stored.state, stored.version, stored.seq) == ("第 1 件", "filed", 1, 1)
    assert (stored.head_hash, stored.last_happened_at) == (event.hash, MONDAY)
    assert (event.seq, event.source, event.target, event.prev_hash) == (1, "", "filed", "")
    assert (event.happened_at, event.recorded_at) == (MONDAY, MONDAY + HOUR)
    assert (event.actor_kind, event.actor_id, event.unit_id, event.role) == ("user", "1", 10, "office")


def test_create_items_all_or_none() -> None:
    news = [New(item=Repair()), New(item=Repair(), happened_at=clock.now() + HOUR)]
    with pytest.raises(errors.HappenedInFuture), transaction.atomic():
        LOOP.create(news, by=OFFICE)
    assert Repair.objects.count() == 0


def test_create_item_by_an_action_that_creates_nothing() -> None:
    with pytest.raises(errors.NotPossibleNow):
        LOOP.create([New(item=Repair())], by=OFFICE, action="close")


def test_apply_moves_the_item_and_writes_changes() -> None:
    item = make_repair(at=MONDAY)
    outcome = step(item, "dispatch", at=MONDAY + HOUR, changes={"unit_id": 20})
    stored = Repair.objects.get(pk=item.pk)
    event = RepairEvent.objects.get(item=item, seq=2)
    assert (outcome.event_id, outcome.state, outcome.version, outcome.error) == (event.pk, "handling", 2, None)
    assert (stored.state, stored.version, stored.seq, stored.unit_id) == ("handling", 2, 2, 20)
    assert stored.head_hash == event.hash
    assert event.prev_hash == RepairEvent.objects.get(item=item, seq=1).hash
    assert outcome.item is not None
    assert (outcome.item.unit_id, outcome.item.state) == (20, "handling")


def test_apply_answers_each_command_in_order() -> None:
    good, bad = make_repairs(2, at=MONDAY)
    step(bad, "void", at=MONDAY)
    commands = [Command(item_id=pk, action="dispatch") for pk in (bad.pk, 999_999, good.pk)]
    outcomes = LOOP.apply(commands, by=OFFICE)
    assert [type(outcome.error) for outcome in outcomes] == [errors.NotPossibleNow, errors.ItemMissing, type(None)]
    assert [outcome.state for outcome in outcomes] == ["void", "", "handling"]
    assert [outcome.item_id for outcome in outcomes] == [bad.pk, 999_999, good.pk]
    assert (actions_of(bad), actions_of(good)) == (["file", "void"], ["file", "dispatch"])


def test_apply_in_the_wrong_state_says_what_is_possible() -> None:
    error = step(make_repair(), "close").error
    assert isinstance(error, Conflict)
    assert str(error) == "这一件现在是“待派遣”，不能结案。现在可以：派遣、作废。"
    assert (error.code, error.params["state_code"]) == ("loop.not_possible_now", "filed")


def test_apply_an_unknown_action_says_what_is_possible() -> None:
    error = step(make_repair(), "explode").error
    assert str(error) == "没有“explode”这个动作。现在可以：派遣、作废。"


def test_apply_with_an_old_version_carries_the_newer_state() -> None:
    item = make_repair()
    step(item, "dispatch", expected_version=1)
    outcome = step(item, "void", expected_version=1)
    assert isinstance(outcome.error, errors.ChangedMeanwhile)
    assert outcome.error.status == 409
    assert (outcome.error.params["state_code"], outcome.error.params["version"]) == ("handling", 2)
    assert (outcome.state, outcome.version) == ("handling", 2)
    assert actions_of(item) == ["file", "dispatch"]


def test_apply_several_commands_on_one_item_in_order() -> None:
    item = make_repair(at=MONDAY)
    commands = [
        Command(item_id=item.pk, action="dispatch", happened_at=MONDAY),
        Command(item_id=item.pk, action="close", happened_at=MONDAY),
        Command(item_id=item.pk, action="report", happened_at=MONDAY + HOUR, evidence={"photo": [1]}, by=HANDLER),
        Command(item_id=item.pk, action="return", happened_at=MONDAY + 2 * HOUR, reason="不清"),
    ]
    outcomes = LOOP.apply(commands, by=OFFICE)
    assert [outcome.is_done for outcome in outcomes] == [True, False, True, True]
    assert [(o.state, o.version) for o in outcomes] == [
        ("handling", 2),
        ("handling", 2),
        ("reported", 3),
        ("handling", 4),
    ]
    assert actions_of(item) == ["file", "dispatch", "report", "return"]
    assert Repair.objects.get(pk=item.pk).version == 4
    assert LOOP.verify([item.pk]) == []


# What a command must bring --------------------------------------------------


@pytest.mark.parametrize("reason", ["", "  "])
def test_apply_without_the_reason(reason: str) -> None:
    error = step(make_repair(), "void", reason=reason).error
    assert isinstance(error, errors.ReasonMissing)
    assert str(error) == "请写明作废的原因。"
    assert list(error.fields) == ["reason"]


@pytest.mark.parametrize("reason", ["长" * 2001, "夹\x00带"])
def test_apply_with_a_reason_that_cannot_be_kept(reason: str) -> None:
    assert isinstance(step(make_repair(), "void", reason=reason).error, errors.ReasonUnusable)


def test_apply_without_the_evidence() -> None:
    item = make_repair()
    step(item, "dispatch")
    error = step(item, "report", evidence={"photo": []}).error
    assert str(error) == "反馈还缺：整改后照片。"


def test_apply_with_too_much_evidence() -> None:
    item = make_repair()
    step(item, "dispatch")
    error = step(item, "report", evidence={"photo": ["x" * 20_000]}).error
    assert isinstance(error, errors.EvidenceTooLarge)


def test_apply_with_evidence_that_a_database_would_round() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        step(make_repair(), "dispatch", evidence={"metres": 1.5})


@pytest.mark.parametrize("name", ["state", "version", "head_hash", "due_at", "public_id"])
def test_apply_refuses_changes_to_the_engines_columns(name: str) -> None:
    with pytest.raises(ValueError, match="engine alone"):
        step(make_repair(), "dispatch", changes={name: None})


# Who ------------------------------------------------------------------------


@pytest.mark.parametrize("by", [HANDLER, COLLEAGUE])
@pytest.mark.parametrize("action", ["close", "return"])
def test_apply_by_the_hands_that_rectified(by: Actor, action: str) -> None:
    item = make_reported()
    error = step(item, action, by=by).error
    assert isinstance(error, errors.SameHands)
    assert isinstance(error, Refused)


def test_apply_by_the_person_that_rectified_from_another_unit() -> None:
    moved = Actor(ActorKind.USER, HANDLER.id, 30)
    assert isinstance(step(make_reported(), "close", by=moved).error, errors.SameHands)


def test_apply_by_another_person_of_another_unit() -> None:
    assert step(make_reported(), "close", by=OFFICE).error is None


def test_apply_compares_with_the_last_who_rectified() -> None:
    item = make_reported()
    step(item, "return", by=OFFICE)
    step(item, "report", by=Actor(ActorKind.LINK, "L9", 30))
    assert step(item, "close", by=HANDLER).error is None


def test_apply_asks_the_programmes_guard_with_what_it_remembers() -> None:
    seen: list[Any] = []

    def guard(situation: Situation[Repair]) -> None:
        seen.append((situation.command.action, situation.by, sorted(situation.last)))
        if situation.transition.action == "void":
            raise Refused

    parts = LOOP._parts
    strict = Loop(
        LOOP.flow,
        item_model=parts.item_model,
        event_model=parts.event_model,
        clock_model=parts.clock_model,
        guard=guard,
        remembers=("file",),
    )
    item = strict.create([New(item=Repair())], by=OFFICE)[0]
    outcome = strict.apply([Command(item_id=item.pk, action="void", reason="试")], by=HANDLER)[0]
    assert seen == [("file", OFFICE, []), ("void", HANDLER, ["file"])]
    assert isinstance(outcome.error, Refused)
    with pytest.raises(Refused):
        outcome.result()


# When -----------------------------------------------------------------------


def test_apply_before_the_last_step() -> None:
    item = make_repair(at=MONDAY)
    error = step(item, "dispatch", at=MONDAY - HOUR).error
    assert str(error) == "发生时间早于上一步（2024-03-04 10:00）。请核对后改正。"


def test_apply_in_the_future() -> None:
    item = make_repair()
    assert isinstance(step(item, "dispatch", at=clock.now() + HOUR).error, errors.HappenedInFuture)


def test_apply_by_a_phone_that_runs_ahead_counts_as_now() -> None:
    with clock.set_to(MONDAY):
        item = make_repair()
        step(item, "dispatch", at=MONDAY + timedelta(minutes=3))
    assert RepairEvent.objects.get(item=item, seq=2).happened_at == MONDAY


def test_apply_without_a_time_after_the_servers_clock_was_set_back() -> None:
    with clock.set_to(MONDAY):
        item = make_repair()
    with clock.set_to(MONDAY - HOUR):
        step(item, "dispatch")
    event = RepairEvent.objects.get(item=item, seq=2)
    assert (event.happened_at, event.recorded_at) == (MONDAY, MONDAY - HOUR)


# Again ----------------------------------------------------------------------


def test_apply_again_with_the_same_key_gives_the_first_answer() -> None:
    item = make_repair()
    first = step(item, "dispatch", idempotency_key="k1")
    step(item, "suspend")
    again = step(item, "dispatch", idempotency_key="k1")
    assert (again.event_id, again.state, again.version) == (first.event_id, "handling", 2)
    assert (first.is_replay, again.is_replay) == (False, True)
    assert actions_of(item) == ["file", "dispatch", "suspend"]


def test_apply_again_after_a_refusal_is_refused_alike() -> None:
    item = make_repair()
    first = step(item, "close", idempotency_key="k1")
    step(item, "dispatch")
    step(item, "report", by=HANDLER)
    again = step(item, "close", idempotency_key="k1")
    assert first.error is not None
    assert again.error is not None
    assert type(again.error) is type(first.error)
    assert str(again.error) == str(first.error) == "这一件现在是“待派遣”，不能结案。现在可以：派遣、作废。"
    assert (again.is_replay, again.state) == (True, "reported")
    assert step(item, "close", idempotency_key="k2").error is None


def test_apply_the_same_key_twice_in_one_batch() -> None:
    item = make_repair()
    first, again = steps([item, item], "dispatch", idempotency_key="k1")
    assert (first.event_id, again.event_id, again.is_replay) == (first.event_id, first.event_id, True)
    assert actions_of(item) == ["file", "dispatch"]


def test_apply_another_action_with_a_used_key() -> None:
    item = make_repair()
    step(item, "dispatch", idempotency_key="k1")
    assert isinstance(step(item, "suspend", idempotency_key="k1").error, errors.KeyAlreadyUsed)
    assert isinstance(step(item, "dispatch", by=HANDLER, idempotency_key="k1").error, errors.KeyAlreadyUsed)
    assert actions_of(item) == ["file", "dispatch"]


def test_apply_the_same_key_on_two_items() -> None:
    items = make_repairs(2)
    outcomes = steps(items, "dispatch", idempotency_key="k1")
    assert [(outcome.is_done, outcome.is_replay) for outcome in outcomes] == [(True, False)] * 2
