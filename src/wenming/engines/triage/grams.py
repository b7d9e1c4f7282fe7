"""Runs of characters of many texts at once, each as one whole number: no dictionary, no loop over characters."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LONGEST_MAX: Final = 4
TEXT_CHARS_MAX: Final = 20_000
_BITS: Final = np.uint64(16)
_STRANGE: Final = 0xFFFD
_DIGIT: Final = re.compile(r"\d")
_BLANK: Final = re.compile(r"\s+")
_MASK: Final = re.compile(r"\*+")

Keys = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grams:
    """Runs in the order of their length, then as they stand: what each is, in which text, and where it starts there."""

    keys: Keys
    texts: Whole
    starts: Whole


def folded(text: str) -> str:
    """One width, small letters, one blank; at most TEXT_CHARS_MAX characters."""
    text = unicodedata.normalize("NFKC", text[:TEXT_CHARS_MAX]).lower()[:TEXT_CHARS_MAX]
    return _MASK.sub("*", _BLANK.sub(" ", text)).strip()


def plain(text: str) -> str:
    """As the machine reads it: folded, and every digit a 0."""
    return _DIGIT.sub("0", folded(text))


def grams(plain_texts: Sequence[str], *, longest: int, first: int | None = None) -> Grams:
    """All runs of one to `longest` characters that start within the `first` ones of a text.

    A run of fewer than four characters has zeros in front, so that no two runs share a number. What lies beyond the
    basic plane counts as one strange character.
    """
    cut = [text if first is None else text[:first] for text in plain_texts]
    lengths = np.array([len(text) for text in cut], dtype=np.int64)
    joined = np.frombuffer("".join(cut).encode("utf-32-le"), dtype=np.uint32)
    letters = np.where(joined > 0xFFFF, _STRANGE, joined).astype(np.uint64)
    texts = np.repeat(np.arange(len(cut), dtype=np.int64), lengths)
    starts = np.arange(len(letters), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    parts: list[tuple[Any, Any, Any]] = []
    run = letters
    for size in range(1, min(longest, LONGEST_MAX, len(letters)) + 1):
        if size > 1:
            run = (run[:-1] << _BITS) | letters[size - 1 :]
        count = len(run)
        inside = texts[:count] == texts[size - 1 :]
        parts.append((run[inside], texts[:count][inside], starts[:count][inside]))
    if not parts:
        return Grams(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.int64))
    keys, owners, places = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Grams(keys, owners, places)


def written(key: int) -> str:
    """The run that a number stands for."""
    letters = [(key >> (16 * at)) & 0xFFFF for at in reversed(range(LONGEST_MAX))]
    return "".join(chr(letter) for letter in letters if letter)
