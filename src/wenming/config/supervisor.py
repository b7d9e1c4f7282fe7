"""The server and the worker as two children of one process: they start, stop and die together."""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

log = logging.getLogger(__name__)

STOP_SECONDS: Final = 15
LOOK_SECONDS: Final = 0.2
# A worker that dies at once must not be started a hundred times a second.
RESTART_SECONDS: Final = 5
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep. When one that is not `is_restarted` ends, everything ends."""

    name: str
    words: Sequence[str]
    is_restarted: bool = False


def _die_with(parent: int) -> Callable[[], None]:
    """For the child, between fork and exec: a killed parent cannot tell its children, so the kernel does."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Supervisor:
    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restart_at: dict[str, float] = {}
        self.stop = threading.Event()

    def run(self) -> int:
        """Until SIGTERM or SIGINT, or until a child that is not restarted ends: then its exit code, never 0."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            for child in self.children:
                self._start(child)
            while not self.stop.wait(LOOK_SECONDS):
                ended = self._look()
                if ended is not None:
                    return ended or 1
            return 0
        finally:
            self._stop_all()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.stop.set()

    def _start(self, child: Child) -> None:
        # A group of its own, so that what the child itself started can be ended with it.
        self.running[child.name] = subprocess.Popen(  # noqa: S603 - our own words
            list(child.words),
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - no thread runs yet, and it only makes system calls
            start_new_session=True,
        )

    def _look(self) -> int | None:
        """The exit code that ends everything, if there is one."""
        for child in self.children:
            process = self.running[child.name]
            code = process.poll()
            if code is None:
                continue
            due = self.restart_at.get(child.name)
            if not child.is_restarted:
                log.error("%s ended with %s", child.name, code)
                return code
            if due is None:
                log.error("%s ended with %s; it starts again in %s s", child.name, code, RESTART_SECONDS)
                self.restart_at[child.name] = time.monotonic() + RESTART_SECONDS
            elif time.monotonic() >= due:
                del self.restart_at[child.name]
                self._start(child)
        return None

    def _stop_all(self) -> None:
        for process in self.running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %s did not stop in %s s", process.pid, STOP_SECONDS)
            # Also where the leader is gone: what it started may be left in its group.
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
