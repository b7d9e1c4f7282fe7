"""Making a backup while the office goes on working."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from wenming.config.backup import archive, databases
from wenming.config.backup.archive import DATABASE, Manifest, Member
from wenming.config.backup.errors import BackupExists, NoRoom
from wenming.foundation.files.selectors import paths_expected
from wenming.kernel import clock

LAST_MADE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Made:
    path: str
    size: int
    sha256: str
    files: int
    missing: list[str]
    rows: int


def make(*, out: Path, with_files: bool = True) -> Made:
    """Database and files of this installation in `out`, whole or not at all; readable by its owner alone.

    The secret key is not in it: whoever finds the file can read what stands in it, but forge no link and no session.
    Raises BackupExists, NoRoom, ToolFailed, ToolMissing.
    """
    if out.exists():
        raise BackupExists(path=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with full_disk_told(), tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as name:
        folder = Path(name)
        taken = databases.of_this_installation().snapshot(folder)
        # Files after the database: one that a row names was on disk before the row was written.
        sources, missing = _files() if with_files else ({}, [])
        members = [Member(DATABASE, taken.path.stat().st_size, archive.digest_of(taken.path))]
        members += [Member(name, path.stat().st_size, archive.digest_of(path)) for name, path in sources.items()]
        manifest = Manifest(
            format=archive.FORMAT,
            version=settings.VERSION,
            made_at=clock.now().isoformat(timespec="seconds"),
            vendor=connection.vendor,
            migrations=sorted(f"{app}.{step}" for app, step in MigrationRecorder(connection).applied_migrations()),
            rows=taken.rows,
            members=members,
            missing=missing,
        )
        part = folder / "backup.tar"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            archive.write(file, manifest, {DATABASE: taken.path, **sources})
            file.flush()
            os.fsync(file.fileno())
        digest = archive.digest_of(part)
        part.replace(out)
    made = Made(str(out), out.stat().st_size, digest, len(sources), missing, sum(taken.rows.values()))
    _remember(made)
    return made


def last_made_at() -> datetime | None:
    """When the last backup of this installation was made; None where it never was."""
    try:
        return datetime.fromisoformat(json.loads((settings.HOME / LAST_MADE).read_text())["made_at"])
    except (OSError, ValueError, KeyError):
        return None


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from error
        raise


def _files() -> tuple[dict[str, Path], list[str]]:
    """Members by name, and the names of files that the database tells of and no disk holds."""
    root = Path(settings.MEDIA_ROOT)
    there = {path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")}
    missing = {path for path in paths_expected() if path not in there}
    return {_name(path, root): path for path in sorted(there)}, [_name(path, root) for path in sorted(missing)]


def _name(path: Path, root: Path) -> str:
    return f"media/{path.relative_to(root).as_posix()}"


def _remember(made: Made) -> None:
    note = {"made_at": clock.now().isoformat(timespec="seconds"), "bytes": made.size, "sha256": made.sha256}
    fresh = settings.HOME / f".{LAST_MADE}"
    fresh.write_text(json.dumps(note))
    shutil.move(fresh, settings.HOME / LAST_MADE)
