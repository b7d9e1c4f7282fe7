"""Reads of files. What was received goes to nobody but through `open_received`, whose callers answer for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from PIL import Image

from wenming.foundation.files import likeness, storage
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.errors import FileNotThere
from wenming.foundation.files.models import PhotoView, StoredFile
from wenming.kernel.actors import Actor

THUMBNAIL = "thumb"
ALIKE_MAX: Final = 3
CANDIDATES_MAX: Final = 12
PAIRS_MAX: Final = 3
# Of rows that share a piece, so that one picture sent a hundred thousand times does not fill the memory.
ROWS_MAX: Final = 50_000


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
    rows = StoredFile.objects.filter(kind=FileKind.PHOTO, actor_kind=actor.kind, actor_id=actor.id)
    return {row.public_id: row for row in rows.filter(public_id__in=set(public_ids))}


def photos_with_bytes(sha256_received: str) -> QuerySet[StoredFile]:
    """Every receipt of these very bytes, oldest first: has this picture been sent before?"""
    return StoredFile.objects.filter(kind=FileKind.PHOTO, sha256_received=sha256_received).order_by("pk")


def photos_alike(files: Sequence[StoredFile]) -> dict[int, list[Alike]]:
    """By primary key: the earlier photos that look as if each was made from them, likest first, at most ALIKE_MAX.

    Two statements for all. What lies on the disk is read for the few candidates only; of a photo whose small copy is not
    there nothing is said.
    """
    asked = {file.pk: _Asked(file) for file in files}
    wanted: list[set[int]] = [set() for _place in range(likeness.PIECES)]
    for each in asked.values():
        for view in each.views:
            for place, piece in enumerate(view.pieces):
                wanted[place].add(piece)
    if not wanted[0]:
        return {pk: [] for pk in asked}
    rows = PhotoView.objects.filter(
        Q(piece0__in=wanted[0]) | Q(piece1__in=wanted[1]) | Q(piece2__in=wanted[2]) | Q(piece3__in=wanted[3])
    ).order_by()[:ROWS_MAX]
    near: dict[int, list[_Near]] = {pk: [] for pk in asked}
    for row in rows:
        for pk, each in asked.items():
            if row.file_id < pk and (found := each.nearest(row)) is not None:
                near[pk].append(found)
    closest = {pk: _closest(each) for pk, each in near.items()}
    others = files_of(one.file_id for each in closest.values() for one in each)
    greys = {pk: _grey(other) for pk, other in others.items()}
    return {pk: asked[pk].compare(closest[pk], others, greys) for pk in asked}


class _Asked:
    """A photo that is looked up, with its views."""

    def __init__(self, file: StoredFile) -> None:
        self.grey = _grey(file)
        self.views = likeness.asked_views(self.grey) if self.grey is not None else []

    def nearest(self, row: PhotoView) -> _Near | None:
        bits = row.bits
        best = min(
            ((likeness.distance(view.bits, bits), place) for place, view in enumerate(self.views)),
            default=None,
        )
        if best is None or best[0] > likeness.DISTANCE_MAX:
            return None
        return _Near(row.file_id, best[0], self.views[best[1]], likeness.KEPT_FRAMES[row.place])

    def compare(
        self, near: Sequence[_Near], others: dict[int, StoredFile], greys: dict[int, Image.Image | None]
    ) -> list[Alike]:
        scores: dict[int, float] = {}
        for one in near:
            grey = greys.get(one.file_id)
            if self.grey is not None and grey is not None:
                found = likeness.score(self.grey, one.view, grey, one.frame)
                scores[one.file_id] = max(found, scores.get(one.file_id, 0.0))
        alike = [Alike(others[pk], found) for pk, found in scores.items() if found >= likeness.SCORE_MIN]
        return sorted(alike, key=lambda each: (-each.score, each.file.pk))[:ALIKE_MAX]


def _closest(near: Sequence[_Near]) -> list[_Near]:
    """Of the nearest files the best few pairs of views each."""
    kept: dict[int, list[_Near]] = {}
    for one in sorted(near, key=lambda each: each.distance):
        if one.file_id in kept or len(kept) < CANDIDATES_MAX:
            kept.setdefault(one.file_id, []).append(one)
    return [one for each in kept.values() for one in each[:PAIRS_MAX]]


def _grey(file: StoredFile) -> Image.Image | None:
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


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileNotThere
    return path
