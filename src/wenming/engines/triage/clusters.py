"""Which texts are about one matter: alike in rare words, near in time, and each like its group as a whole.

Memory is bounded: BLOCK rows are held against those within the window before them, and of each row at most NEIGHBOURS are
kept. Rare runs weigh most, and in what residents write the rarest are names of places, so that one matter in one place
comes together before one kind of matter in many.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wenming.engines.triage.features import count, weigh
from wenming.engines.triage.grams import folded

LONGEST: Final = 4
BLOCK: Final = 500
NEIGHBOURS: Final = 20
WINDOW: Final = timedelta(days=180)
# Two texts may meet that are at least so much alike; where both are alone yet, more: a chance is likelier there.
ALIKE_LEAST: Final = 0.20
LONE_ALIKE_LEAST: Final = 0.30
GROUPS_ALIKE_LEAST: Final = 0.25
# One person writes in one manner of many matters.
ONE_HAND_ALIKE_LEAST: Final = 0.50
# Groups of LARGE or more that name one place by SHARED_CHARS or more need less.
SAME_PLACE_ALIKE_LEAST: Final = 0.10
LARGE: Final = 3
SHARED_CHARS: Final = 4
# A run in more of the texts than this says nothing of what they are about.
COMMON_MOST: Final = 0.05
TITLE_TIMES: Final = 2
PLACE_SHARE: Final = 0.6
PLACE_CHARS: Final = range(10, 2, -1)
_PLACE_END: Final = re.compile(
    r"小区|社区|街道|花园|家园|公馆|广场|大道|市场|学校|中学|小学|大学|医院|公园|公司|[路街巷镇乡村区县城苑府湾园]"
)

Pair = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class Message:
    """`sender` is whoever wrote it, by a key of the caller's, or empty where nobody knows."""

    title: str
    text: str
    sent_at: datetime
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members` are positions among the messages, by time; `middle` is the one most like the others. `place` may be empty."""

    members: tuple[int, ...]
    middle: int
    senders: int
    first_at: datetime
    last_at: datetime
    place: str


def find(messages: Sequence[Message], *, window: timedelta = WINDOW) -> list[Cluster]:
    """Groups of two or more, those of the most people first. Messages may come in any order."""
    if not messages:
        return []
    order = sorted(range(len(messages)), key=lambda at: messages[at].sent_at)
    texts = [folded(f"{(messages[at].title + ' ') * TITLE_TIMES}{messages[at].text}") for at in order]
    rows = _rows(texts)
    days = np.array([messages[at].sent_at.timestamp() for at in order]) / 86_400
    pairs = [
        (alike, one, other)
        for alike, one, other in _pairs(rows, days, window / timedelta(days=1))
        if alike >= ONE_HAND_ALIKE_LEAST or not _is_one_hand(messages[order[one]], messages[order[other]])
    ]
    groups = _grouped(rows, sorted(pairs, reverse=True))
    titles = [folded(messages[at].title) for at in order]
    places = [_place([titles[at] for at in group]) or _place([texts[at] for at in group]) for group in groups]
    found = [_cluster(group, place, rows, order, messages) for group, place in _joined_by_place(groups, places, rows)]
    return sorted(found, key=lambda each: (-each.senders, -len(each.members), each.first_at, each.members))


def _is_one_hand(one: Message, other: Message) -> bool:
    return bool(one.sender) and one.sender == other.sender


def _rows(texts: Sequence[str]) -> sparse.csr_matrix:
    counts = count(texts, longest=LONGEST)
    everyone = np.arange(len(texts), dtype=np.int64)
    spread = np.bincount(counts.rows.indices, minlength=len(counts.keys))
    rare = np.flatnonzero(spread <= max(COMMON_MOST * len(texts), 3)).astype(np.int64)
    return weigh(counts.rows[:, rare].tocsr(), counts.rarity(everyone, rare))


def _pairs(rows: sparse.csr_matrix, days: npt.NDArray[np.float64], window: float) -> Iterator[Pair]:
    """Similarity, earlier, later; of each later one the NEIGHBOURS most alike."""
    for start in range(0, rows.shape[0], BLOCK):
        end = min(start + BLOCK, rows.shape[0])
        since = int(np.searchsorted(days, days[start] - window))
        alike = (rows[start:end] @ rows[since:end].T).toarray()
        for at in range(start, end):
            first = int(np.searchsorted(days, days[at] - window))
            line = alike[at - start, first - since : at - since]
            likely = np.flatnonzero(line >= ALIKE_LEAST)
            for other in likely[np.argsort(-line[likely], kind="stable")[:NEIGHBOURS]].tolist():
                yield float(line[other]), first + other, at


def _grouped(rows: sparse.csr_matrix, pairs: Sequence[Pair]) -> list[list[int]]:
    """The most alike first; two groups join if the members of one are, on the average, like those of the other."""
    group_of = list(range(rows.shape[0]))
    members: dict[int, list[int]] = {}
    sums: dict[int, sparse.csr_matrix] = {}
    for _similarity, one, other in pairs:
        left, right = group_of[one], group_of[other]
        if left == right:
            continue
        mine, theirs = members.get(left, [left]), members.get(right, [right])
        sum_left, sum_right = sums.get(left, rows[left]), sums.get(right, rows[right])
        average = float(sum_left.multiply(sum_right).sum()) / (len(mine) * len(theirs))
        if average < (LONE_ALIKE_LEAST if len(mine) == len(theirs) == 1 else GROUPS_ALIKE_LEAST):
            continue
        members[left], sums[left] = mine + theirs, sum_left + sum_right
        members.pop(right, None)
        sums.pop(right, None)
        for each in theirs:
            group_of[each] = left
    return [sorted(group) for group in members.values()]


def _joined_by_place(
    groups: Sequence[list[int]], places: Sequence[str], rows: sparse.csr_matrix
) -> list[tuple[list[int], str]]:
    """One matter of one place that people tell in many ways; the largest group gives its place."""
    order = sorted(range(len(groups)), key=lambda at: (-len(groups[at]), groups[at]))
    kept: list[tuple[list[int], str, sparse.csr_matrix]] = []
    for at in order:
        group, place, middle = groups[at], places[at], sparse.csr_matrix(rows[groups[at]].mean(axis=0))
        for index, (other, other_place, other_middle) in enumerate(kept):
            is_one = len(group) >= LARGE and len(other) >= LARGE and _share_place(place, other_place)
            if is_one and float(middle.multiply(other_middle).sum()) >= SAME_PLACE_ALIKE_LEAST:
                whole = sorted(other + group)
                kept[index] = (whole, other_place, sparse.csr_matrix(rows[whole].mean(axis=0)))
                break
        else:
            kept.append((group, place, middle))
    return [(group, place) for group, place, _middle in kept]


def _share_place(one: str, other: str) -> bool:
    return any(one[at : at + SHARED_CHARS] in other for at in range(len(one) - SHARED_CHARS + 1))


def _cluster(
    group: Sequence[int],
    place: str,
    rows: sparse.csr_matrix,
    order: Sequence[int],
    messages: Sequence[Message],
) -> Cluster:
    mine = rows[list(group)]
    closeness = np.asarray(mine @ np.asarray(mine.sum(axis=0)).ravel())
    here = [messages[order[at]] for at in group]
    known = {each.sender for each in here if each.sender}
    return Cluster(
        members=tuple(order[at] for at in group),
        middle=order[group[int(closeness.argmax())]],
        senders=len(known) + sum(not each.sender for each in here),
        first_at=here[0].sent_at,
        last_at=here[-1].sent_at,
        place=place,
    )


def _place(texts: Sequence[str]) -> str:
    """The longest run that ends as names of places do and stands in most of the texts."""
    counted: Counter[str] = Counter()
    for text in texts:
        runs = {
            text[found.end() - size : found.end()]
            for found in _PLACE_END.finditer(text)
            for size in PLACE_CHARS
            if found.end() >= size
        }
        counted.update(run for run in runs if run.isalnum())
    least = max(2, PLACE_SHARE * len(texts))
    common = [run for run, many in counted.items() if many >= least]
    return max(common, key=lambda run: (len(run), counted[run], run), default="")
