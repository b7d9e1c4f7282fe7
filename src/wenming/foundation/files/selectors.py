"""Reads of files. What was received goes to nobody but through `open_received`, whose callers answer for it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, or_
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from numpy.typing import NDArray
from PIL import Image

from wenming.foundation.files import likeness, storage
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.errors import FileNotThere
from wenming.foundation.files.models import PhotoView, StoredFile
from wenming.kernel.actors import Actor
from wenming.kernel.kept import Kept, KeptModels

THUMBNAIL = "thumb"
ALIKE_MAX: Final = 3
ASKED_MAX: Final = 100
CANDIDATES_MAX: Final = 12
PAIRS_MAX: Final = 3
# Of rows that share a piece, so that one picture sent a hundred thousand times does not fill the memory.
ROWS_MAX: Final = 50_000


_RECEIVED: Final = KeptModels(
    lambda actor_kind, actor_id, public_ids: StoredFile.objects.filter(
        kind=FileKind.PHOTO, actor_kind=actor_kind, actor_id=actor_id, public_id__in=public_ids
    ),
    (str, str, list[UUID]),
)
_VIEW_COLUMNS: Final = ("file_id", "place", *(f"piece{place}" for place in range(likeness.PIECES)))
Among = Callable[[], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Alike:
    """`score` is the share of the picture that shows the same, 0 to 1."""

    file: StoredFile
    score: float


@dataclass(frozen=True, slots=True)
class _Near:
    file_id: int
    distance: int
    view: likeness.View
    frame: likeness.Frame


def file(public_id: UUID | str) -> StoredFile:
    """Raises FileNotThere."""
    found = StoredFile.objects.filter(public_id=public_id).first()
    if found is None:
        raise FileNotThere
    return found


def files_of(pks: Iterable[int]) -> dict[int, StoredFile]:
    """By primary key, in one query; for pages that show several."""
    return StoredFile.objects.in_bulk(set(pks))


def photos_received_by(actor: Actor, public_ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Those of the photos that this very actor sent in, by their public id; one query."""
    return {row.public_id: row for row in _RECEIVED.all(actor.kind.value, actor.id, [*set(public_ids)])}


def photos_with_bytes(sha256_received: str) -> QuerySet[StoredFile]:
    """Every receipt of these very bytes, oldest first: has this picture been sent before?"""
    return StoredFile.objects.filter(kind=FileKind.PHOTO, sha256_received=sha256_received).order_by("pk")


def photos_alike(
    files: Sequence[StoredFile],
    *,
    among: Among | None = None,
    besides: Mapping[int, Collection[int]] | None = None,
) -> dict[int, list[Alike]]:
    """By primary key: the earlier photos that look as if each was made from them, likest first, at most ALIKE_MAX.

    `among` is a function that makes the query of the keys of those that count (all where there is none); `besides` names, for each of `files`,
    those that do not. Two statements for each ASKED_MAX of them. What lies on the disk is read for the few candidates
    only; of a photo whose small copy is not there nothing is said.
    """
    found: dict[int, list[Alike]] = {}
    for first in range(0, len(files), ASKED_MAX):
        found |= _alike(files[first : first + ASKED_MAX], among, besides or {})
    return found


def _alike(
    files: Sequence[StoredFile], among: Among | None, besides: Mapping[int, Collection[int]]
) -> dict[int, list[Alike]]:
    asked = {file.pk: _Asked(file) for file in files}
    rows = _rows_near(asked.values(), among)
    if rows is None:
        return {pk: [] for pk in asked}
    closest = {pk: _closest(each.near(rows, besides.get(pk, ()))) for pk, each in asked.items()}
    others = files_of(one.file_id for each in closest.values() for one in each)
    greys = {pk: grey_copy(other) for pk, other in others.items()}
    return {pk: asked[pk].compare(closest[pk], others, greys) for pk in asked}


@dataclass(frozen=True, slots=True)
class _Rows:
    """Views that share a piece with one that is looked up, side by side."""

    file_ids: NDArray[np.int64]
    places: NDArray[np.int64]
    bits: NDArray[np.uint64]


def _rows_near(asked: "Iterable[_Asked]", among: Among | None) -> _Rows | None:
    """None where nothing can be looked up. What shares most pieces comes first, and of those the latest."""
    wanted: list[set[int]] = [set() for _place in range(likeness.PIECES)]
    for each in asked:
        for view in each.views:
            for place, piece in enumerate(view.pieces):
                wanted[place].add(piece)
    if not wanted[0]:
        return None
    found = _nearest(among).tuples(*(sorted(pieces) for pieces in wanted))
    told = np.array(found, dtype=np.uint64).reshape(-1, len(_VIEW_COLUMNS))
    bits = told[:, 2] | told[:, 3] << np.uint64(16) | told[:, 4] << np.uint64(32) | told[:, 5] << np.uint64(48)
    return _Rows(told[:, 0].astype(np.int64), told[:, 1].astype(np.int64), bits)


