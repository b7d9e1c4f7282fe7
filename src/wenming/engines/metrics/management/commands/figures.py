"""`wenming figures list | show KEY | eval KEY --period P | lock`: the named figures and what they are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wenming.engines.metrics import definitions, documents, moments, named, registry, selectors
from wenming.engines.metrics.values import FigureValue, Source
from wenming.kernel.console import print_json
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period

WRONG_USE, FOUND_WRONG = 2, 1
ENGINES = ("sqlite", "postgresql", "duckdb", "spark")
_MOMENT = "an ISO date, meaning its first instant in Shanghai, or a date and time"


class Command(BaseCommand):
    help = "List the named figures, show what one means, or evaluate it."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="all named figures; with --period also their values")
        listing.add_argument("--period", help="for example 2024, 2024-H1, 2024-Q3, 2024-03, 2024-01..2024-09")
        show = verbs.add_parser("show", help="what a figure means and what it is counted from")
        show.add_argument("key")
        evaluate = verbs.add_parser("eval", help="the value of a figure, with its evidence")
        evaluate.add_argument("key")
        evaluate.add_argument("--period", required=True, help="for example 2024 or 2024-01..2024-09")
        evaluate.add_argument("--by", default="", help="dimensions, for example region,ym")
        evaluate.add_argument("--as-of", help=f"what was recorded by then: {_MOMENT}")
        evaluate.add_argument("--cutoff", help=f"what happens then or later has not happened: {_MOMENT}")
        evaluate.add_argument("--on", choices=ENGINES, help="must be the database of this installation")
        verbs.add_parser("lock", help="publish the versions that are not yet published (for developers)")
        for sub in verbs.choices.values():
            sub.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        answer = {"list": self._list, "show": self._show, "eval": self._eval, "lock": self._lock}[options["verb"]]
        try:
            answer(options)
        except DomainError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error

    def _list(self, options: dict[str, Any]) -> None:
        period = Period.parse(options["period"]) if options["period"] else None
        values = {} if period is None else {value.key: value for value in selectors.figures(period=period)}
        rows = [documents.summary(figure, values.get(figure.key)) for figure in selectors.named_figures()]
        if options["json"]:
            print_json(self, {"period": options["period"], "figures": rows})
            return
        for row in rows:
            shown = f"  {row['display']} {row['source']}" if "display" in row else ""
            self.stdout.write(f"{row['key']:34} {row['name']}（{row['unit'] or row['kind']}）{shown}")

    def _show(self, options: dict[str, Any]) -> None:
        figure = named.find(options["key"])
        document = documents.meaning(figure, registry.metric(figure.key) if registry.has_metric(figure.key) else None)
        if options["json"]:
            print_json(self, document)
            return
        for name, value in document.items():
            self.stdout.write(f"{name}: {value}")

    def _eval(self, options: dict[str, Any]) -> None:
        if options["on"] not in (None, connection.vendor):
            message = f"{options['on']} is not in this installation, which runs on {connection.vendor}"
            raise CommandError(message, returncode=WRONG_USE)
        by = tuple(name.strip() for name in options["by"].split(",") if name.strip())
        found = selectors.figure(
            options["key"],
            period=Period.parse(options["period"]),
            by=by,
            as_of=moments.parse(options["as_of"]) if options["as_of"] else None,
            cutoff=moments.parse(options["cutoff"]) if options["cutoff"] else None,
        )
        document = documents.evaluated(found, by)
        if options["json"]:
            print_json(self, document)
        else:
            self._print(found, by)
        if found.source is Source.MISSING:
            message = f"{found.key}: nothing computes it and nobody declared it for {found.period}"
            raise CommandError(message, returncode=FOUND_WRONG)

    def _print(self, found: FigureValue, by: tuple[str, ...]) -> None:
        unit = "" if found.unit == "%" else f" {found.unit}"
        parts = "" if found.denominator is None else f"  {found.numerator} / {found.denominator}"
        self.stdout.write(f"{found.name} {found.period}: {found.display}{unit}{parts}  ({found.source})")
        for row in found.rows:
            self.stdout.write("  " + " ".join(f"{name}={row.by[name]}" for name in by) + f": {row.display}")

    def _lock(self, options: dict[str, Any]) -> None:
        """Adds lines; never changes one: loading would have refused a published version that changed."""
        added: list[str] = []
        for directory in registry.directories():
            locked = definitions.read_lock(directory)
            known = definitions.load(directory, facts=registry.facts())
            fresh = {metric.published_as: metric.digest() for metric in known if metric.published_as not in locked}
            if fresh:
                definitions.write_lock(directory, {**locked, **fresh})
            added += fresh
        if options["json"]:
            print_json(self, {"added": added})
        else:
            self.stdout.write("\n".join(added) or "nothing to publish")
