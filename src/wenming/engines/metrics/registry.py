"""What programmes tell the metric engine about themselves, from `AppConfig.ready`: facts, figures and rows.

    registry.register_fact(FactView.of(ProblemFact, name="problems", months={"found_us": "found_ym"}))
    registry.register_figures(Path(__file__).parent / "figures")
    registry.register_rows("problems", provider)

Facts come first: a definition is checked against its fact view when it is registered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wenming.engines.metrics import definitions
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import DefinitionError, UnknownFigure
from wenming.engines.metrics.factview import Code, ColumnType, FactView, Flag, Instant, Int
from wenming.foundation.people.acting import Acting

__all__ = [
    "Code",
    "ColumnType",
    "FactView",
    "Flag",
    "Instant",
    "Int",
    "RowProvider",
    "directories",
    "fact",
    "facts",
    "has_metric",
    "metric",
    "metrics",
    "register_fact",
    "register_figures",
    "register_metric",
    "register_rows",
    "rows_of",
]

RowProvider = Callable[[Acting, Sequence[int]], list[dict[str, Any]]]
"""The rows behind ids that this person may see, in the order of the ids: dictionaries with `id`, `url` and `title`, and
where there are any `code`, `region`, `unit`, `state` (words) and `at` (datetime)."""

_facts: dict[str, FactView] = {}
_metrics: dict[str, dict[int, Metric]] = {}
_rows: dict[str, RowProvider] = {}
_directories: list[Path] = []


def register_fact(view: FactView) -> None:
    """Raises DefinitionError for a name that another view has."""
    if _facts.get(view.name, view) != view:
        raise DefinitionError(f"there already is a fact view {view.name!r}")
    _facts[view.name] = view


def register_figures(directory: Path) -> None:
    """Every definition of `directory`/*.yaml. Raises DefinitionError with the file and the key."""
    if directory in _directories:
        return
    for metric in definitions.load(directory, facts=_facts):
        register_metric(metric)
    _directories.append(directory)


def register_metric(metric: Metric) -> None:
    versions = _metrics.setdefault(metric.key, {})
    if metric.version in versions and versions[metric.version] != metric:
        raise DefinitionError(f"{metric.source}: {metric.key} version {metric.version} is defined twice")
    versions[metric.version] = metric


def register_rows(fact: str, provider: RowProvider) -> None:
    _rows[fact] = provider


def facts() -> Mapping[str, FactView]:
    return _facts


def fact(name: str) -> FactView:
    return _facts[name]


def rows_of(fact_name: str) -> RowProvider | None:
    return _rows.get(fact_name)


def has_metric(key: str) -> bool:
    return key in _metrics


def metric(key: str, version: int | None = None) -> Metric:
    """The newest version, or the one asked for. Raises UnknownFigure."""
    versions = _metrics.get(key, {})
    found = versions.get(version) if version is not None else (versions[max(versions)] if versions else None)
    if found is None:
        raise UnknownFigure(key=key if version is None else f"{key}@{version}")
    return found


def metrics() -> Iterator[Metric]:
    """The newest version of each, by key."""
    return (metric(key) for key in sorted(_metrics))


def directories() -> tuple[Path, ...]:
    return tuple(_directories)
