"""Learning to name the class of a text, and measuring it on texts that were not learned from.

Everything that is chosen (the setting, how sure the machine may say it is, above which confidence nobody need look) is
chosen by folds within the texts learned from; what is then measured has had no part in it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from wenming.engines.triage.errors import TooFewClasses, TooManyTexts
from wenming.engines.triage.features import plain_all
from wenming.engines.triage.linear import (
    SETTINGS,
    Counted,
    Judges,
    Rows,
    Scores,
    Setting,
    count_all,
    fit,
    scores_of_counted,
)

INNER_FOLDS: Final = 3
FOLDS: Final = 5
TEXTS_MAX: Final = 50_000
WRONG_MOST: Final = 0.01
ACCEPTED_LEAST: Final = 20
SHARPNESS: Final = (0.1, 50.0)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """`sharpness` multiplies the scores before they become confidences. `threshold` is None where none is safe."""

    setting: Setting
    sharpness: float
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and classes by number, with the counts that every fold picks its rows from, by the longest run."""

    names: tuple[str, ...]
    classes: npt.NDArray[np.int64]
    counted: dict[int, Counted]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """For each text what was said of it by judges who had not seen it: class, confidence, whether nobody would look."""

    said: npt.NDArray[np.int64]
    confidence: Scores
    is_accepted: npt.NDArray[np.bool_]


def read(texts: Sequence[str], labels: Sequence[str], *, folds: int = FOLDS) -> Labelled:
    """Classes with fewer than twice `folds` texts are left out. Raises TooFewClasses, TooManyTexts."""
    if len(texts) > TEXTS_MAX:
        raise TooManyTexts(most=TEXTS_MAX)
    names, numbers, sizes = np.unique(
        np.array(labels, dtype=object).astype(str), return_inverse=True, return_counts=True
    )
    large = sizes >= 2 * folds
    if large.sum() < 2:
        raise TooFewClasses(least=2 * folds)
    kept = large[numbers]
    renumbered = np.cumsum(large) - 1
    plain_texts = plain_all([text for text, is_kept in zip(texts, kept, strict=True) if is_kept])
    counted = {longest: count_all(plain_texts, longest) for longest in {each.longest for each in SETTINGS}}
    return Labelled(tuple(str(name) for name in names[large]), renumbered[numbers[kept]].astype(np.int64), counted)


def learn(labelled: Labelled, chosen: Rows, *, tell: Callable[[], None]) -> tuple[Judges, Choice]:
    """Judges made of the chosen rows, with a choice made by folds within them. `tell` is called after each fit."""
    mine = labelled.classes[chosen]
    best: tuple[float, Setting, Scores] | None = None
    for setting in SETTINGS:
        held = np.empty((len(chosen), len(labelled.names)))
        for learned, kept in _folds(mine, INNER_FOLDS, seed=0):
            judges = _fit(labelled, chosen[learned], setting)
            held[kept] = scores_of_counted(judges, labelled.counted[setting.longest], chosen[kept])
            tell()
        worth = float(f1_score(mine, held.argmax(axis=1), average="macro"))
        if best is None or worth > best[0]:
            best = (worth, setting, held)
    assert best is not None
    _worth, setting, held = best
    sharpness = _sharpness(held, mine)
    sure = confidences(held, sharpness)
    threshold = safe_threshold(sure.max(axis=1), sure.argmax(axis=1) == mine)
    judges = _fit(labelled, chosen, setting)
    tell()
    return judges, Choice(setting, sharpness, threshold)


def hold_out(labelled: Labelled, *, folds: int = FOLDS, seed: int = 0, tell: Callable[[], None]) -> HeldOut:
    """Each text is judged by what was learned, choice and all, from the other folds."""
    size = len(labelled.classes)
    said = np.empty(size, dtype=np.int64)
    confidence, is_accepted = np.empty(size), np.zeros(size, dtype=np.bool_)
    for learned, kept in _folds(labelled.classes, folds, seed=seed):
        judges, choice = learn(labelled, learned, tell=tell)
        found = scores_of_counted(judges, labelled.counted[choice.setting.longest], kept)
        sure = confidences(found, choice.sharpness)
        said[kept], confidence[kept] = sure.argmax(axis=1), sure.max(axis=1)
        if choice.threshold is not None:
            is_accepted[kept] = confidence[kept] >= choice.threshold
    return HeldOut(said, confidence, is_accepted)


def fits_of(rounds: int) -> int:
    """How often `tell` is called in so many rounds of `learn`."""
    return rounds * (len(SETTINGS) * INNER_FOLDS + 1)


def confidences(found: Scores, sharpness: float) -> Scores:
    raised = np.exp(sharpness * (found - found.max(axis=1, keepdims=True)))
    shares: Scores = raised / raised.sum(axis=1, keepdims=True)
    return shares


def safe_threshold(confidence: Scores, is_right: npt.NDArray[np.bool_]) -> float | None:
    """The lowest confidence above which at most WRONG_MOST are wrong, counting one more wrong than there were.

    None where fewer than ACCEPTED_LEAST would be accepted.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    wrong = np.cumsum(~is_right[order])
    many = np.arange(1, len(order) + 1)
    is_last_of_its_value = np.append(sorted_confidence[1:] != sorted_confidence[:-1], True)
    fine = np.flatnonzero(((wrong + 1) / (many + 1) <= WRONG_MOST) & (many >= ACCEPTED_LEAST) & is_last_of_its_value)
    return float(sorted_confidence[fine[-1]]) if len(fine) else None


def _fit(labelled: Labelled, chosen: Rows, setting: Setting) -> Judges:
    return fit(labelled.counted[setting.longest], labelled.classes, len(labelled.names), chosen, setting)


def _folds(classes: npt.NDArray[np.int64], folds: int, *, seed: int) -> Iterator[tuple[Rows, Rows]]:
    yield from StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(classes)), classes)


def _sharpness(found: Scores, classes: npt.NDArray[np.int64]) -> float:
    """That under which the true classes are least surprising."""
    rows = np.arange(len(classes))

    def surprise(log_sharpness: float) -> float:
        sure = confidences(found, float(np.exp(log_sharpness)))[rows, classes]
        return -float(np.log(np.maximum(sure, 1e-12)).mean())

    low, high = np.log(SHARPNESS)
    return float(np.exp(minimize_scalar(surprise, bounds=(low, high), method="bounded").x))
