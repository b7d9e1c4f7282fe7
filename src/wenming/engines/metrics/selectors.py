"""Reads: a metric's numbers and evidence, a named figure whatever its source, and how complete a period is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wenming.engines.metrics import comparing, declarations, evaluation, named, registry, sql, values
from wenming.engines.metrics.comparing import Reason, Record
from wenming.engines.metrics.errors import UnknownDimension
from wenming.engines.metrics.evaluation import Evaluation, Measure
from wenming.engines.metrics.models import DeclaredFigure
from wenming.engines.metrics.named import NamedFigure
from wenming.engines.metrics.sql import FilterValue
from wenming.engines.metrics.values import FigureValue, Source
from wenming.kernel import clock
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


def measures(
    keys: Sequence[str],
    *,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    scope: Scope | None = None,
) -> dict[str, Measure]:
    """By key, what `measure` answers for each: one statement for all that add up, one for percentiles of the same rows,
    one for each distinct count.
    """
    asked = [evaluation.question(key, period=period, by=by, as_of=as_of, cutoff=cutoff, scope=scope) for key in keys]
    return {measure.key: measure for measure in evaluation.measures(asked)}


def evaluations(
    keys: Sequence[str], *, period: Period, by: tuple[str, ...] = (), as_of: datetime | None = None
) -> dict[str, Evaluation]:
    """By key, what `evaluate` answers for each: the statements of `measures`, and one for the evidence of each."""
    found = measures(keys, period=period, by=by, as_of=as_of)
    return {key: Evaluation(measure, evaluation.evidence(measure.asked)) for key, measure in found.items()}


def named_figures() -> list[NamedFigure]:
    return named.figures()


def figure(
    key: str,
    *,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    scope: Scope | None = None,
) -> FigureValue:
    """A named figure with its evidence: computed where a metric has this key, else what two persons declared for
    exactly this period, else missing. Raises UnknownFigure and what `evaluate` raises.
    """
    known = named.find(key)
    if registry.has_metric(key):
        asked = evaluation.question(key, period=period, by=by, as_of=as_of, cutoff=cutoff, scope=scope)
        found = evaluation.evaluate(asked)
        return values.of_measure(known, found.measure, found.evidence)
    if by:
        raise UnknownDimension(key=key, dimension=by[0], known="—")
    moment = as_of or clock.now()
    declared = declarations.standing(period, as_of=moment, keys=[key]).get(key)
    return _declared(known, declared, period, moment)


def records(
    key: str,
    *,
    period: Period,
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    scope: Scope | None = None,
    version: int | None = None,
) -> dict[int, Record]:
    """The rows that a metric rests on, by id, each with the columns that decide. Raises UnknownFigure."""
    return comparing.records(
        evaluation.question(key, period=period, as_of=as_of, cutoff=cutoff, scope=scope, version=version)
    )


def reasons(
    key: str,
    *,
    period: Period,
    known_at: datetime,
    cutoff: datetime | None = None,
    scope: Scope | None = None,
    then: Mapping[int, Record] | None = None,
) -> list[Reason]:
    """Why a metric is another one today than it was as known at `known_at`; empty for a figure without rows.

    `then` are the rows of that time where somebody kept them, else they are asked of the history.
    """
    if not registry.has_metric(key):
        return []
    asked = evaluation.question(key, period=period, cutoff=cutoff, scope=scope)
    before = then if then is not None else comparing.records(replace(asked, as_of=known_at))
    return comparing.reasons(asked, then=before, known_at=known_at)


def status(key: str, period: Period) -> Source:
    """Raises UnknownFigure."""
    named.find(key)
    if registry.has_metric(key):
        return Source.COMPUTED
    declared = declarations.standing(period, as_of=clock.now(), keys=[key])
    return Source.DECLARED if declared else Source.MISSING


def figures(
    *,
    period: Period,
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    scope: Scope | None = None,
    keys: Collection[str] | None = None,
) -> list[FigureValue]:
    """Every named figure for a period, or those of `keys`, without evidence: the statements of `measures` and one for all
    declarations.

    A metric that cannot be narrowed to `scope` is missing in it.
    """
    moment = as_of or clock.now()
    declared = declarations.standing(period, as_of=moment)
    wanted = [known for known in named.figures() if keys is None or known.key in keys]
    asked = [
        evaluation.question(known.key, period=period, as_of=as_of, cutoff=cutoff, scope=scope)
        for known in wanted
        if registry.has_metric(known.key)
    ]
    within = [question for question in asked if sql.is_within(question)]
    measured = {measure.key: measure for measure in evaluation.measures(within)}
    found = []
    for known in wanted:
        if known.key in measured:
            found.append(values.of_measure(known, measured[known.key], None))
        elif registry.has_metric(known.key):
            found.append(values.missing(known, period=period.label, as_of=moment))
        else:
            found.append(_declared(known, declared.get(known.key), period, moment))
    return found


@dataclass(frozen=True, slots=True)
class Completeness:
    computed: int
    declared: int
    missing: int

    @property
    def total(self) -> int:
        return self.computed + self.declared + self.missing

    @property
    def known(self) -> int:
        return self.computed + self.declared


def completeness(found: Sequence[FigureValue]) -> Completeness:
    sources = [each.source for each in found]
    return Completeness(*(sources.count(source) for source in (Source.COMPUTED, Source.DECLARED, Source.MISSING)))


def _declared(known: NamedFigure, declared: DeclaredFigure | None, period: Period, moment: datetime) -> FigureValue:
    if declared is None:
        return values.missing(known, period=period.label, as_of=moment)
    return values.of_declaration(known, declared, period=period.label, as_of=moment)
