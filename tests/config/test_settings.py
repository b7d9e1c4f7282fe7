"""What production refuses to start with."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = secrets.token_urlsafe(48)
PRODUCTION = {"WENMING_ENV": "production", "WENMING_HOSTS": "wenming.example.gov.cn", "WENMING_SECRET_KEY": GOOD}
SHOW = (
    "from django.conf import settings as s; "
    "print(len(s.SECRET_KEY), s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.ALLOWED_HOSTS)"
)


def start(home: Path, show: str = SHOW, **variables: str) -> subprocess.CompletedProcess[str]:
    """Settings are read once a process, so each trial is one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMING_", "DATABASE_URL"))}
    environment = {**kept, "WENMING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "wenming.config.settings", **variables}
    return subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=False)


def test_production_with_a_good_secret_starts_with_all_locks_on(tmp_path: Path) -> None:
    found = start(tmp_path, **PRODUCTION)
    assert found.stdout.split() == [str(len(GOOD)), "True", "True", "31536000", "['wenming.example.gov.cn']"]


@pytest.mark.parametrize("secret", ["", "short", "x" * 64, "abcabcabcabcabcabcabcabcabcabcabcabc"])
def test_production_refuses_a_weak_secret(tmp_path: Path, secret: str) -> None:
    found = start(tmp_path, **{**PRODUCTION, "WENMING_SECRET_KEY": secret})
    assert found.returncode == 1
    assert "WENMING_SECRET_KEY must be set" in found.stderr


def test_production_does_not_use_a_secret_that_development_made(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "secret.key").exists()
    assert start(tmp_path, **{**PRODUCTION, "WENMING_SECRET_KEY": ""}).returncode == 1


def test_production_refuses_debug_pages(tmp_path: Path) -> None:
    found = start(tmp_path, **PRODUCTION, WENMING_DEBUG="1")
    assert (found.returncode, "WENMING_DEBUG" in found.stderr) == (1, True)


def test_production_wants_to_know_its_host(tmp_path: Path) -> None:
    found = start(tmp_path, WENMING_ENV="production", WENMING_SECRET_KEY=GOOD)
    assert (found.returncode, "WENMING_HOSTS" in found.stderr) == (1, True)


@pytest.mark.parametrize("hosts", ["*", "wenming.example.gov.cn, *"])
def test_production_refuses_to_answer_to_any_host(tmp_path: Path, hosts: str) -> None:
    found = start(tmp_path, **{**PRODUCTION, "WENMING_HOSTS": hosts})
    assert (found.returncode, "never *" in found.stderr) == (1, True)


def test_development_keeps_its_secret_for_itself(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    kept = tmp_path / "secret.key"
    first = kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    assert start(tmp_path).returncode == 0
    assert kept.read_text() == first


def test_home_is_made_for_its_account_alone(tmp_path: Path) -> None:
    assert start(tmp_path / "home").returncode == 0
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("variables", "is_required"),
    [
        (PRODUCTION, "True"),
        ({**PRODUCTION, "WENMING_SECOND_FACTOR": "optional"}, "False"),
        # A word that is none must not open a door.
        ({**PRODUCTION, "WENMING_SECOND_FACTOR": "Optional?"}, "True"),
        ({}, "False"),
        ({"WENMING_SECOND_FACTOR": "required"}, "True"),
    ],
)
def test_production_requires_a_second_factor_of_administrators(
    tmp_path: Path, variables: dict[str, str], is_required: str
) -> None:
    found = start(tmp_path, show="from django.conf import settings as s; print(s.SECOND_FACTOR_REQUIRED)", **variables)
    assert found.stdout.strip() == is_required
