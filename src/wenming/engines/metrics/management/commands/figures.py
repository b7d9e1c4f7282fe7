"""`wenming figures list | show KEY | eval KEY --period P | lock`: the named figures and what they are."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wenming.engines.metrics import definitions, moments, named, registry, selectors
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.named import NamedFigure
from wenming.engines.metrics.values import FigureValue, Source
from wenming.kernel.clock import local
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
        rows = [_summary(figure, values.get(figure.key)) for figure in selectors.named_figures()]
        if options["json"]:
            print_json(self, {"period": options["period"], "figures": rows})
            return
        for row in rows:
            shown = f"  {row['display']} {row['source']}" if "display" in row else ""
            self.stdout.write(f"{row['key']:34} {row['name']}（{row['unit'] or row['kind']}）{shown}")

    def _show(self, options: dict[str, Any]) -> None:
        figure = named.find(options["key"])
        document = _meaning(figure, registry.metric(figure.key) if registry.has_metric(figure.key) else None)
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
        document = _evaluated(found, by)
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


def _summary(figure: NamedFigure, value: FigureValue | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": figure.key,
        "name": figure.name,
        "name_en": figure.name_en,
        "kind": str(figure.kind),
        "unit": figure.unit,
        "system": figure.system,
        "programme": figure.programme,
        "is_computed": registry.has_metric(figure.key),
        "is_declarable": figure.is_declarable and not registry.has_metric(figure.key),
    }
    if value is not None:
        row |= {"source": str(value.source), "value": value.value, "display": value.display}
    return row


def _meaning(figure: NamedFigure, metric: Metric | None) -> dict[str, Any]:
    document = _summary(figure, None) | {"evidence": figure.evidence, "evidence_en": figure.evidence_en}
    if metric is None:
        return document
    return document | {
        "version": metric.version,
        "digest": metric.digest(),
        "metric_kind": metric.kind,
        "aliases": list(metric.aliases),
        "nouns": list(metric.nouns),
        "fact": metric.fact,
        "time": metric.time,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "value": metric.value,
        "scale": metric.scale,
        "percentile": metric.percentile,
        "dimensions": list(metric.dimensions),
        "decimals": metric.decimals,
        "rounding": metric.rounding,
        "target": None if metric.target is None else f"{metric.target.op} {float(metric.target.value)}",
        "owner": metric.owner,
        "numerator_words": metric.words.numerator,
        "numerator_words_en": metric.words.numerator_en,
        "denominator_words": metric.words.denominator,
        "denominator_words_en": metric.words.denominator_en,
    }


def _evaluated(found: FigureValue, by: tuple[str, ...]) -> dict[str, Any]:
    """Rates are fractions; times are in Shanghai with their offset. Declared figures have no numerator or evidence."""
    document: dict[str, Any] = {
        "key": found.key,
        "version": found.version,
        "name": found.name,
        "unit": found.unit,
        "period": found.period,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "value": found.value,
        "display": found.display,
        "as_of": _iso(found.as_of),
        "cutoff": _iso(found.cutoff) if found.cutoff else None,
        "evidence_count": found.evidence_count,
        "evidence_sha256": found.evidence_sha256,
        "numerator_sha256": found.evidence.numerator_sha256 if found.evidence else None,
        "source": str(found.source),
        "on": connection.vendor,
    }
    declared = found.declaration
    if declared is not None:
        document["declaration"] = {
            "file": declared.source_file.name,
            "sha256": declared.source_file.sha256_received,
            "note": declared.source_note,
            "declared_at": _iso(declared.declared_at),
            "confirmed_at": _iso(declared.confirmed_at) if declared.confirmed_at else None,
        }
    if by:
        document["rows"] = [
            {
                **row.by,
                "numerator": row.numerator,
                "denominator": row.denominator,
                "value": row.value,
                "display": row.display,
                "hidden": row.is_hidden,
            }
            for row in found.rows
        ]
    return document


def _iso(at: datetime) -> str:
    return local(at).isoformat()
