"""The restore drill: a city at work is saved, lost and brought back, on whichever database these tests run on."""

import io
import json
import signal
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.config.installations import Installation, installation
from wenming.config.backup import archive
from wenming.config.backup.archive import Manifest, Member
from wenming.config.backup.errors import Damaged, NotABackup

KEYS = ("problems.rectification_rate", "problems.closed")
EXACT = ("numerator", "denominator", "evidence_count", "evidence_sha256")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("city")) as made:
        words = ("--database", "env") if connection.vendor == "postgresql" else ()
        made.run("demo", "--no-serve", *words)
        yield made


@pytest.fixture(scope="module")
def saved(city: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("backups") / "city.wmbak"
    city.json("backup", "--out", str(out))
    return out


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "fresh") as made:
        yield made


def media_of(home: Path) -> dict[str, bytes]:
    root = home / "media"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_restore_brings_back_figures_histories_and_files(city: Installation, saved: Path, fresh: Installation) -> None:
    done = fresh.json("restore", str(saved))
    assert done["faults"] == []
    assert done["checked"] > 1000
    assert fresh.figures(*EXACT, of=KEYS) == city.figures(*EXACT, of=KEYS)
    assert media_of(fresh.home) == media_of(city.home)
    assert len(media_of(city.home)) == done["files"] > 100
    assert fresh.json("audit", "verify")["faults"] == []
    assert [p for p in fresh.json("doctor")["problems"] if p["is_fatal"]] == []


