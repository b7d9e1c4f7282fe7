"""Figures as documents: what the command line and the API answer."""

from datetime import datetime
from typing import Any

from django.db import connection

from wenming.engines.metrics import registry
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.named import NamedFigure
from wenming.engines.metrics.values import FigureValue
from wenming.kernel.clock import local


def summary(figure: NamedFigure, value: FigureValue | None) -> dict[str, Any]:
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


def meaning(figure: NamedFigure, metric: Metric | None) -> dict[str, Any]:
    document = summary(figure, None) | {"evidence": figure.evidence, "evidence_en": figure.evidence_en}
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


def evaluated(found: FigureValue, by: tuple[str, ...]) -> dict[str, Any]:
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
