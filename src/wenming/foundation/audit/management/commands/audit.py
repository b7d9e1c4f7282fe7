"""`wenming audit verify`: has anybody changed what was recorded?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenming.foundation.audit import services
from wenming.kernel.console import print_json


class Command(BaseCommand):
    help = "Seal and verify the audit log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["verify", "seal"])
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "seal":
            sealed = services.seal()
            self.stdout.write(f'{{"sealed": {sealed}}}' if options["json"] else f"sealed {sealed} records")
            return
        services.seal()
        result = services.verify()
        if options["json"]:
            print_json(self, {"checked": result.checked, "faults": result.faults})
        else:
            self.stdout.write(f"checked {result.checked} records, {len(result.faults)} faults")
        if result.faults:
            raise CommandError("\n".join(result.faults), returncode=1)
