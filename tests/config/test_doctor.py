"""Each thing that may be wrong is found, and each finding says what to do."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from tests.factories.files import make_photo
from tests.factories.people import make_unit
from wenming.config import health, watching
from wenming.config.management.commands import worker
from wenming.foundation.audit.models import AuditSeal
from wenming.foundation.files.selectors import received_path
from wenming.kernel import clock, triggers

pytestmark = pytest.mark.django_db


def found() -> dict[str, health.Finding]:
    return {finding.code: finding for finding in health.examine()}


def test_examine_a_sound_installation_finds_nothing_fatal() -> None:
    assert [finding.code for finding in health.examine() if finding.is_fatal] == []


def test_examine_finds_pending_migrations() -> None:
    MigrationRecorder(connection).record_unapplied("audit", "0001_initial")
    assert "wenming migrate" in found()["migrations.pending"].advice


def test_examine_finds_missing_triggers() -> None:
    triggers.drop_all(connection)
    finding = found()["triggers.missing"]
    assert finding.is_fatal
    assert "wm_" in finding.message


def test_examine_finds_a_home_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "a-file"
    file.write_text("")
    settings.HOME = file
    assert str(file) in found()["home.unwritable"].message


def test_examine_finds_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FREE_MB_MIN", 10**9)
    assert found()["disk.low"].is_fatal


def test_examine_finds_a_secret_that_others_can_read(settings: Any) -> None:
    settings.HOME.mkdir(parents=True)
    kept = settings.HOME / "secret.key"
    kept.write_text("x" * 40)
    kept.chmod(0o600)
    assert "secret.weak" not in found()
    kept.chmod(0o644)
    assert found()["secret.weak"].is_fatal


def test_examine_finds_a_short_secret(settings: Any) -> None:
    settings.SECRET_KEY = "short"
    assert found()["secret.weak"].is_fatal


@pytest.mark.parametrize(("month", "is_found"), [(6, False), (11, True)])
def test_examine_misses_the_next_years_notice_from_november_on(month: int, is_found: bool) -> None:
    # Two years ahead of every notice that can be known: only the present year is asked for before November.
    with clock.set_to(datetime(2026, month, 1, tzinfo=UTC)):
        messages = [f.message for f in health.examine() if f.code == "calendar.year_unknown"]
    assert any("2027" in message for message in messages) is is_found


def test_examine_misses_the_present_year() -> None:
    with clock.set_to(datetime(2090, 3, 1, tzinfo=UTC)):
        assert "2090" in found()["calendar.year_unknown"].message


def test_examine_misses_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not found()["soffice.missing"].is_fatal


def test_examine_finds_a_silent_worker(settings: Any) -> None:
    assert "worker.silent" in found()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    watching.beat()
    assert "worker.silent" not in found()
    long_ago = time.time() - health.BEAT_SECONDS_MAX - 60
    os.utime(settings.HOME / watching.BEAT, (long_ago, long_ago))
    assert not found()["worker.silent"].is_fatal


def test_examine_finds_an_old_backup(settings: Any) -> None:
    assert "backup.old" in found()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    note = settings.HOME / "last-backup.json"
    note.write_text(json.dumps({"made_at": clock.now().isoformat()}))
    assert "backup.old" not in found()
    with clock.set_to(clock.now() + timedelta(days=3)):
        assert not found()["backup.old"].is_fatal


def test_examine_finds_files_that_no_disk_holds() -> None:
    stored = make_photo()
    assert "files.missing" not in found()
    received_path(stored).unlink()
    assert found()["files.missing"].is_fatal


def test_examine_finds_a_clock_that_was_set_back() -> None:
    make_unit()
    assert "clock.behind" not in found()
    with clock.set_to(clock.now() - timedelta(days=1)):
        assert found()["clock.behind"].is_fatal


def test_command_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor", "--json")
    document = json.loads(capsys.readouterr().out)
    assert all({"code", "message", "advice"} <= problem.keys() for problem in document["problems"])


def test_command_exits_1_when_something_must_be_put_right(capsys: pytest.CaptureFixture[str]) -> None:
    triggers.drop_all(connection)
    with pytest.raises(CommandError) as caught:
        call_command("doctor", "--json")
    assert caught.value.returncode == 1
    assert "triggers.missing" in [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]]


def test_findings_speak_english(settings: Any) -> None:
    settings.SECRET_KEY = "short"
    with translation.override("en"):
        assert "too short" in found()["secret.weak"].message


@pytest.mark.django_db(transaction=True)
def test_worker_runs_what_is_due() -> None:
    with clock.set_to(datetime(2026, 3, 1, tzinfo=UTC)):
        make_unit()
    with clock.set_to(datetime(2026, 3, 2, tzinfo=UTC)):
        call_command("worker", once=True)
    assert AuditSeal.objects.count() == 1


def test_worker_goes_on_when_a_job_fails(caplog: pytest.LogCaptureFixture) -> None:
    done = []

    def fails() -> None:
        raise RuntimeError

    assert worker.run({"fails": fails, "works": lambda: done.append(1)}) == ["fails"]
    assert done == [1]
    assert "fails failed" in caplog.text


def test_examine_counts_the_photos_that_are_not_indexed() -> None:
    for _number in range(2):
        make_photo().views.all().delete()
    finding = found()["photos.not_indexed"]
    assert "2" in finding.message
    assert not finding.is_fatal
    call_command("photos", "index", stdout=StringIO(), stderr=StringIO())
    assert "photos.not_indexed" not in found()


@pytest.mark.parametrize(("is_required", "is_told"), [(True, False), (False, True)])
def test_doctor_tells_when_a_password_is_enough_for_administrators(
    settings: Any, is_required: bool, is_told: bool
) -> None:
    settings.IS_PRODUCTION, settings.SECOND_FACTOR_REQUIRED = True, is_required
    assert ("second_factor.optional" in found()) == is_told