@cache
def _nearest(among: Among | None) -> Kept:
    """Of the views that share a piece at its place, those that share most of them, at most ROWS_MAX."""

    def nearest(*wanted: Sequence[int]) -> QuerySet[PhotoView]:
        hits = [Q(**{f"piece{place}__in": pieces}) for place, pieces in enumerate(wanted)]
        rows = PhotoView.objects.filter(reduce(or_, hits))
        if among is not None:
            rows = rows.filter(file_id__in=among())
        shared = reduce(add, (Case(When(hit, then=1), default=0) for hit in hits))
        return rows.annotate(shared=shared).order_by("-shared", "-file_id", "place")[:ROWS_MAX]

    return Kept(nearest, _VIEW_COLUMNS, (list[int],) * likeness.PIECES)


class _Asked:
    """A photo that is looked up, with its views."""

    def __init__(self, file: StoredFile) -> None:
        self.pk = file.pk
        self.grey = grey_copy(file)
        self.views = likeness.asked_views(self.grey) if self.grey is not None else []

    def near(self, rows: _Rows, besides: Collection[int]) -> list[_Near]:
        """The earlier ones within DISTANCE_MAX of the nearest of its views."""
        if not self.views:
            return []
        mine = np.array([view.bits for view in self.views], dtype=np.uint64)
        apart = np.bitwise_count(rows.bits[:, None] ^ mine[None, :])
        nearest = apart.argmin(axis=1)
        least = apart[np.arange(len(nearest)), nearest]
        fits = (least <= likeness.DISTANCE_MAX) & (rows.file_ids < self.pk)
        return [
            _Near(int(rows.file_ids[row]), int(least[row]), self.views[nearest[row]], _frame(rows.places[row]))
            for row in np.flatnonzero(fits)
            if int(rows.file_ids[row]) not in besides
        ]

    def compare(
        self, near: Sequence[_Near], others: dict[int, StoredFile], greys: dict[int, Image.Image | None]
    ) -> list[Alike]:
        scores: dict[int, float] = {}
        for one in near:
            grey = greys.get(one.file_id)
            if self.grey is not None and grey is not None and scores.get(one.file_id, 0.0) < likeness.SCORE_SURE:
                found = likeness.score(self.grey, one.view, grey, one.frame)
                scores[one.file_id] = max(found, scores.get(one.file_id, 0.0))
        alike = [Alike(others[pk], found) for pk, found in scores.items() if found >= likeness.SCORE_MIN]
        return sorted(alike, key=lambda each: (-each.score, each.file.pk))[:ALIKE_MAX]


def _frame(place: int) -> likeness.Frame:
    return likeness.KEPT_FRAMES[place]


def _closest(near: Sequence[_Near]) -> list[_Near]:
    """Of the nearest files the best few pairs of views each."""
    kept: dict[int, list[_Near]] = {}
    for one in sorted(near, key=lambda each: (each.distance, -each.file_id)):
        if one.file_id in kept or len(kept) < CANDIDATES_MAX:
            kept.setdefault(one.file_id, []).append(one)
    return [one for each in kept.values() for one in each[:PAIRS_MAX]]


def grey_copy(file: StoredFile) -> Image.Image | None:
    """The small copy, grey and without an even border, as pictures are compared; None where it is not there."""
    try:
        path = published_path(file, size=THUMBNAIL)
    except FileNotThere:
        return None
    with Image.open(path) as image:
        return likeness.bare(image)


def published_path(stored: StoredFile, *, size: str = "") -> Path:
    """Where the published copy lies; `size` "thumb" is the small one. Raises FileNotThere."""
    if not stored.sha256_published:
        raise FileNotThere
    path = storage.thumbnail_path if size == THUMBNAIL else storage.published_path
    return _there(path(stored.sha256_published))


def open_published(stored: StoredFile, *, size: str = "") -> bytes:
    return published_path(stored, size=size).read_bytes()


def received_path(stored: StoredFile) -> Path:
    return _there(storage.received_path(stored.sha256_received))


def open_received(stored: StoredFile) -> bytes:
    """The bytes as they came. Raises FileNotThere."""
    return received_path(stored).read_bytes()


def paths_expected() -> Iterator[Path]:
    """Where the bytes of every file should lie, for whoever looks whether they do; some paths come twice."""
    rows = StoredFile.objects.order_by("pk").values_list("sha256_received", "sha256_published")
    for received, published in rows.iterator(chunk_size=2000):
        yield storage.received_path(received)
        if published:
            yield storage.published_path(published)


def photos_not_indexed() -> QuerySet[StoredFile]:
    """Photos that a later one cannot be found to be made from: received before there was an index."""
    views = PhotoView.objects.filter(file=OuterRef("pk"))
    return StoredFile.objects.filter(~Exists(views), kind=FileKind.PHOTO).order_by("pk")


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileNotThere
    return path
