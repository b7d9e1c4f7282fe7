# ruff: noqa: N999 - a command is called as its module is named
"""`wenming import KIND FILE`: takes a file in, says what became of each row, and may be run again."""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenming.kernel.actors import Actor
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError
from wenming.outputs.exchange import kinds, services
from wenming.outputs.exchange.errors import BadMapping, FileMissing, MappingMissing, MappingNotUsed, UnknownKind
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.progress import Progress
from wenming.outputs.exchange.results import Result, RowError

WRONG_USE: Final = 2
WRONG_USES: Final = (UnknownKind, FileMissing, MappingMissing, MappingNotUsed, BadMapping)
ERRORS_PRINTED_MAX: Final = 20


class Command(BaseCommand):
    help = (
        "Take a file in. What was right is kept even where other rows were rejected; running it again changes nothing. "
        "Exit codes: 0 all rows taken, 1 rows or the whole file rejected, 2 wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("kind", help="one of: " + ", ".join(kinds.known()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="YAML file that says what the columns mean")
        parser.add_argument("--edition", type=int, help="of regions and boundaries a year, of a standard its edition")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        kind: str = options["kind"]
        progress = Progress(f"import {kind}")
        source = Source(
            path=options["file"],
            by=Actor.importer(f"import:{kind}"),
            mapping=options["mapping"],
            edition=options["edition"],
            progress=progress,
        )
        take = services.try_in if options["dry_run"] else services.take_in
        try:
            result = take(kind, source)
        except WRONG_USES as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        except DomainError as error:
            # The file itself was refused before any of its rows.
            result = Result(errors=[RowError(0, error.code, str(error))])
        finally:
            progress.end()
        self._answer(kind, result, options)
        if result.errors:
            raise CommandError(_summary(result), returncode=1)

    def _answer(self, kind: str, result: Result, options: dict[str, Any]) -> None:
        if options["json"]:
            print_json(self, {"kind": kind, "dry_run": options["dry_run"], **result.as_dict()})
            return
        counts = {name: value for name, value in result.as_dict().items() if name != "errors"}
        mode = " (dry run, nothing written)" if options["dry_run"] else ""
        self.stdout.write(f"{kind}{mode}: " + ", ".join(f"{name} {value}" for name, value in counts.items()))


def _summary(result: Result) -> str:
    lines = [
        f"row {error.row}" + (f" of {error.sheet}" if error.sheet else "") + f": {error.message} [{error.code}]"
        if error.row
        else f"{error.message} [{error.code}]"
        for error in result.errors[:ERRORS_PRINTED_MAX]
    ]
    if result.rejected > len(lines):
        lines.append(f"... {result.rejected - len(lines)} more; --json lists up to {len(result.errors)}")
    return "\n".join(lines)
