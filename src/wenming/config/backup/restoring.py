"""Taking a backup back, so that whoever is interrupted still has what he had before."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from wenming.config.backup import archive, databases
from wenming.config.backup.archive import DATABASE, PIECE_BYTES, Manifest
from wenming.config.backup.errors import NotABackup, NotEmpty, OtherDatabase, TooNew
from wenming.config.backup.making import full_disk_told
from wenming.engines.loop import engine
from wenming.foundation.audit import services as audit
from wenming.kernel import triggers


@dataclass(frozen=True, slots=True)
class Restored:
    """`faults` is empty when the histories verify, the rows are those that were counted and no trigger is missing."""

    version: str
    made_at: str
    rows: int
    files: int
    former: str
    checked: int
    faults: list[str]


def restore(path: Path, *, replaces: bool) -> Restored:
    """Checks the whole file, puts it in place, migrates it to this version and verifies what came out.

    Nothing is changed before every checksum is found right. Files go in first (they are named by their content and
    harm nobody), then the database takes the place of the old one in a single step; everybody is signed out.
    Raises NotABackup, Damaged, OtherDatabase, TooNew, NotEmpty, InUse, NoRoom, ToolFailed, ToolMissing.
    """
    manifest = archive.read_manifest(path)
    if manifest.vendor != connection.vendor:
        raise OtherDatabase(theirs=manifest.vendor, ours=connection.vendor)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if not known.issuperset(manifest.migrations):
        raise TooNew(version=manifest.version)
    has_data = not databases.is_empty()
    if has_data and not replaces:
        raise NotEmpty
    archive.check(path, manifest)
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with full_disk_told(), tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as name:
        packed, files = _unpack(path, manifest, Path(name))
        database = databases.of_this_installation()
        former = database.put_back(packed, replaces=has_data)
    try:
        rows = databases.count_rows()
        faults = [f"rows of {table}" for table, count in manifest.rows.items() if rows.get(table) != count]
        call_command("migrate", verbosity=0, interactive=False)
        _sign_everybody_out()
    except BaseException:
        database.undo(former)
        raise
    checked, found = _verify()
    total = sum(manifest.rows.values())
    return Restored(manifest.version, manifest.made_at, total, files, former, checked, faults + found)


def _unpack(path: Path, manifest: Manifest, folder: Path) -> tuple[Path, int]:
    packed, files = folder / DATABASE, 0
    for member, stream in archive.extract(path, manifest):
        if member.name == DATABASE:
            _write(packed, stream)
            continue
        place = _place_of(member.name, path)
        files += 1
        if not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = folder / "file"
            _write(fresh, stream)
            fresh.replace(place)
    return packed, files


def _place_of(name: str, path: Path) -> Path:
    """Where a member belongs; a name that leads out of the media folder is not one that we wrote."""
    root = Path(settings.MEDIA_ROOT).resolve()
    place = (root / name.removeprefix("media/")).resolve()
    if not name.startswith("media/") or not place.is_relative_to(root):
        raise NotABackup(path=path)
    return place


def _write(place: Path, stream: IO[bytes]) -> None:
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        shutil.copyfileobj(stream, file, PIECE_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _sign_everybody_out() -> None:
    """Sessions of the day of the backup are not to come back to life."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")


def _verify() -> tuple[int, list[str]]:
    audit.seal()
    log = audit.verify()
    checked, faults = log.checked, list(log.faults)
    for name, loop in engine.registered().items():
        checked += loop.count()
        faults += [f"{name} {fault.item_id} event {fault.seq}: {fault.kind}" for fault in loop.verify()]
    faults += [f"trigger {name}" for name in triggers.missing(connection)]
    return checked, faults
