"""Files on disk, named by the hash of what they hold: a name never changes its content, so writing twice is harmless."""

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings

RECEIVED = "received"
PUBLISHED = "published"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def received_path(sha: str) -> Path:
    """Never served as it is: what came in, byte for byte."""
    return _path(RECEIVED, sha, "")


def published_path(sha: str) -> Path:
    return _path(PUBLISHED, sha, ".jpg")


def thumbnail_path(sha: str) -> Path:
    """Beside the published copy that it is made from, and under that copy's hash."""
    return _path(PUBLISHED, sha, ".thumb.jpg")


def keep(path: Path, data: bytes) -> None:
    """Writes `data` whole or not at all; it is on the disk, not in a cache, when this returns."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _path(folder: str, sha: str, suffix: str) -> Path:
    if not _SHA256.fullmatch(sha):
        raise ValueError("not a sha256 in hexadecimal")
    return Path(settings.MEDIA_ROOT) / folder / sha[:2] / f"{sha}{suffix}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
