"""A named figure's value, whatever it comes from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from wenming.engines.metrics import evaluation, numbers, prose
from wenming.engines.metrics.evaluation import Cell, Evidence, Measure
from wenming.engines.metrics.models import DeclaredFigure
from wenming.engines.metrics.named import NamedFigure


class Source(StrEnum):
    COMPUTED = "computed"
    DECLARED = "declared"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FigureValue:
    """`exact` and `value` are in the figure's unit, a rate as a fraction; all is None where the figure is missing.

    Evidence is None for what is declared, and where only the numbers were asked for.
    """

    named: NamedFigure
    period: str
    source: Source
    exact: Fraction | None
    display: str
    as_of: datetime
    cutoff: datetime | None = None
    version: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    rows: tuple[Cell, ...] = ()
    evidence: Evidence | None = None
    measure: Measure | None = None
    declaration: DeclaredFigure | None = None

    @property
    def key(self) -> str:
        return self.named.key

    @property
    def name(self) -> str:
        return self.named.name

    @property
    def unit(self) -> str:
        return self.named.unit

    @property
    def value(self) -> str | None:
        return numbers.exact_text(self.exact)

    @property
    def evidence_count(self) -> int | None:
        return self.evidence.count if self.evidence else None

    @property
    def evidence_sha256(self) -> str | None:
        return self.evidence.sha256 if self.evidence else None

    @property
    def sql_sha256(self) -> str:
        """Of the statement that asks this figure alone; empty for what was not asked of the rows."""
        return evaluation.statement_sha256(self.measure.asked) if self.measure else ""

    def prose(self, style: str = "plain") -> str:
        """For a report, without the unit (a rate has its sign): "34715", "9万余", "93.63%"."""
        return prose.write(self.exact, style=style, display=self.display)


def of_measure(named: NamedFigure, measure: Measure, evidence: Evidence | None) -> FigureValue:
    return FigureValue(
        named=named,
        period=measure.period,
        source=Source.COMPUTED,
        exact=measure.exact,
        display=measure.display,
        as_of=measure.as_of,
        cutoff=measure.cutoff,
        version=measure.version,
        numerator=measure.numerator,
        denominator=measure.denominator,
        rows=measure.rows,
        evidence=evidence,
        measure=measure,
    )


def of_declaration(named: NamedFigure, declared: DeclaredFigure, *, period: str, as_of: datetime) -> FigureValue:
    exact = Fraction(declared.value)
    return FigureValue(
        named=named,
        period=period,
        source=Source.DECLARED,
        exact=exact,
        display=declared_display(named, exact),
        as_of=as_of,
        declaration=declared,
    )


def missing(named: NamedFigure, *, period: str, as_of: datetime) -> FigureValue:
    return FigureValue(named, period, Source.MISSING, None, numbers.DASH, as_of)


def declared_display(named: NamedFigure, exact: Fraction) -> str:
    """As it was declared: no decimal is added or taken away."""
    if named.is_universal:
        return _("是") if exact == 1 else _("否")
    return f"{numbers.exact_text(exact * 100)}%" if named.unit == "%" else numbers.exact_text(exact) or ""
