"""`wenming backup --out F`: database and files in one file, while the server runs."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from wenming.config import backup
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Write everything of this installation but its secret key into one checksummed file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="the file to write; must not exist yet")
        parser.add_argument(
            "--without-files", action="store_true", help="the database alone, without photos and documents"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup.make(out=options["out"].resolve(), with_files=not options["without_files"])
        except DomainError as error:
            raise CommandError(str(error), returncode=1) from error
        if options["json"]:
            print_json(self, asdict(made))
        else:
            self.stdout.write(
                _("已备份 {rows} 行、{files} 个文件，共 {size} 字节。\nSHA-256 {sha256}").format(**asdict(made))
            )
            for name in made.missing:
                self.stderr.write(_("磁盘上没有这个文件：{name}").format(name=name))
        self.stderr.write(_("密钥不在备份里，请另外保管 WENMING_SECRET_KEY。"))
