"""`wenming demo`: a city at work in a database of its own, and the addresses to look at it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wenming.demo import city
from wenming.demo.bar import Bar
from wenming.demo.city import Plan
from wenming.demo.errors import CannotClear
from wenming.kernel import clock
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError

WRONG_USE = 2


class Command(BaseCommand):
    help = "Build a demonstration city (or find it built), print its sign-ins, and serve it on 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(city.SCALES), default="small")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--no-serve", action="store_true", help="build and print, but do not serve")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--database", default="", help="use DATABASE_URL from the environment: --database env")
        parser.add_argument("--fresh", action="store_true", help="throw the demonstration away and build it anew")
        parser.add_argument("--json", action="store_true", help="print one JSON document (with --no-serve)")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(options["scale"], options["seed"], city.last_look(clock.now()))
        base_url = f"http://127.0.0.1:{options['port']}"
        try:
            if options["fresh"]:
                self._clear()
            call_command("migrate", verbosity=0, interactive=False)
            if not city.check(plan):
                city.build(plan, say=self._say, bar=self._bar())
        except DomainError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        if options["json"]:
            print_json(self, self._document(base_url))
        else:
            self._print(base_url)
        if not options["no_serve"]:
            call_command("serve", host="127.0.0.1", port=options["port"])

    def _say(self, text: str) -> None:
        self.stderr.write(text)

    def _bar(self) -> Bar:
        is_watched = self.stderr.isatty()
        return Bar(lambda text: self.stderr.write(text, style_func=str, ending=""), is_watched=is_watched)

    def _clear(self) -> None:
        """Only what carries the mark of a demonstration, and only a file of our own. Raises NotADemo, CannotClear."""
        if connection.vendor != "sqlite":
            raise CannotClear
        path = Path(settings.DATABASES["default"]["NAME"])
        if path.exists():
            call_command("migrate", verbosity=0, interactive=False)
            there = city.mark()
            if there is not None:
                connection.close()
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)

    def _document(self, base_url: str) -> dict[str, Any]:
        return {
            "city": settings.CITY_NAME,
            "url": base_url,
            "accounts": city.accounts(base_url=base_url),
            "counts": city.counts(),
            "reply_link": city.example_link(base_url=base_url),
        }

    def _print(self, base_url: str) -> None:
        document = self._document(base_url)
        counts = document["counts"]
        lines = [
            "",
            f"{document['city']}  {base_url}/",
            f"问题 {counts['problems']} 件（未结 {counts['open']}），点位 {counts['points']} 个，单位 {counts['units']} 个",
            "",
            f"登录  {base_url}/sign-in/   密码都是 {city.PASSWORD}",
        ]
        lines += [f"  {a['role_name']}：{a['username']}（{a['unit']}）" for a in document["accounts"]]
        if document["reply_link"]:
            lines += ["", "单位在微信里打开的回复链接：", f"  {document['reply_link']}"]
        lines += ["", f"年度报告  {base_url}/reports/", ""]
        self.stdout.write("\n".join(lines))
