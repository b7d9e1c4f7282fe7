"""The named figures: what the yearly report speaks of, whether or not a programme can count it yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language

from wenming.engines.metrics import definitions, registry
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import DefinitionError

CATALOGUE: Final = Path(__file__).parent / "catalogue" / "claims.yaml"


class ClaimKind(StrEnum):
    """A universal claim says all, every or first; its value is 1 where it holds."""

    NUMERIC = "numeric"
    UNIVERSAL = "universal"


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """`system` is the part of the report that it belongs to (S10); `evidence` says in words what can prove it."""

    key: str
    name: str
    name_en: str
    kind: ClaimKind
    unit: str
    programme: str
    evidence: str
    evidence_en: str
    system: str = ""
    is_declarable: bool = False

    @property
    def is_universal(self) -> bool:
        return self.kind is ClaimKind.UNIVERSAL

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def evidence_label(self) -> str:
        return in_language(self.evidence, self.evidence_en)


def in_language(chinese: str, english: str) -> str:
    """Definitions and names are data in both languages, side by side in their file."""
    return english if (get_language() or "").startswith("en") and english else chinese


def find(key: str) -> NamedFigure:
    """Raises UnknownFigure."""
    found = catalogue().get(key)
    if found is not None:
        return found
    return _of_metric(registry.metric(key))


def figures() -> list[NamedFigure]:
    """Those of the report in its order, then every other metric by key."""
    more = [_of_metric(metric) for metric in registry.metrics() if metric.key not in catalogue()]
    return [*catalogue().values(), *more]


@cache
def catalogue() -> Mapping[str, NamedFigure]:
    return load(CATALOGUE.read_text(encoding="utf-8"))


def load(text: str) -> dict[str, NamedFigure]:
    """Raises DefinitionError with the key."""
    found: dict[str, NamedFigure] = {}
    for document in definitions.documents(text):
        figure = _read(document)
        if figure.key in found:
            raise DefinitionError(f"{CATALOGUE.name}: {figure.key} is named twice")
        found[figure.key] = figure
    return found


def _read(document: Any) -> NamedFigure:
    try:
        fields = dict(document)
        kind, is_declarable = ClaimKind(fields.pop("kind")), fields.pop("declarable") is True
        return NamedFigure(kind=kind, is_declarable=is_declarable, **fields)
    except (TypeError, ValueError, KeyError) as error:
        raise DefinitionError(f"{CATALOGUE.name}: {document}: {error}") from error


def _of_metric(metric: Metric) -> NamedFigure:
    return NamedFigure(
        key=metric.key,
        name=metric.name,
        name_en=metric.name_en,
        kind=ClaimKind.NUMERIC,
        unit=metric.unit,
        programme=metric.key.partition(".")[0],
        evidence=metric.words.denominator or metric.words.numerator,
        evidence_en=metric.words.denominator_en or metric.words.numerator_en,
    )
