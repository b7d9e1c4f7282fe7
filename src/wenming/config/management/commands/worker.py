"""`wenming worker`: what falls due by itself. `wenming serve` starts it; every job is safe to repeat and to kill."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from wenming.config import watching
from wenming.engines.loop import wording
from wenming.engines.loop.engine import refresh_all_deadlines
from wenming.foundation.audit import services as audit
from wenming.foundation.jobs import services as jobs_asked
from wenming.foundation.notices import services as notices
from wenming.foundation.people import services as people
from wenming.kernel import clock
from wenming.outputs.exchange import hooks
from wenming.outputs.papers import services as papers
from wenming.programmes.problems import services as problems

log = logging.getLogger(__name__)

TICK_SECONDS: Final = 60
Jobs = Mapping[str, Callable[[], object]]

EVERY_TICK: Final[Jobs] = {
    "worker.beat": watching.beat,
    "loop.words": wording.refresh,
    "audit.seal": audit.seal,
    "notices.deliver_due": notices.deliver_due,
    "problems.compare_waiting": problems.compare_waiting,
    "problems.send_digests": problems.send_digests,
}
# A year's notice arrives with an upgrade; provisional deadlines follow it within a day.
EVERY_DAY: Final[Jobs] = {
    "loop.refresh_deadlines": refresh_all_deadlines,
    "jobs.forget_old": jobs_asked.forget_old,
    "papers.draft_scheduled": papers.draft_scheduled,
    "people.forget_sessions": people.forget_sessions,
    "exchange.forget_deliveries": hooks.forget_deliveries,
}
EVERY_LOOK: Final[Jobs] = {"jobs.run_due": jobs_asked.run_due}
LOOK_SECONDS: Final = 1
# Apart from everything else: other systems may be slow to answer.
EVERY_SENDING: Final[Jobs] = {"exchange.send_hooks": hooks.send_due}
SENDING_SECONDS: Final = 5
ONCE_JOBS_MAX: Final = 1000


def run(jobs: Jobs) -> list[str]:
    """Runs each job and names those that failed; one that fails keeps no other from running."""
    failed = []
    for name, job in jobs.items():
        try:
            job()
        except Exception:  # whatever it is: the next tick tries again, and the other jobs must not wait for it
            log.exception("%s failed", name)
            failed.append(name)
    return failed


def keep_looking(jobs: Jobs, seconds: int, stop: threading.Event) -> None:
    """Until `stop`: what people wait for begins soon, and a long job holds up nothing but the next one of its kind.

    The process ends without waiting for the job at hand: its lease runs out and it is done again.
    """
    while not stop.wait(seconds):
        run(jobs)
        close_old_connections()


class Command(BaseCommand):
    help = "Run what is due, and the jobs that people asked for, until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            run({**EVERY_TICK, **EVERY_SENDING, **EVERY_DAY, "jobs.run_due": lambda: jobs_asked.run_due(ONCE_JOBS_MAX)})
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        for name, jobs, seconds in (("jobs", EVERY_LOOK, LOOK_SECONDS), ("hooks", EVERY_SENDING, SENDING_SECONDS)):
            threading.Thread(target=keep_looking, args=[jobs, seconds, stop], name=name, daemon=True).start()
        done_on: date | None = None
        while True:
            today = clock.local(clock.now()).date()
            run(EVERY_TICK)
            if done_on != today and not run(EVERY_DAY):
                done_on = today
            close_old_connections()
            if stop.wait(TICK_SECONDS):
                return
