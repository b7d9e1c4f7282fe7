"""A flow's table as an SVG picture: states in a column, forward steps on the right, backward ones on the left.

Every step is one line, however many states it leaves from: short lines run from its sources into an upright one,
which ends at the target. Its name stands in a gap between two states, where no line crosses.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wenming.engines.loop.flow import NEW, STAYS, Flow, Transition

BOX_WIDTH: Final = 190
BOX_HEIGHT: Final = 46
GAP: Final = 46
MARGIN: Final = 12
CHARACTER: Final = 13
LANE_PADDING: Final = 20
PORTS: Final = 5
"""Heights at which a box's side takes a line."""
LINE_HEIGHT: Final = 17
LINE_CHARACTERS_MAX: Final = 14


@dataclass(frozen=True, slots=True)
class Lane:
    """One step on one side of the column; rows are counted from the entry at 0."""

    label: str
    sources: tuple[int, ...]
    target: int


def as_svg(flow: Flow) -> SafeString:
    """An `<svg>` element without styles of its own; classes begin with `flow-`."""
    return _Picture(flow).draw()


class _Picture:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._rows = {state: place for place, state in enumerate((NEW, *flow.states))}
        self._straight: dict[int, list[str]] = defaultdict(list)
        self._right: list[Lane] = []
        self._left: list[Lane] = []
        for transition in flow.transitions:
            if transition.target != STAYS:
                self._place(transition)
        self._right.sort(key=lambda lane: lane.target - min(lane.sources))
        self._left.sort(key=lambda lane: max(lane.sources) - lane.target)
        self._offset = MARGIN + sum(_width(lane.label) for lane in self._left)
        self._stays = [_wrapped(flow, state) for state in self._rows]
        self._heights = [BOX_HEIGHT + LINE_HEIGHT * max(0, len(lines) - 1) for lines in self._stays]
        self._tops = [MARGIN + sum(self._heights[:row]) + row * GAP for row in self._rows.values()]

    def _place(self, transition: Transition) -> None:
        target, label = self._rows[transition.target], str(transition.label)
        rows = [self._rows[source] for source in transition.sources]
        before = tuple(row for row in rows if row < target)
        after = tuple(row for row in rows if row >= target)
        if before == (target - 1,):
            self._straight[target].append(label)
        elif before:
            self._right.append(Lane(label, before, target))
        if after:
            self._left.append(Lane(label, after, target))

    def draw(self) -> SafeString:
        right = self._offset + BOX_WIDTH
        width = right + sum(_width(lane.label) for lane in self._right) + MARGIN
        height = self._tops[-1] + self._heights[-1] + MARGIN
        parts = [_arrowhead(self._flow.name), *self._arrows()]
        edge = right
        for number, lane in enumerate(self._right):
            parts.append(self._lane(lane, number, edge + LANE_PADDING, right))
            edge += _width(lane.label)
        edge = self._offset
        for number, lane in enumerate(self._left):
            parts.append(self._lane(lane, number, edge - LANE_PADDING, self._offset))
            edge -= _width(lane.label)
        parts += [self._box(state, row) for state, row in self._rows.items()]
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" aria-label="{}" '
            'viewBox="0 0 {} {}" width="{}" height="{}" font-size="13">{}</svg>',
            self._flow.label,
            width,
            height,
            width,
            height,
            _joined(parts),
        )

    def _box(self, state: str, row: int) -> SafeString:
        middle, top, height = self._offset + BOX_WIDTH // 2, self._tops[row], self._heights[row]
        lines = self._stays[row]
        given = self._flow.states.get(state)
        kind = "flow-entry" if given is None else f"flow-{given.tone} " + ("flow-final" if given.is_final else "")
        box = format_html(
            '<rect class="flow-box {}" x="{}" y="{}" width="{}" height="{}" rx="6" fill="none" stroke="currentColor"/>',
            kind.strip(),
            self._offset,
            top,
            BOX_WIDTH,
            height,
        )
        name = _text("flow-state", middle, top + (20 if lines else 28), "middle", self._flow.state_label(state))
        below = [
            _text("flow-stays", middle, top + 37 + place * LINE_HEIGHT, "middle", line)
            for place, line in enumerate(lines)
        ]
        return _joined([box, name, *below])

    def _arrows(self) -> list[SafeString]:
        """Straight down, from one state to the next."""
        middle, parts = self._offset + BOX_WIDTH // 2, []
        for target, labels in self._straight.items():
            start, end = self._tops[target] - GAP, self._tops[target]
            parts.append(_arrow(self._flow.name, f"M{middle} {start}V{end - 2}"))
            text = " · ".join(labels)
            parts.append(_text("flow-step", middle + 8, start + GAP // 2 + 5, "start", text))
        return parts

    def _lane(self, lane: Lane, number: int, x: int, side: int) -> SafeString:
        """From the side of each source out to `x`, along it, and back to the side of the target."""
        shift = 7 + (number % PORTS) * ((BOX_HEIGHT - 14) // (PORTS - 1))
        end = self._tops[lane.target] + shift
        starts = [self._tops[row] + shift for row in lane.sources]
        farthest = max(starts, key=lambda y: abs(y - end))
        is_right = x > side
        tip = side + 2 if is_right else side - 2
        parts = [
            _arrow(self._flow.name, f"M{side} {farthest}H{x}V{end}H{tip}"),
            *(_line(f"M{side} {y}H{x}") for y in starts if y != farthest),
        ]
        is_down = farthest < end
        top = self._tops[lane.target]
        gap = top - GAP // 2 if is_down else top + self._heights[lane.target] + GAP // 2
        if lane.sources == (lane.target,):
            gap = end
        anchor = "start" if is_right else "end"
        parts.append(_text("flow-step", x + (6 if is_right else -6), gap + 5, anchor, lane.label))
        return _joined(parts)


def _width(label: str) -> int:
    """Of a lane: its name and room on both sides; a Latin letter is taken as wide as half a character."""
    letters = sum(1 if character.isascii() else 2 for character in label)
    return letters * CHARACTER // 2 + LANE_PADDING + 6


def _wrapped(flow: Flow, state: str) -> list[str]:
    """The steps that leave a state as it is, in lines that fit its box."""
    lines: list[str] = []
    for transition in flow.actions_from(state):
        label = str(transition.label)
        if transition.target != STAYS:
            continue
        if lines and len(lines[-1]) + len(label) < LINE_CHARACTERS_MAX:
            lines[-1] += f" · {label}"
        else:
            lines.append(label)
    return lines


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _text(kind: str, x: int, y: int, anchor: str, text: Any) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}" fill="currentColor">{}</text>', kind, x, y, anchor, text
    )


def _line(drawn: str) -> SafeString:
    return format_html('<path class="flow-line" d="{}" fill="none" stroke="currentColor"/>', drawn)


def _arrow(name: str, drawn: str) -> SafeString:
    return format_html(
        '<path class="flow-line" d="{}" fill="none" stroke="currentColor" marker-end="url(#flow-head-{})"/>',
        drawn,
        name,
    )


def _arrowhead(name: str) -> SafeString:
    return format_html(
        '<defs><marker id="flow-head-{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path class="flow-head" d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>',
        name,
    )
