"""`wenming serve`: the web server and its worker under one supervisor."""

import os
import shutil
import sys
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from wenming.config.health import pending_migrations
from wenming.config.supervisor import Child, Supervisor
from wenming.config.watching import MULTIPROCESS
from wenming.kernel import triggers

# Granian would start hundreds of threads, each with a connection, where the database allows a hundred.
BLOCKING_THREADS: Final = 8
PROCESSES_MAX: Final = 4


def server(*, host: str, port: int, processes: int) -> Child:
    options = {
        "interface": "wsgi",
        "host": host,
        "port": str(port),
        "workers": str(processes),
        "blocking-threads": str(BLOCKING_THREADS),
        "workers-kill-timeout": "10",
        "log-level": "error",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return Child("server", (sys.executable, "-m", "granian", *words, *flags, "wenming.config.wsgi:application"))


def worker() -> Child:
    return Child("worker", (sys.executable, "-m", "wenming.config.cli", "worker"), is_restarted=True)


def _count_together() -> None:
    """Each server process counts in a file of its own; whichever is asked adds them all up."""
    folder = settings.HOME / "counters"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ[MULTIPROCESS] = str(folder)


class Command(BaseCommand):
    help = "Serve this installation, with its worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=0, help="server processes (default: one a core, at most 4)")
        parser.add_argument("--no-worker", action="store_true", help="another process runs `wenming worker`")

    def handle(self, *args: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError(_("数据库结构还没有更新。请先备份，再运行 wenming migrate。"), returncode=1)
        if triggers.missing(connection):
            raise CommandError(_("防改触发器不全。请运行 wenming migrate 重建。"), returncode=1)
        connection.close()
        processes = options["workers"] or max(1, min(PROCESSES_MAX, os.cpu_count() or 1))
        _count_together()
        children = [server(host=options["host"], port=options["port"], processes=processes)]
        if not options["no_worker"]:
            children.append(worker())
        self.stderr.write(f"http://{options['host']}:{options['port']}/")
        code = Supervisor(children).run()
        if code:
            raise CommandError(_("服务已停止，退出码 {code}。").format(code=code), returncode=1)
