"""Receiving photos and documents. What is received lies safely on the disk before its row commits."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.files import documents, likeness, photos, redacting, selectors, storage
from wenming.foundation.files.enums import FileKind
from wenming.foundation.files.errors import DocumentTooLarge, PhotoTooLarge, TooManyPhotos
from wenming.foundation.files.limits import (
    DOCUMENT_BYTES_MAX,
    NAME_CHARACTERS_MAX,
    PHOTO_BYTES_MAX,
    UPLOAD_PHOTOS_MAX,
)
from wenming.foundation.files.models import PhotoView, StoredFile
from wenming.foundation.files.redacting import Box
from wenming.kernel import clock
from wenming.kernel.actors import Actor

WRITE_ROWS = 500
INDEX_ROWS = 200
META_CHARACTERS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class PhotoDraft:
    """A photo as it came. `taken_at` (aware), `lat` and `lon` are what the phone read before it shrank the picture."""

    data: bytes
    name: str
    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What one batch did: how many photos came into the index, how many have no small copy to look at, the last of them."""

    done: int
    lost: int
    last_pk: int


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    data: bytes
    name: str


def receive_photos(drafts: Sequence[PhotoDraft], *, by: Actor) -> list[StoredFile]:
    """All or none, in the order given. Raises what `photos.read_photo` raises, before anything is written."""
    # One at a time through memory: only the small published copies are held together.
    read = [(draft, photos.read_photo(draft.data, name=clean_name(draft.name))) for draft in drafts]
    rows = []
    for draft, photo in read:
        received, published = storage.sha256(draft.data), storage.sha256(photo.published)
        storage.keep(storage.received_path(received), draft.data)
        storage.keep(storage.published_path(published), photo.published)
        storage.keep(storage.thumbnail_path(published), photo.thumbnail)
        rows.append(_photo_row(draft, photo, received=received, published=published, by=by))
    with transaction.atomic():
        made = _file_rows(rows, action="files.receive_photo", by=by)
        _keep_views(made, [photo.views for _draft, photo in read])
    return made


