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
STAYS_CHARACTERS_MAX: Final = 34


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
        height = len(self._rows) * (BOX_HEIGHT + GAP) - GAP + 2 * MARGIN
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
        middle, top = self._offset + BOX_WIDTH // 2, _top(row)
        label = self._flow.state_label(state)
        if state == NEW:
            return _text("flow-entry", middle, top + BOX_HEIGHT - 8, "middle", label)
        stays = _cut(" · ".join(str(t.label) for t in self._flow.actions_from(state) if t.target == STAYS))
        given = self._flow.states[state]
        kind = "flow-final" if given.is_final else "flow-open"
        box = format_html(
            '<rect class="flow-box {} flow-{}" x="{}" y="{}" width="{}" height="{}" rx="6" '
            'fill="none" stroke="currentColor"/>',
            kind,
            given.tone,
            self._offset,
            top,
            BOX_WIDTH,
            BOX_HEIGHT,
        )
        name = _text("flow-state", middle, top + (20 if stays else 28), "middle", label)
        below = _text("flow-stays", middle, top + 37, "middle", stays) if stays else SafeString("")
        return _joined([box, name, below])

    def _arrows(self) -> list[SafeString]:
        """Straight down, from one state to the next."""
        middle, parts = self._offset + BOX_WIDTH // 2, []
        for target, labels in self._straight.items():
            start, end = _top(target) - GAP, _top(target)
            parts.append(_arrow(self._flow.name, f"M{middle} {start}V{end - 2}"))
            text = " · ".join(labels)
            parts.append(_text("flow-step", middle + 8, start + GAP // 2 + 5, "start", text))
        return parts

    def _lane(self, lane: Lane, number: int, x: int, side: int) -> SafeString:
        """From the side of each source out to `x`, along it, and back to the side of the target."""
        shift = 7 + (number % PORTS) * ((BOX_HEIGHT - 14) // (PORTS - 1))
        end = _top(lane.target) + shift
        starts = [_top(row) + shift for row in lane.sources]
        farthest = max(starts, key=lambda y: abs(y - end))
        is_right = x > side
        tip = side + 2 if is_right else side - 2
        parts = [
            _arrow(self._flow.name, f"M{side} {farthest}H{x}V{end}H{tip}"),
            *(_line(f"M{side} {y}H{x}") for y in starts if y != farthest),
        ]
        is_down = farthest < end
        gap = _top(lane.target) - GAP // 2 if is_down else _top(lane.target) + BOX_HEIGHT + GAP // 2
        if lane.sources == (lane.target,):
            gap = end
        anchor = "start" if is_right else "end"
        parts.append(_text("flow-step", x + (6 if is_right else -6), gap + 5, anchor, lane.label))
        return _joined(parts)


def _top(row: int) -> int:
    return MARGIN + row * (BOX_HEIGHT + GAP)


def _width(label: str) -> int:
    """Of a lane: its name and room on both sides; a Latin letter is taken as wide as half a character."""
    letters = sum(1 if character.isascii() else 2 for character in label)
    return letters * CHARACTER // 2 + LANE_PADDING + 6


def _cut(text: str) -> str:
    return text if len(text) <= STAYS_CHARACTERS_MAX else text[: STAYS_CHARACTERS_MAX - 1] + "…"


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
