"""`wenming flow [NAME]`: a flow's table as it is in force; `--verify` proves the history of everything in it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenming.engines.loop import engine, flow
from wenming.engines.loop.errors import FlowMissing
from wenming.kernel.console import print_json


class Command(BaseCommand):
    help = "Print a flow's table, or the names of all flows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="the flow's name; without it, the names are listed")
        parser.add_argument("--verify", action="store_true", help="check the chain of every item instead")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] is None:
            self._print_names(options)
            return
        try:
            found = flow.named(options["name"])
        except FlowMissing as missing:
            raise CommandError(str(missing), returncode=2) from missing
        if options["verify"]:
            self._verify(found, options)
        else:
            self._print_table(found, options)

    def _print_names(self, options: dict[str, Any]) -> None:
        flows = {name: str(found.label) for name, found in flow.registered().items()}
        if options["json"]:
            print_json(self, {"flows": flows})
            return
        for name, label in flows.items():
            self.stdout.write(f"{name}\t{label}")

    def _print_table(self, found: flow.Flow, options: dict[str, Any]) -> None:
        rows = found.as_rows()
        if options["json"]:
            print_json(self, {"flow": found.name, "label": str(found.label), "rows": [row.as_dict() for row in rows]})
            return
        self.stdout.write("\t".join(flow.headings()))
        for row in rows:
            self.stdout.write("\t".join(row.as_cells()))

    def _verify(self, found: flow.Flow, options: dict[str, Any]) -> None:
        loop = engine.registered().get(found.name)
        if loop is None:
            raise CommandError(f"no items are kept under the flow {found.name}", returncode=2)
        checked, faults = loop.count(), loop.verify()
        lines = [f"item {fault.item_id} event {fault.seq}: {fault.kind}" for fault in faults]
        if options["json"]:
            print_json(self, {"flow": found.name, "checked": checked, "faults": lines})
        else:
            self.stdout.write(f"checked {checked} items, {len(faults)} faults")
        if faults:
            raise CommandError("\n".join(lines), returncode=1)
