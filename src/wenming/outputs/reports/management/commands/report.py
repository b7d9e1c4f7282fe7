"""`wenming report`: build a report, or read one back and say whether its figures still hold."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenming.engines.metrics import moments
from wenming.kernel.actors import SYSTEM
from wenming.kernel.console import print_json
from wenming.kernel.documents.errors import PaperError
from wenming.kernel.documents.pdf import to_pdf
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period
from wenming.outputs.reports import areas, documents, services

WRONG_USE: Final = 2


class Command(BaseCommand):
    help = "Build the work report of a period as .docx, or verify one that was built."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        build = verbs.add_parser("build", help="write the report of a period")
        build.add_argument("--period", required=True, help="2024, 2024-H1, 2024-Q3, 2024-03 or 2024-01..2024-09")
        build.add_argument("--out", required=True, type=Path, help="the .docx to write")
        build.add_argument("--region", help="a county or street by code or name; the whole city without it")
        build.add_argument(
            "--template", type=Path, help="the office's own .docx, with {{problems.found}} where figures stand"
        )
        build.add_argument("--pdf", action="store_true", help="also write the PDF beside it (needs LibreOffice)")
        build.add_argument("--as-of", help="as known at this date or time; a date is its first moment in Shanghai")
        build.add_argument("--cutoff", help="what happened at or after this date or time does not count")
        build.add_argument("--json", action="store_true", help="print one JSON document")
        verify = verbs.add_parser(
            "verify", help="compare a report's figures with what was printed and what is true now"
        )
        verify.add_argument("file", type=Path, help="the .docx")
        verify.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "build":
                self._build(options)
            else:
                self._verify(options)
        except (DomainError, PaperError) as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error

    def _build(self, options: dict[str, Any]) -> None:
        out: Path = options["out"]
        if out.suffix.lower() != ".docx" or not out.parent.is_dir():
            raise CommandError(f"{out} must end in .docx and lie in a folder that exists", returncode=WRONG_USE)
        built = services.build_report(
            period=Period.parse(options["period"]),
            out=out,
            by=SYSTEM,
            region=areas.find(options["region"] or ""),
            as_of=_moment(options["as_of"]),
            cutoff=_moment(options["cutoff"]),
            template=options["template"],
        )
        document = documents.of_built(built)
        if options["pdf"]:
            document["pdf"] = str(to_pdf(out, out.with_suffix(".pdf")))
        if options["json"]:
            print_json(self, {"out": str(out), **document})
            return
        counts = built.outline.completeness
        self.stdout.write(
            f"{out}: {counts.total} figures, {counts.computed} computed, {counts.declared} declared, "
            f"{counts.missing} missing"
        )
        for missing in document["missing"]:
            self.stdout.write(f"  missing {missing['key']}: {missing['name']}")

    def _verify(self, options: dict[str, Any]) -> None:
        checked = services.verify_report(path=options["file"])
        document = documents.of_checked(checked)
        if options["json"]:
            print_json(self, document)
        else:
            self._tell(document)
        if not checked.verification.is_true_to_print:
            edited, lost = len(checked.verification.edited), len(checked.verification.lost)
            raise CommandError(f"{edited} edited, {lost} lost", returncode=1)

    def _tell(self, document: dict[str, Any]) -> None:
        self.stdout.write(f"{document['unchanged']} unchanged, manifest {document['manifest']}")
        for row in document["moved"]:
            self.stdout.write(f"  moved  {row['key']}: {row['was']} -> {row['now']} ({row['why']})")
            for reason in row["reasons"]:
                codes = ", ".join(reason["codes"])
                what = f"{reason['cause']} {reason['column']}".strip()
                self.stdout.write(f"         {reason['count']} {reason['effect']}: {what} [{codes}]")
        for row in document["edited"]:
            self.stdout.write(f"  edited {row['key']}: {row['shown']} stands where {row['expected']} was printed")
        for row in document["lost"]:
            self.stdout.write(f"  lost   {row['key']}: {row['expected']}")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moments.parse(text)
