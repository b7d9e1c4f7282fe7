"""Reads: a metric's numbers and evidence, a named figure whatever its source, and how complete a period is."""

from collections.abc import Mapping
from datetime import datetime

from wenming.engines.metrics import evaluation
from wenming.engines.metrics.evaluation import Evaluation, Measure
from wenming.engines.metrics.sql import FilterValue
from wenming.kernel.periods import Period
from wenming.kernel.scopes import Scope


def evaluate(
    key: str,
    *,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    where: Mapping[str, FilterValue] | None = None,
    scope: Scope | None = None,
) -> Evaluation:
    """A metric's exact numbers, its cells by dimension and the digest of its evidence: two statements.

    `cutoff` is of happened times: what happened at or after it has not happened. `as_of` is of recorded time: what
    was not known then is not known. `where` are equalities on columns of the fact view or dimensions.
    Raises UnknownFigure, UnknownDimension, BadFilter, OutOfScope, TooManyCells.
    """
    return evaluation.evaluate(
        evaluation.question(key, period=period, by=by, as_of=as_of, cutoff=cutoff, where=where, scope=scope)
    )


def measure(
    key: str,
    *,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    where: Mapping[str, FilterValue] | None = None,
    scope: Scope | None = None,
) -> Measure:
    """The numbers of `evaluate` without the evidence: one statement."""
    return evaluation.measure(
        evaluation.question(key, period=period, by=by, as_of=as_of, cutoff=cutoff, where=where, scope=scope)
    )
