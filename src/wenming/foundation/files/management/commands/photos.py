"""`wenming photos index`: brings photos that were received before there was an index into it."""

import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from wenming.foundation.files import selectors, services
from wenming.kernel.console import print_json

CELLS: Final = 24
LINE_SECONDS: Final = 10.0


class Command(BaseCommand):
    help = "Index the photos received before, so that a later photo made from one of them is found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["index"])
        parser.add_argument("--limit", type=int, default=0, help="stop after about so many photos (0: all)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        total = selectors.photos_not_indexed().count()
        most = min(options["limit"], total) if options["limit"] > 0 else total
        done = lost = last_pk = 0
        started = self._told = time.monotonic()
        while done + lost < most:
            batch = services.index_photos(after_pk=last_pk, limit=min(services.INDEX_ROWS, most - done - lost))
            if batch is None:
                break
            done, lost, last_pk = done + batch.done, lost + batch.lost, batch.last_pk
            self._tell(done + lost, most, time.monotonic() - started)
        left = selectors.photos_not_indexed().count()
        if options["json"]:
            print_json(self, {"indexed": done, "without_copy": lost, "left": left})
            return
        told = _("编入 {done} 张；{lost} 张没有小图，不能比对；还有 {left} 张没有编入。")
        self.stdout.write(told.format(done=done, lost=lost, left=left))

    def _tell(self, done: int, most: int, seconds: float) -> None:
        """A bar for a person who watches, now and then a line for a log."""
        is_watched = self.stderr.isatty()
        now = time.monotonic()
        if not is_watched and now - self._told < LINE_SECONDS:
            return
        self._told = now
        full = round(done / most * CELLS)
        words = _("{done:,} / {most:,} 张，每秒 {rate:.0f} 张").format(
            done=done, most=most, rate=done / max(seconds, 0.001)
        )
        bar = "█" * full + "░" * (CELLS - full)
        line = f"\r{bar} {words}\x1b[K" if is_watched else f"{words}\n"
        self.stderr.write(line + ("\n" if is_watched and done >= most else ""), ending="", style_func=str)
