"""Reads of files. What was received goes to nobody but through `open_received`, whose callers answer for it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from wenming.foundation.files import storage
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.errors import FileNotThere
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import Actor

THUMBNAIL = "thumb"


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


def photos_alike(perceptual_hash: str) -> QuerySet[StoredFile]:
    """Every receipt whose difference hash is the same to the bit, oldest first."""
    return StoredFile.objects.filter(kind=FileKind.PHOTO, perceptual_hash=perceptual_hash).order_by("pk")


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
