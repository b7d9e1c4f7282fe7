import dataclasses

import pytest

from tests.engines.loop.toy.flow import FLOW
from wenming.engines.loop.errors import FlowError
from wenming.engines.loop.flow import NEW, STAYS, Flow, State, Transition

STATES = {"a": State("甲"), "b": State("乙", is_open=False, is_final=True)}
FILE = Transition(action="file", label="登记", sources=(NEW,), target="a")
END = Transition(action="end", label="办结", sources=("a",), target="b")


def make_flow(*transitions: Transition, **more: object) -> Flow:
    return Flow(**{"name": "t", "label": "试", "states": STATES, "transitions": transitions, **more})  # type: ignore[arg-type]


def faults_of(*transitions: Transition, **more: object) -> list[str]:
    with pytest.raises(FlowError) as caught:
        make_flow(*transitions, **more)
    return caught.value.faults


def test_define_flow_that_holds_together() -> None:
    flow = make_flow(FILE, END)
    assert flow.find("end", "a") == END
    assert flow.find("end", "b") is None
    assert flow.actions_from("a") == [END]
    assert flow.possible_from("a") == "办结"
    assert flow.possible_from("b") == "没有可做的动作"


@pytest.mark.parametrize(
    ("transition", "fault"),
    [
        (Transition(action="x", label="", sources=("c",), target="a"), "x comes from unknown state c"),
        (Transition(action="x", label="", sources=("a",), target="c"), "x leads to unknown state c"),
        (Transition(action="end", label="", sources=("a",), target="a"), "end from a is given twice"),
        (Transition(action="x", label="", sources=(), target="a"), "x starts nowhere"),
        (Transition(action="x", label="", sources=("b",), target="a"), "final state b can be left"),
        (Transition(action="x", label="", sources=(NEW,), target=STAYS), "x creates an item without a state"),
        (
            Transition(action="x", label="", sources=("a",), target="b", evidence=("photo",)),
            "x asks for unknown evidence photo",
        ),
        (Transition(action="x", label="", sources=("a",), target="b", stops=("s",)), "x names unknown stage s"),
    ],
)
def test_define_flow_with_a_fault(transition: Transition, fault: str) -> None:
    assert fault in faults_of(FILE, END, transition)


def test_define_flow_with_unreachable_state() -> None:
    states = {**STATES, "c": State("丙", is_open=False, is_final=True)}
    assert faults_of(FILE, END, states=states) == ["state c is unreachable"]


def test_define_flow_with_state_that_cannot_be_left() -> None:
    again = Transition(action="end", label="", sources=("a",), target="a")
    assert faults_of(FILE, again) == ["state a cannot be left and is not final", "state b is unreachable"]


def test_define_flow_that_stops_a_stage_nothing_starts() -> None:
    stop = dataclasses.replace(END, stops=("s",))
    assert faults_of(FILE, stop, stages={"s": "段"}) == ["end would stop s, which nothing starts"]


def test_define_flow_that_creates_nothing() -> None:
    assert faults_of(END) == ["nothing creates an item", "state a is unreachable", "state b is unreachable"]


def test_print_flow_as_rows() -> None:
    row = next(row for row in FLOW.as_rows() if row.action == "return")
    assert row.as_dict() == {
        "action": "return",
        "label": "返工",
        "sources": ["待核查"],
        "target": "处理中",
        "who": "",
        "guards": ["换人换单位"],
        "evidence": [],
        "needs_reason": True,
        "clocks": ["停：核查", "起：处理"],
    }
    assert FLOW.as_rows()[0].sources == ("新登记",)
