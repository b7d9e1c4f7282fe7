import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from wenming.engines.triage import clusters
from wenming.engines.triage.clusters import Message

START = datetime(2026, 3, 1, tzinfo=UTC)
FILLERS = ["公积金提取材料", "图书馆周末开放", "驾照换证", "食堂菜价", "自来水压低"]


def message(title: str, text: str, day: float, sender: str = "") -> Message:
    return Message(title, text, START + timedelta(days=day), sender)


def town() -> list[Message]:
    """Three about a mixing plant beside one estate, two about a lamp in a lane, five about nothing in common."""
    plant = "丽发新城小区旁的搅拌站昼夜施工，噪音和灰尘很大"
    lamp = "学府巷口的路灯坏了半个月，晚上看不见路"
    return [
        message("丽发新城旁搅拌站噪音扰民", plant, 1, "a"),
        message("投诉丽发新城附近的搅拌站", f"{plant}，孩子睡不着", 9, "b"),
        message("丽发新城小区搅拌站污染", f"请管管，{plant}", 20, "c"),
        message("学府巷路灯不亮", lamp, 3, "d"),
        message("学府巷口路灯坏了", f"再次反映，{lamp}", 5, "d"),
        *(message(text, text, 7, text) for text in FILLERS),
    ]


def named(messages: list[Message], **options: timedelta) -> list[list[str]]:
    return [[messages[at].title for at in each.members] for each in clusters.find(messages, **options)]


def test_find_brings_one_matter_together_and_leaves_the_rest() -> None:
    messages = town()
    assert named(messages) == [
        ["丽发新城旁搅拌站噪音扰民", "投诉丽发新城附近的搅拌站", "丽发新城小区搅拌站污染"],
        ["学府巷路灯不亮", "学府巷口路灯坏了"],
    ]
    plant, lamp = clusters.find(messages)
    assert (plant.senders, lamp.senders) == (3, 1)
    assert "丽发新城" in plant.place
    assert (plant.first_at, plant.last_at) == (START + timedelta(days=1), START + timedelta(days=20))


def test_find_does_not_depend_on_the_order_it_is_given() -> None:
    messages = town()
    shuffled = messages[:]
    random.Random(3).shuffle(shuffled)
    assert named(shuffled) == named(messages)


def test_find_keeps_apart_what_lies_apart_in_time() -> None:
    assert named(town(), window=timedelta(days=4)) == [["学府巷路灯不亮", "学府巷口路灯坏了"]]


def test_find_does_not_take_one_persons_manner_for_a_matter() -> None:
    """The same wording from different people is one matter, from one person it may be his way to begin."""
    places = ["园博园", "图书馆", "轨道交通", "自来水厂", "科技馆"]
    texts = [f"请加快{place}的建设力度，刻不容缓，望领导重视此事" for place in places]
    same = [message(text[:12], text, day, "same") for day, text in enumerate(texts)]
    others = [message(text[:12], text, day, str(day)) for day, text in enumerate(texts)]
    padding = [message(text, text * 2, 7, text) for text in FILLERS]
    assert len(named(same + padding)) <= len(named(others + padding))
    assert max((len(each) for each in named(same + padding)), default=0) < 5


@pytest.mark.parametrize("messages", [[], [message("路灯不亮", "路灯不亮", 1)]])
def test_find_answers_nothing_where_there_are_no_two(messages: list[Message]) -> None:
    assert clusters.find(messages) == []


def test_find_keeps_exact_copies_together_though_all_are_alike() -> None:
    assert named([message("路灯不亮", "中山路路灯不亮", day) for day in range(3)]) == [["路灯不亮"] * 3]


def test_command_prints_span_place_and_members(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "inflow.csv"
    lines = ["message_id,user_id,sent_at,subject,detail"]
    lines += [
        f"m{number},{each.sender},{each.sent_at:%Y-%m-%d %H:%M},{each.title},{each.text}"
        for number, each in enumerate(town())
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    call_command("classifier", "clusters", str(path), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["read"] == 10
    assert [each["members"] for each in found["clusters"]] == [["m0", "m1", "m2"], ["m3", "m4"]]
    assert (found["clusters"][0]["span_days"], found["clusters"][0]["first_at"][:10]) == (19, "2026-03-02")


def test_command_refuses_a_time_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("sent_at,subject,detail\nyesterday,一,二\n", encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("classifier", "clusters", str(path))
    assert caught.value.returncode == 2
