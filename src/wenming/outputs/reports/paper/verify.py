"""Compares a paper with what was printed on it and with what is true now."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wenming.outputs.reports.paper import errors
from wenming.outputs.reports.paper.blocks import Figure
from wenming.outputs.reports.paper.manifest import Entry, Manifest
from wenming.outputs.reports.paper.read import Anchored, ManifestState, Paper


class Why(enum.Enum):
    """What differs underneath; the rows behind it are explained by the one who computes."""

    COUNTS = "counts"
    VALUE = "value"
    WORDING = "wording"
    SOURCE = "source"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Counts:
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """`was` is printed, `now` would be printed; None when there is no such figure any more."""

    key: str
    period: str
    anchor: str
    was: str
    now: str | None
    why: Why
    was_counts: Counts
    now_counts: Counts


@dataclass(frozen=True, slots=True)
class Edited:
    """`expected` was printed, `shown` stands there; `now` would be printed today."""

    key: str
    period: str
    anchor: str
    shown: str
    expected: str
    now: str | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Neither holder is left. The number may still stand in the text, but nobody can tell."""

    key: str
    period: str
    anchor: str
    expected: str


@dataclass(slots=True)
class Verification:
    """`unchanged` counts figures whose text is still right.

    `drifted` are those among them whose counts moved without moving the printed
    text; `strangers` are anchors that the manifest does not know.
    """

    manifest: ManifestState
    unchanged: int = 0
    moved: list[Moved] = field(default_factory=list)
    edited: list[Edited] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    drifted: list[Moved] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def is_true_to_print(self) -> bool:
        """Nothing was edited or lost since it was printed; figures may have moved."""
        return not self.edited and not self.lost

    @property
    def is_current(self) -> bool:
        return self.is_true_to_print and not self.moved


def verify_paper(paper: Paper, *, current: Mapping[str, Figure], kept: Manifest | None = None) -> Verification:
    """Against the manifest that the server kept, or else the one in the paper.

    A paper's own manifest that differs from the kept one is reported as tampered.
    Raises PaperError paper.manifest_lost when there is neither.
    """
    manifest = kept or paper.manifest
    if manifest is None:
        raise errors.manifest_lost()
    found = compare(paper.anchored, manifest, current)
    found.manifest = paper.state
    if kept and paper.manifest and paper.manifest.sha256 != kept.sha256:
        found.manifest = ManifestState.TAMPERED
    return found


def compare(anchored: Iterable[Anchored], manifest: Manifest, current: Mapping[str, Figure]) -> Verification:
    """`current` is looked up by anchor, then by `key#period`."""
    found = Verification(ManifestState.INTACT)
    at = {one.anchor: one for one in anchored}
    for entry in manifest.entries:
        _compare_one(found, entry, at.pop(entry.anchor, None), current)
    found.strangers = list(at)
    return found


def _compare_one(found: Verification, entry: Entry, at: Anchored | None, current: Mapping[str, Figure]) -> None:
    figure = current.get(entry.anchor) or current.get(entry.reference)
    now = figure.shown if figure else None
    if at is None or not at.texts:
        found.lost.append(Lost(entry.key, entry.period, entry.anchor, entry.shown))
        return
    shown = next((text for text in at.texts if text != entry.shown), None)
    if shown is not None:
        found.edited.append(Edited(entry.key, entry.period, entry.anchor, shown, entry.shown, now))
        return
    difference = _difference(entry, figure)
    if now == entry.shown:
        found.unchanged += 1
        if difference is not None:
            found.drifted.append(_moved(entry, figure, difference))
        return
    found.moved.append(_moved(entry, figure, difference or Why.WORDING))


def _difference(entry: Entry, figure: Figure | None) -> Why | None:
    """What differs, the deepest cause first; None when only the wording could differ."""
    if figure is None:
        return Why.WITHDRAWN
    if figure.source != entry.source:
        return Why.SOURCE
    if (figure.numerator, figure.denominator) != (entry.numerator, entry.denominator):
        return Why.COUNTS
    if figure.value != entry.value:
        return Why.VALUE
    return None


def _moved(entry: Entry, figure: Figure | None, why: Why) -> Moved:
    return Moved(
        entry.key,
        entry.period,
        entry.anchor,
        was=entry.shown,
        now=figure.shown if figure else None,
        why=why,
        was_counts=Counts(entry.numerator, entry.denominator),
        now_counts=Counts(figure.numerator, figure.denominator) if figure else Counts(None, None),
    )
