"""Why a class was proposed: the words of the text that speak most for it."""

from typing import Final

import numpy as np

from wenming.engines.triage.features import HEAD_CHARS, known_runs
from wenming.engines.triage.grams import grams, plain
from wenming.engines.triage.linear import Judges, weights_of

WORDS_MAX: Final = 5
WORD_CHARS_MAX: Final = 8
# What a character carries, next to the strongest, to belong to a word that is shown.
SHARE_LEAST: Final = 0.25


def reasons_for(judges: Judges, text: str, index: int) -> list[str]:
    """At most WORDS_MAX pieces of the text as the machine reads it, the strongest first."""
    plain_text = plain(text)
    if not plain_text:
        return []
    speaks = _by_character(judges, plain_text, index)
    strongest = float(speaks.max())
    if strongest <= 0:
        return []
    worth: dict[str, float] = {}
    start = None
    for at in range(len(plain_text) + 1):
        is_word = at < len(plain_text) and speaks[at] >= SHARE_LEAST * strongest and plain_text[at].isalnum()
        if is_word and start is None:
            start = at
        elif start is not None and (not is_word or at - start >= WORD_CHARS_MAX):
            word = plain_text[start:at]
            if len(word) > 1:
                worth[word] = max(worth.get(word, 0.0), float(speaks[start:at].sum()))
            start = at if is_word else None
    return sorted(worth, key=lambda word: -worth[word])[:WORDS_MAX]


def _by_character(judges: Judges, plain_text: str, index: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How much each character speaks for the class rather than for the others: its share of the runs it stands in."""
    row = weights_of(judges, [plain_text]).toarray()[0]
    others = (judges.pull.sum(axis=1) - judges.pull[:, index]) / (judges.pull.shape[1] - 1)
    value = row * (judges.pull[:, index] - others)
    carried = np.zeros(len(plain_text))
    offset = 0
    for part, first in ((judges.body, None), (judges.head, HEAD_CHARS)):
        found = grams([plain_text], longest=judges.longest, first=first)
        known, columns = known_runs(found, part.keys)
        starts, keys = found.starts[known], found.keys[known]
        sizes = np.sum([keys >> np.uint64(16 * size) != 0 for size in range(4)], axis=0)
        times = np.bincount(columns, minlength=len(part.keys))
        share = value[offset + columns] / times[columns] / sizes
        for size in range(1, judges.longest + 1):
            of_size = sizes == size
            for at in range(size):
                np.add.at(carried, starts[of_size] + at, share[of_size])
        offset += len(part.keys)
    return carried
