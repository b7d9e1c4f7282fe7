import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from tests.engines.loop.toy.flow import FLOW
from wenming.engines.loop.flow import NEW, Flow, State, Transition
from wenming.engines.loop.picture import as_svg

SVG = "{http://www.w3.org/2000/svg}"


def parse(flow: Flow) -> ET.Element:
    return ET.fromstring(as_svg(flow))  # noqa: S314 - our own picture


def texts(picture: ET.Element, kind: str) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text") if text.get("class") == kind]


def test_draw_flow_with_every_state_and_step() -> None:
    picture = parse(FLOW)
    assert texts(picture, "flow-state") == [
        "新登记",
        "待派遣",
        "处理中",
        "已挂账",
        "待核查",
        "已结案",
        "已作废",
    ]
    assert texts(picture, "flow-stays") == ["延期", "延期"]
    assert sorted(texts(picture, "flow-step")) == sorted(
        ["登记", "派遣", "挂账", "恢复", "反馈", "返工", "结案", "作废"]
    )
    heads = [path for path in picture.iter(f"{SVG}path") if path.get("marker-end")]
    assert len(heads) == 8


def test_draw_flow_within_its_frame() -> None:
    picture = parse(FLOW)
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for text in picture.iter(f"{SVG}text"):
        reach = 13 * len(text.text or "")
        x, y = float(text.get("x", 0)), float(text.get("y", 0))
        left = {"start": x, "middle": x - reach / 2, "end": x - reach}[text.get("text-anchor", "")]
        assert 0 <= left <= left + reach <= width
        assert 0 < y < height


def test_draw_flow_without_names_over_one_another() -> None:
    picture = parse(FLOW)
    spans: dict[str, list[tuple[float, float]]] = {}
    for text in picture.iter(f"{SVG}text"):
        reach, x = 13 * len(text.text or ""), float(text.get("x", 0))
        left = {"start": x, "middle": x - reach / 2, "end": x - reach}[text.get("text-anchor", "")]
        spans.setdefault(text.get("y", ""), []).append((left, left + reach))
    for row in spans.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(row)))


@pytest.mark.parametrize("label", ["<script>", 'a"b', "a&b"])
def test_draw_flow_with_labels_that_mean_something_in_markup(label: str) -> None:
    flow = Flow(
        name="t",
        label=label,
        states={"a": State(label, is_open=False, is_final=True)},
        transitions=(Transition(action="file", label=label, sources=(NEW,), target="a"),),
    )
    picture = parse(flow)
    assert (texts(picture, "flow-state"), texts(picture, "flow-step")) == (["新登记", label], [label])
    assert picture.get("aria-label") == label
