"""One linear judge a class, each of whom reads the runs that tell his class from the others louder.

After Wang and Manning's support vector machine with naive Bayes features: the log ratio of a run's frequency within and
without the class scales it before the text is brought to length one. Here its size is used beside the rarity, so that a
run that speaks against a class is heard too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from wenming.engines.triage.features import HEAD_CHARS, Counts, Part, Row32, count, look_up, weigh
from wenming.engines.triage.grams import grams

HEAD_WEIGHT: Final = 0.5
SMOOTHING: Final = 1.0
MARGIN: Final = 1.0
ITERATIONS_MAX: Final = 2_000

Scores = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Setting:
    """`longest` run of characters, and how much of a run is heard that tells nothing (`floor`)."""

    longest: int
    floor: float


SETTINGS: Final = (Setting(2, 0.3), Setting(2, 1.0), Setting(3, 0.3), Setting(3, 1.0))


@dataclass(frozen=True, slots=True)
class Counted:
    body: Counts
    head: Counts


@dataclass(frozen=True, slots=True)
class Judges:
    """`pull` and `loudness` have a row for each run (those of the text, then those of its beginning), a column a class.

    The score of a class is (x · pull + bias): x is the text's row of weights, over its length as that class hears it.
    """

    longest: int
    body: Part
    head: Part
    pull: Row32
    loudness: Row32
    bias: Row32


def count_all(plain_texts: Sequence[str], longest: int) -> Counted:
    return Counted(count(plain_texts, longest=longest), count(plain_texts, longest=longest, first=HEAD_CHARS))


def fit(counted: Counted, classes: npt.NDArray[np.int64], class_count: int, chosen: Rows, setting: Setting) -> Judges:
    """Learns from the chosen rows alone. `classes` are whole numbers from 0; each must be among the chosen, and another."""
    parts, rows, bare = [], [], []
    for counts in (counted.body, counted.head):
        columns = counts.known_in(chosen)
        part = Part(counts.keys[columns], counts.rarity(chosen, columns))
        there = counts.rows[chosen][:, columns].tocsr()
        parts.append(part)
        rows.append(weigh(there, part.rarity))
        bare.append(there)
    weights = _joined(rows[0], rows[1])
    present = sparse.hstack(bare, format="csr")
    present.data = np.ones_like(present.data)
    mine = classes[chosen]
    loudness = np.empty((weights.shape[1], class_count), dtype=np.float32)
    pull = np.empty_like(loudness)
    bias = np.empty(class_count, dtype=np.float32)
    for index in range(class_count):
        is_mine = mine == index
        loud = setting.floor + np.abs(_log_ratio(present, is_mine))
        heard = weights.multiply(loud.astype(np.float32)).tocsr()
        heard = sparse.diags(1 / _lengths(heard)).dot(heard).tocsr()
        judge = LinearSVC(C=MARGIN, class_weight="balanced", random_state=0, max_iter=ITERATIONS_MAX)
        judge.fit(heard, is_mine)
        loudness[:, index] = loud
        pull[:, index] = loud * judge.coef_[0]
        bias[index] = judge.intercept_[0]
    return Judges(setting.longest, parts[0], parts[1], pull, loudness, bias)


def scores_of_counted(judges: Judges, counted: Counted, chosen: Rows) -> Scores:
    rows = []
    for counts, part in ((counted.body, judges.body), (counted.head, judges.head)):
        columns = np.searchsorted(counts.keys, part.keys)
        rows.append(weigh(counts.rows[chosen][:, columns].tocsr(), part.rarity))
    return _scores(judges, _joined(rows[0], rows[1]))


def scores(judges: Judges, plain_texts: Sequence[str]) -> Scores:
    """A row a text, a column a class."""
    return _scores(judges, weights_of(judges, plain_texts))


def weights_of(judges: Judges, plain_texts: Sequence[str]) -> sparse.csr_matrix:
    rows = []
    for part, first in ((judges.body, None), (judges.head, HEAD_CHARS)):
        found = grams(plain_texts, longest=judges.longest, first=first)
        rows.append(weigh(look_up(found, part.keys, len(plain_texts)), part.rarity))
    return _joined(rows[0], rows[1])


def _scores(judges: Judges, weights: sparse.csr_matrix) -> Scores:
    squares = weights.copy()
    squares.data = squares.data**2
    lengths = np.sqrt(squares @ (judges.loudness**2))
    lengths[lengths == 0] = 1
    found: Scores = (weights @ judges.pull) / lengths + judges.bias
    return found


def _joined(body: sparse.csr_matrix, head: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.hstack([body, head * HEAD_WEIGHT], format="csr")


def _lengths(rows: sparse.csr_matrix) -> Scores:
    found: Scores = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    found[found == 0] = 1
    return found


def _log_ratio(present: sparse.csr_matrix, is_mine: npt.NDArray[np.bool_]) -> Scores:
    """Of the share of a class's texts that have a run, to that of the other texts."""
    mine = int(is_mine.sum())
    within = present.T @ is_mine.astype(np.float64)
    without = present.T @ (~is_mine).astype(np.float64)
    found: Scores = np.log((within + SMOOTHING) / (mine + 1)) - np.log(
        (without + SMOOTHING) / (len(is_mine) - mine + 1)
    )
    return found