def receive_photo(
    *,
    data: bytes,
    name: str,
    by: Actor,
    taken_at: datetime | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> StoredFile:
    return receive_photos([PhotoDraft(data, name, taken_at, lat, lon)], by=by)[0]


def receive_documents(drafts: Sequence[DocumentDraft], *, by: Actor) -> list[StoredFile]:
    """All or none, in the order given. Raises what `documents.content_type_of` raises."""
    rows = []
    for draft in drafts:
        name = clean_name(draft.name)
        content_type = documents.content_type_of(draft.data, name=name)
        sha = storage.sha256(draft.data)
        row = _row(FileKind.DOCUMENT, draft.data, name=name, content_type=content_type, sha=sha, by=by)
        rows.append((row, draft.data))
    for row, data in rows:
        storage.keep(storage.received_path(row.sha256_received), data)
    with transaction.atomic():
        return _file_rows([row for row, _data in rows], action="files.receive_document", by=by)


def receive_document(*, data: bytes, name: str, by: Actor) -> StoredFile:
    return receive_documents([DocumentDraft(data, name)], by=by)[0]


def photo_drafts(uploads: "Sequence[UploadedFile[bytes]]", *, meta: str = "") -> list[PhotoDraft]:
    """What a form with the camera button sent: the files, and the `<name>_meta` that the phone wrote about them.

    `meta` is a JSON list of {name, taken_at (ISO 8601), lat, lon}, in the order of the files; what is wrong in it counts
    as not said. Raises TooManyPhotos, PhotoTooLarge.
    """
    if len(uploads) > UPLOAD_PHOTOS_MAX:
        raise TooManyPhotos(most=UPLOAD_PHOTOS_MAX)
    said = _meta_rows(meta)
    drafts = []
    for number, upload in enumerate(uploads):
        name = upload.name or ""
        if (upload.size or 0) > PHOTO_BYTES_MAX:
            raise PhotoTooLarge(name=clean_name(name), megabytes=PHOTO_BYTES_MAX // 1024 // 1024)
        row = said[number] if number < len(said) and isinstance(said[number], dict) else {}
        lat, lon = _degrees(row.get("lat"), most=90), _degrees(row.get("lon"), most=180)
        if lat is None or lon is None or (lat, lon) == (0.0, 0.0):
            lat = lon = None
        drafts.append(PhotoDraft(upload.read(), name, _moment(row.get("taken_at")), lat, lon))
    return drafts


def document_draft(upload: "UploadedFile[bytes]") -> DocumentDraft:
    """Raises DocumentTooLarge before it is read into memory."""
    name = upload.name or ""
    if (upload.size or 0) > DOCUMENT_BYTES_MAX:
        raise DocumentTooLarge(name=clean_name(name), megabytes=DOCUMENT_BYTES_MAX // 1024 // 1024)
    return DocumentDraft(upload.read(), name)


def index_photos(*, after_pk: int = 0, limit: int = INDEX_ROWS) -> Indexed | None:
    """Brings the next photos behind `after_pk` into the index; None where there are no more.

    Safe to stop at any moment and to run again, also beside another: a photo is in the index once and with all its views.
    """
    files = list(selectors.photos_not_indexed().filter(pk__gt=after_pk)[:limit])
    if not files:
        return None
    seen = [(file, grey) for file in files if (grey := selectors.grey_copy(file)) is not None]
    with transaction.atomic():
        _keep_views([file for file, _grey in seen], [likeness.kept_views(grey) for _file, grey in seen])
    return Indexed(done=len(seen), lost=len(files) - len(seen), last_pk=files[-1].pk)


def clean_name(name: str) -> str:
    """The last part of a path of either kind, without control characters or marks that turn the direction of writing."""
    base = PurePosixPath(PureWindowsPath(name).name).name
    text = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    stem, dot, suffix = text.strip(" .").rpartition(".")
    if dot and len(suffix) < 10:
        return f"{stem[: NAME_CHARACTERS_MAX - len(suffix) - 1]}.{suffix}"
    return text.strip(" .")[:NAME_CHARACTERS_MAX] or "file"


def _photo_row(draft: PhotoDraft, photo: photos.Photo, *, received: str, published: str, by: Actor) -> StoredFile:
    shot = photo.shot
    row = _row(
        FileKind.PHOTO,
        draft.data,
        name=clean_name(draft.name),
        content_type=photo.content_type,
        sha=received,
        by=by,
    )
    row.sha256_published = published
    row.width, row.height, row.camera = photo.width, photo.height, shot.camera
    row.taken_at = draft.taken_at or shot.taken_at
    is_placed = draft.lat is not None and draft.lon is not None
    row.lat, row.lon = (draft.lat, draft.lon) if is_placed else (shot.lat, shot.lon)
    return row


def _keep_views(files: Sequence[StoredFile], views: Sequence[Sequence[likeness.View]]) -> None:
    rows = []
    for file, kept in zip(files, views, strict=True):
        for place, view in enumerate(kept):
            one, two, three, four = view.pieces
            rows.append(PhotoView(file=file, place=place, piece0=one, piece1=two, piece2=three, piece3=four))
    PhotoView.objects.bulk_create(rows, batch_size=WRITE_ROWS, ignore_conflicts=True)


def _row(kind: FileKind, data: bytes, *, name: str, content_type: str, sha: str, by: Actor) -> StoredFile:
    return StoredFile(
        kind=kind,
        name=name,
        content_type=content_type,
        sha256_received=sha,
        bytes_received=len(data),
        received_at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.id,
        unit_id=by.unit_id,
    )


def _file_rows(rows: Iterable[StoredFile], *, action: str, by: Actor) -> list[StoredFile]:
    made = StoredFile.objects.bulk_create(rows, batch_size=WRITE_ROWS)
    audit.record_all(
        [audit.Entry(action, "file", str(row.public_id), None, {"sha256": row.sha256_received}) for row in made],
        by=by,
    )
    return made


def _meta_rows(text: str) -> list[Any]:
    if len(text) > META_CHARACTERS_MAX:
        return []
    try:
        rows = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return rows if isinstance(rows, list) else []


def _degrees(value: Any, *, most: int) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= most else None


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    try:
        return at.replace(tzinfo=at.tzinfo or clock.SHANGHAI).astimezone(UTC)
    except OverflowError:
        return None


def receive_covered(file: StoredFile, boxes: Sequence[Box], crop: Box | None, *, by: Actor) -> StoredFile:
    """A copy of a photo's published picture with parts of it covered, as a file of its own; the photo stays as it is.

    Raises FileNotThere.
    """
    data = redacting.covered(selectors.open_published(file), boxes, crop)
    return receive_photo(data=data, name=file.name, by=by)
