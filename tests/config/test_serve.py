"""The real server in a process of its own: it answers, stops when asked, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from wenming.config.supervisor import Child, Supervisor

CLI = [sys.executable, "-m", "wenming.config.cli"]
START_SECONDS = 60
STOP_SECONDS = 30


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a migrated installation."""
    folder = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMING_", "DATABASE_URL"))}
    environment = {**kept, "WENMING_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "wenming.config.settings"}
    subprocess.run([*CLI, "migrate", "-v0"], env=environment, check=True, capture_output=True)
    return environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answering(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def processes_of(home: dict[str, str]) -> set[int]:
    """Every process of this installation: they carry its folder in their environment."""
    mark, found = f"WENMING_HOME={home['WENMING_HOME']}".encode(), set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() and b"Z" not in (folder / "stat").read_bytes().split()[2:3]:
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture
def server(home: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    words = [*CLI, "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(words, env=home, stderr=subprocess.PIPE)
    try:
        assert wait_for(lambda: is_answering(port) or process.poll() is not None, START_SECONDS)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield process, port
    finally:
        process.kill()
        process.communicate()
        for pid in processes_of(home):
            os.kill(pid, signal.SIGKILL)


def test_serve_answers_and_stops_when_asked(server: tuple[subprocess.Popen[bytes], int], home: dict[str, str]) -> None:
    process, port = server
    assert len(processes_of(home)) >= 4  # supervisor, granian, its worker process, and ours
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_SECONDS) == 0
    assert not is_answering(port)
    assert wait_for(lambda: not processes_of(home), STOP_SECONDS)


def test_serve_when_killed_leaves_nothing_behind(
    server: tuple[subprocess.Popen[bytes], int], home: dict[str, str]
) -> None:
    process, port = server
    process.kill()
    process.wait(STOP_SECONDS)
    assert wait_for(lambda: not processes_of(home), STOP_SECONDS)
    assert not is_answering(port)


def test_serve_before_migrate_says_what_to_do(tmp_path: Path, home: dict[str, str]) -> None:
    found = subprocess.run(
        [*CLI, "serve"], env={**home, "WENMING_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "wenming migrate" in found.stderr


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


SLEEP = python("import time; time.sleep(60)")


def run(*children: Child) -> tuple[int, float]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    since = time.monotonic()
    try:
        return Supervisor(children).run(), time.monotonic() - since
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@pytest.mark.parametrize(("code", "answer"), [(3, 3), (0, 1)])
def test_supervisor_ends_with_the_server(code: int, answer: int) -> None:
    found, seconds = run(Child("server", python(f"raise SystemExit({code})")), Child("worker", SLEEP))
    assert found == answer
    assert seconds < 20


def test_supervisor_starts_a_fallen_worker_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenming.config.supervisor.RESTART_SECONDS", 0.2)
    log = tmp_path / "starts"
    falls = python(f"open({str(log)!r}, 'a').write('x'); raise SystemExit(1)")
    waits = python(f"import time, pathlib\nwhile len(pathlib.Path({str(log)!r}).read_text()) < 3: time.sleep(0.1)")
    log.write_text("")
    run(Child("server", waits), Child("worker", falls, is_restarted=True))
    assert len(log.read_text()) >= 3


def test_supervisor_insists_on_a_child_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenming.config.supervisor.STOP_SECONDS", 1)
    deaf = python("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)")
    quick = python("import time; time.sleep(1); raise SystemExit(3)")
    found, seconds = run(Child("server", quick), Child("worker", deaf))
    assert (found, seconds < 20) == (3, True)
