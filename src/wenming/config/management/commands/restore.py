"""`wenming restore F`: a backup put in place, migrated and verified."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from wenming.config import backup
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Take a backup back. Stop the server first. Exits 1 when it was refused or does not verify."
    # The database may be empty, or of an older version.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="set the data that is here aside and put these in its place"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = backup.restore(options["file"].resolve(), replaces=options["replace"])
        except DomainError as error:
            raise CommandError(str(error), returncode=1) from error
        if options["json"]:
            print_json(self, asdict(done))
        else:
            self.stdout.write(
                _(
                    "已恢复 {made_at} 的备份：{rows} 行、{files} 个文件；核对历史 {checked} 条，异常 {count} 处。"
                ).format(**asdict(done), count=len(done.faults))
            )
            if done.former:
                self.stdout.write(_("原来的数据留在 {former}，确认无误后再删除。").format(former=done.former))
        if done.faults:
            raise CommandError("\n".join(done.faults), returncode=1)