def test_backup_carries_no_secret_and_is_for_its_owner_alone(city: Installation, saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
    secret = (city.home / "secret.key").read_bytes().strip()
    assert secret not in saved.read_bytes()


WRITER = """
import django
django.setup()
from wenming.foundation.audit.services import record
from wenming.kernel.actors import SYSTEM
for number in range(100_000):
    record(by=SYSTEM, action="drill.write", kind="drill", key=number)
    if number == 20:
        print("writing", flush=True)
"""


STRANGER = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE ledger_of_another (id integer)")
"""
STRANGER_LOOKS = STRANGER.replace("CREATE TABLE ledger_of_another (id integer)", "SELECT id FROM ledger_of_another")


def test_backup_while_the_office_writes_is_one_moment(city: Installation, tmp_path: Path, fresh: Installation) -> None:
    writer = city.python(WRITER)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        made = city.json("backup", "--out", str(tmp_path / "busy.wmbak"), "--without-files")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
    done = fresh.json("restore", str(tmp_path / "busy.wmbak"))
    assert (done["faults"], done["rows"]) == ([], made["rows"])


def test_backup_over_a_file_that_is_there_is_refused(city: Installation, saved: Path) -> None:
    before = saved.read_bytes()
    done = city.run("backup", "--out", str(saved), check=False)
    assert (done.returncode, saved.read_bytes() == before) == (1, True)


def test_restore_over_data_is_refused_without_replace(city: Installation, saved: Path) -> None:
    before = city.figures(*EXACT, of=KEYS)
    done = city.run("restore", str(saved), check=False)
    assert done.returncode == 1
    assert "--replace" in done.stderr
    assert city.figures(*EXACT, of=KEYS) == before


def test_restore_with_replace_sets_the_former_data_aside(saved: Path, fresh: Installation) -> None:
    fresh.run("restore", str(saved))
    done = fresh.json("restore", str(saved), "--replace")
    assert done["faults"] == []
    if connection.vendor == "sqlite":
        assert Path(done["former"]).is_file()
    else:
        assert done["former"].startswith("before_")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
def test_restore_refuses_a_file_with_one_flipped_byte(saved: Path, fresh: Installation, share: float) -> None:
    data = bytearray(saved.read_bytes())
    # Past the first tar header: within the manifest, the database and the files.
    data[1024 + int(len(data) * share)] ^= 0x40
    damaged = fresh.home.parent / "damaged.wmbak"
    damaged.write_bytes(data)
    done = fresh.run("restore", str(damaged), check=False)
    assert done.returncode == 1
    assert "没有恢复" in done.stderr or "备份文件" in done.stderr
    assert not media_of(fresh.home)


def test_restore_refuses_a_truncated_file(saved: Path, fresh: Installation) -> None:
    cut = fresh.home.parent / "cut.wmbak"
    cut.write_bytes(saved.read_bytes()[:-300_000])
    done = fresh.run("restore", str(cut), check=False)
    assert (done.returncode, media_of(fresh.home)) == (1, {})


MARK = """
import django
django.setup()
from wenming.foundation.audit.services import record
from wenming.kernel.actors import SYSTEM
for number in range(7):
    record(by=SYSTEM, action="drill.mark", kind="drill", key=number)
"""


def test_restore_when_killed_leaves_what_was_there_or_what_was_saved(saved: Path, fresh: Installation) -> None:
    fresh.run("restore", str(saved))
    as_saved = fresh.json("audit", "verify")["checked"]
    # What is here differs from what was saved, so that a half of each would show.
    fresh.do(MARK)
    as_here = fresh.json("audit", "verify")["checked"]
    assert as_here == as_saved + 7
    for seconds in (1.6, 2.6):
        process = fresh.start("restore", str(saved), "--replace")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        fresh.run("migrate", "-v0")
        found = fresh.json("audit", "verify")
        assert found["faults"] == []
        assert found["checked"] in (as_here, as_saved)
        assert fresh.json("flow", "problems", "--verify")["faults"] == []


def test_restore_over_the_tables_of_somebody_else_is_refused(saved: Path, fresh: Installation) -> None:
    fresh.do(STRANGER)
    done = fresh.run("restore", str(saved), check=False)
    assert (done.returncode, "--replace" in done.stderr) == (1, True)
    fresh.do(STRANGER_LOOKS)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone is a file that somebody holds open")
def test_restore_while_the_server_runs_is_refused(saved: Path, fresh: Installation) -> None:
    fresh.run("restore", str(saved))
    worker = fresh.start("worker")
    try:
        time.sleep(4)
        done = fresh.run("restore", str(saved), "--replace", check=False)
    finally:
        worker.kill()
        worker.wait()
    assert done.returncode == 1
    assert "wenming serve" in done.stderr


def manifest(**changes: Any) -> Manifest:
    given: dict[str, Any] = {
        "format": archive.FORMAT,
        "version": "9.9.9",
        "made_at": "2026-01-01T00:00:00+00:00",
        "vendor": "sqlite",
        "migrations": [],
        "rows": {},
        "members": [],
        "missing": [],
    }
    return Manifest(**{**given, **changes})


def packed(path: Path, made: Manifest, sources: dict[str, Path]) -> Path:
    with path.open("wb") as file:
        archive.write(file, made, sources)
    return path


def test_restore_refuses_what_a_newer_version_made(tmp_path: Path, fresh: Installation) -> None:
    made = manifest(vendor=connection.vendor, migrations=["problems.9999_from_the_future"])
    done = fresh.run("restore", str(packed(tmp_path / "new.wmbak", made, {})), check=False)
    assert (done.returncode, "9.9.9" in done.stderr) == (1, True)


def test_restore_refuses_another_database(tmp_path: Path, fresh: Installation) -> None:
    done = fresh.run("restore", str(packed(tmp_path / "o.wmbak", manifest(vendor="oracle"), {})), check=False)
    assert (done.returncode, "oracle" in done.stderr) == (1, True)


def test_restore_refuses_a_name_that_leads_out_of_the_media_folder(tmp_path: Path, fresh: Installation) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    member = Member("media/../../evil", 1, archive.digest_of(file))
    made = manifest(vendor=connection.vendor, members=[member])
    path = packed(tmp_path / "evil.wmbak", made, {member.name: file})
    assert fresh.run("restore", str(path), check=False).returncode == 1
    assert not (fresh.home.parent / "evil").exists()


@pytest.mark.parametrize("content", [b"", b"not a tar at all", b"\0" * 20480])
def test_read_manifest_of_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(NotABackup):
        archive.read_manifest(path)


def test_read_manifest_of_another_tar(tmp_path: Path) -> None:
    path = tmp_path / "other.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = 2
        tar.addfile(info, io.BytesIO(b"{}"))
    with pytest.raises(NotABackup):
        archive.read_manifest(path)


def test_read_manifest_that_was_changed(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", manifest(), {})
    path.write_bytes(path.read_bytes().replace(b"9.9.9", b"9.9.8"))
    with pytest.raises(Damaged):
        archive.read_manifest(path)


def test_manifest_reads_back_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    made = manifest(members=[Member("database", 7, archive.digest_of(file))], rows={"people_user": 3})
    path = packed(tmp_path / "a", made, {"database": file})
    assert archive.read_manifest(path) == made
    assert json.loads(made.as_bytes())["rows"] == {"people_user": 3}
    archive.check(path, made)
