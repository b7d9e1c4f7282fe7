"""`wenming doctor`: what is wrong here, and what to do about it."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from wenming.config import health
from wenming.kernel.console import print_json


class Command(BaseCommand):
    help = "Examine this installation. Exits 1 when something must be put right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.examine()
        if options["json"]:
            print_json(self, {"problems": [asdict(finding) for finding in found]})
        else:
            for finding in found:
                self.stdout.write(f"{'!' if finding.is_fatal else '-'} {finding.message}\n  {finding.advice}")
            if not found:
                self.stdout.write(_("没有发现问题。"))
        fatal = sum(finding.is_fatal for finding in found)
        if fatal:
            raise CommandError(_("有 {count} 项需要处理。").format(count=fatal), returncode=1)
