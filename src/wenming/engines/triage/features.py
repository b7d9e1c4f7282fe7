"""From texts to rows of weights: runs of characters of the whole text and, once more, of its beginning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wenming.engines.triage.grams import Grams, Keys, grams, plain

# The subject comes first, and what people call a thing there says more than the story that follows.
HEAD_CHARS: Final = 40
TEXTS_MIN: Final = 2
FEATURES_MAX: Final = 400_000

Row32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each run of `keys` (sorted) stands in each text: one row a text."""

    keys: Keys
    rows: sparse.csr_matrix

    def known_in(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Columns that at least TEXTS_MIN of the chosen texts have."""
        return np.flatnonzero(self._texts_of(chosen) >= TEXTS_MIN)

    def rarity(self, chosen: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> Row32:
        """The smoothed inverse document frequency of the columns among the chosen texts."""
        texts = self._texts_of(chosen)[columns]
        return (np.log((1 + len(chosen)) / (1 + texts)) + 1).astype(np.float32)

    def _texts_of(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.bincount(self.rows[chosen].indices, minlength=len(self.keys))


@dataclass(frozen=True, slots=True)
class Part:
    """What a model keeps of one kind of runs."""

    keys: Keys
    rarity: Row32


def count(plain_texts: Sequence[str], *, longest: int, first: int | None = None) -> Counts:
    """Runs that stand in TEXTS_MIN texts or more; where they are too many, those of the most texts."""
    found = grams(plain_texts, longest=longest, first=first)
    keys, columns = np.unique(found.keys, return_inverse=True)
    rows = _matrix(found.texts, columns, (len(plain_texts), len(keys)))
    texts = np.bincount(rows.indices, minlength=len(keys))
    kept = np.flatnonzero(texts >= TEXTS_MIN)
    if len(kept) > FEATURES_MAX:
        kept = np.sort(kept[np.argsort(-texts[kept], kind="stable")[:FEATURES_MAX]])
    return Counts(keys[kept], rows[:, kept].tocsr())


def look_up(found: Grams, keys: Keys, text_count: int) -> sparse.csr_matrix:
    """The counts of the runs that a model knows."""
    known, columns = known_runs(found, keys)
    return _matrix(found.texts[known], columns, (text_count, len(keys)))


def known_runs(found: Grams, keys: Keys) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Which runs are among the sorted keys, and the columns of those that are."""
    if not len(keys):
        return np.zeros(len(found.keys), dtype=np.bool_), np.empty(0, dtype=np.int64)
    columns = np.minimum(np.searchsorted(keys, found.keys), len(keys) - 1)
    known = keys[columns] == found.keys
    return known, columns[known]


def weigh(counts: sparse.csr_matrix, rarity: Row32) -> sparse.csr_matrix:
    """(1 + ln count) × rarity, each row of length one."""
    rows = sparse.csr_matrix(
        ((1 + np.log(counts.data)) * rarity[counts.indices], counts.indices, counts.indptr), shape=counts.shape
    )
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    length[length == 0] = 1
    rows.data = (rows.data / np.repeat(length, np.diff(rows.indptr))).astype(np.float32)
    return rows


def plain_all(texts: Sequence[str]) -> list[str]:
    return [plain(text) for text in texts]


def _matrix(texts: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], shape: tuple[int, int]) -> sparse.csr_matrix:
    ones = np.ones(len(texts), dtype=np.float32)
    rows = sparse.csr_matrix((ones, (texts, columns)), shape=shape)
    rows.sum_duplicates()
    return rows
