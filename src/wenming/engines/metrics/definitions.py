"""Metric definitions: YAML files of a programme, one mapping a metric, read and checked when the process starts.

    key: problems.rectification_rate
    version: 3                       # a published version never changes: figures/published.lock holds its digest
    name: 问题整改率
    name_en: Rectification rate
    aliases: [整改率]
    nouns: [问题, 点位]
    kind: ratio                      # count | sum | distinct | ratio | percentile
    fact: problems
    time: found_at
    is_standing: true                # count and sum only: what stood at the period's end, whenever it began
    numerator: "reviewed_at is not null"     # which rows count; for a ratio: of those of the denominator
    denominator: "voided_at is null"         # ratio only
    value: value_fen                 # the column of sum, distinct and percentile
    scale: 100                       # sum and percentile: how many of the column's units make one of `unit`
    percentile: 90                   # percentile only, 1 to 100: nearest rank, so that it is the value of a real row
    dimensions: [region, unit, type, channel, ym]
    unit: "%"
    decimals: 2
    rounding: half_up                # or floor
    target: {op: ">=", value: "0.90"}
    evidence: [code, found_at, state]
    owner: 督查科
    cell_min: 0                      # a cell of --by over fewer rows than this is not shown
    definition: {numerator: …, numerator_en: …, denominator: …, denominator_en: …}

Definitions should ask for instants (`voided_at is null`) where they can: a cut-off turns instants back, not states.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import yaml

from wenming.engines.metrics import predicates
from wenming.engines.metrics.errors import DefinitionError
from wenming.engines.metrics.factview import Code, FactView, Instant

KINDS: Final = ("count", "sum", "distinct", "ratio", "percentile")
PLANNED_KINDS: Final = ("derived",)
ROUNDINGS: Final = ("half_up", "floor")
LOCK: Final = "published.lock"
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_REQUIRED: Final = ("key", "version", "name", "name_en", "kind", "fact", "time", "unit", "owner", "definition")
_OPTIONAL: Final = (
    *("aliases", "nouns", "numerator", "denominator", "value", "scale", "dimensions", "decimals"),
    *("rounding", "target", "evidence", "cell_min", "percentile", "is_standing"),
)
_MEANING: Final = (
    *("key", "version", "kind", "fact", "time", "numerator", "denominator", "value", "scale"),
    *("unit", "decimals", "rounding"),
)
_TARGET_OPS: Final = (">=", ">", "<=", "<")


@dataclass(frozen=True, slots=True)
class Target:
    op: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Words:
    """The definition as people read it, in Chinese and in English."""

    numerator: str
    numerator_en: str
    denominator: str = ""
    denominator_en: str = ""


@dataclass(frozen=True)
class Metric:
    """`time` and `value` are columns of the fact view; predicates are as written."""

    key: str
    version: int
    name: str
    name_en: str
    kind: str
    fact: str
    time: str
    unit: str
    owner: str
    words: Words
    source: str
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    scale: int = 1
    aliases: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    decimals: int = 0
    rounding: str = "half_up"
    target: Target | None = None
    evidence: tuple[str, ...] = ()
    cell_min: int = 0
    percentile: int | None = None
    is_standing: bool = False

    @property
    def is_ratio(self) -> bool:
        return self.kind == "ratio"

    @property
    def is_percentile(self) -> bool:
        return self.kind == "percentile"

    @property
    def is_additive(self) -> bool:
        """Whether its whole is the sum of its cells."""
        return self.kind not in ("distinct", "percentile")

    @property
    def published_as(self) -> str:
        return f"{self.key}@{self.version}"

    def digest(self) -> str:
        """SHA-256 over what decides the value. Names, aliases and wording may be improved within a version."""
        meaning = {name: getattr(self, name) for name in _MEANING}
        if self.is_percentile:
            meaning["percentile"] = self.percentile
        if self.is_standing:
            meaning["is_standing"] = True
        text = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def load(directory: Path, *, facts: Mapping[str, FactView]) -> list[Metric]:
    """All definitions of a directory, by file name. Raises DefinitionError with file and key."""
    locked = read_lock(directory)
    found = [
        read(document, facts=facts, source=path.name)
        for path in sorted(directory.glob("*.yaml"))
        for document in _documents(path)
    ]
    for metric in found:
        published = locked.get(metric.published_as)
        if published not in (None, metric.digest()):
            raise DefinitionError(
                f"{metric.source}: {metric.key}: version {metric.version} is published and must not change; "
                f"raise `version` and keep the old one beside it"
            )
    return found


def read(document: Any, *, facts: Mapping[str, FactView], source: str) -> Metric:
    """One definition. Raises DefinitionError."""
    key = document.get("key", "?") if isinstance(document, dict) else "?"
    try:
        if not isinstance(document, dict):
            raise DefinitionError("a definition is a mapping")
        return _metric(document, facts, source)
    except (DefinitionError, TypeError, ValueError, KeyError, ZeroDivisionError) as error:
        raise DefinitionError(f"{source}: {key}: {error}") from error


def read_lock(directory: Path) -> dict[str, str]:
    """`key@version` → digest, from lines of the two."""
    path = directory / LOCK
    lines = path.read_text().splitlines() if path.exists() else []
    published = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return {name: digest.strip() for name, _space, digest in published}


def write_lock(directory: Path, locked: Mapping[str, str]) -> None:
    lines = ["# Published definitions. A line here is never changed or taken away."]
    lines += [f"{name} {locked[name]}" for name in sorted(locked)]
    (directory / LOCK).write_text("\n".join(lines) + "\n")


def _metric(document: dict[str, Any], facts: Mapping[str, FactView], source: str) -> Metric:
    _check_names(document)
    if document["fact"] not in facts:
        raise DefinitionError(f"there is no fact view {document['fact']!r}")
    view = facts[document["fact"]]
    time = view.resolve(str(document["time"]))
    if time is None or view.columns[time] is not Instant:
        raise DefinitionError(f"`time` must be an instant of the fact {view.name}: {document['time']!r}")
    metric = Metric(
        key=_text(document, "key"),
        name=_text(document, "name"),
        name_en=_text(document, "name_en"),
        kind=_text(document, "kind"),
        fact=view.name,
        unit=_text(document, "unit"),
        owner=_text(document, "owner"),
        numerator=_optional_text(document, "numerator"),
        denominator=_optional_text(document, "denominator"),
        aliases=_texts(document, "aliases"),
        nouns=_texts(document, "nouns"),
        dimensions=_texts(document, "dimensions"),
        evidence=_texts(document, "evidence"),
        version=_number(document, "version", 1, 1, 10_000),
        scale=_number(document, "scale", 1, 1, 10**9),
        decimals=_number(document, "decimals", 0, 0, 9),
        cell_min=_number(document, "cell_min", 0, 0, 1_000),
        percentile=_number(document, "percentile", 0, 1, 100) if "percentile" in document else None,
        rounding=document.get("rounding", "half_up"),
        is_standing=_flag(document, "is_standing"),
        target=_target(document.get("target")),
        time=time,
        value=_value(document, view),
        words=_words(document),
        source=source,
    )
    _check(metric, view)
    return metric


def _check_names(document: dict[str, Any]) -> None:
    missing = [name for name in _REQUIRED if name not in document]
    unknown = [name for name in document if name not in (*_REQUIRED, *_OPTIONAL)]
    if missing or unknown:
        raise DefinitionError(f"missing: {missing}, unknown: {unknown}")


def _check(metric: Metric, view: FactView) -> None:
    _check_kind(metric)
    _check_parts(metric, view)
    for text in (metric.numerator, metric.denominator):
        if text is not None:
            predicates.parse(text, view)
    for name in metric.dimensions:
        if view.dimension(name, time=metric.time) is None:
            hint = f" (say which column: FactView(months={{{metric.time!r}: …}}))" if name == "ym" else ""
            raise DefinitionError(f"the fact {view.name} has no dimension {name!r} for {metric.time}{hint}")


def _check_kind(metric: Metric) -> None:
    if _KEY.fullmatch(metric.key) is None:
        raise DefinitionError("`key` is programme.figure in small ASCII letters")
    if metric.kind in PLANNED_KINDS:
        raise DefinitionError(f"kind {metric.kind} is not in this release; it knows {', '.join(KINDS)}")
    if metric.kind not in KINDS:
        raise DefinitionError(f"`kind` is one of {', '.join(KINDS)}")
    if metric.rounding not in ROUNDINGS:
        raise DefinitionError(f"`rounding` is one of {', '.join(ROUNDINGS)}")


def _check_parts(metric: Metric, view: FactView) -> None:
    """What each kind needs and what it cannot use."""
    if metric.is_ratio and (metric.numerator is None or not metric.words.denominator):
        raise DefinitionError("a ratio needs a `numerator`, and `definition` must say what the denominator is")
    if not metric.is_ratio and metric.denominator is not None:
        raise DefinitionError("only a ratio has a `denominator`")
    if (metric.value is not None) != (metric.kind in ("sum", "distinct", "percentile")):
        raise DefinitionError("`value` belongs to sum, distinct and percentile, and they need it")
    if metric.kind in ("sum", "percentile") and metric.value is not None and view.columns[metric.value] is Code:
        raise DefinitionError("a code cannot be summed nor ranked")
    if metric.scale != 1 and metric.kind not in ("sum", "percentile"):
        raise DefinitionError("only a sum and a percentile have a `scale`")
    if metric.is_standing and metric.kind not in ("count", "sum"):
        raise DefinitionError("only a count and a sum stand at the end of a period")
    if (metric.percentile is not None) != metric.is_percentile:
        raise DefinitionError("`percentile` belongs to the kind percentile, and it needs it")


def _words(document: dict[str, Any]) -> Words:
    given = document["definition"]
    if not isinstance(given, dict):
        raise DefinitionError("`definition` is a mapping of words")
    return Words(**{str(name): str(text).strip() for name, text in given.items()})


def _target(given: Any) -> Target | None:
    if given is None:
        return None
    if given.get("op") not in _TARGET_OPS or set(given) != {"op", "value"}:
        raise DefinitionError(f"`target` is an op ({' '.join(_TARGET_OPS)}) and a value")
    return Target(given["op"], Fraction(str(given["value"])))


def _value(document: dict[str, Any], view: FactView) -> str | None:
    if "value" not in document:
        return None
    found = view.resolve(str(document["value"]))
    if found is None:
        raise DefinitionError(f"the fact {view.name} has no column {document['value']!r}")
    return found


def _text(document: dict[str, Any], name: str) -> str:
    text = document[name]
    if not isinstance(text, str) or not text.strip():
        raise DefinitionError(f"`{name}` is a text")
    return text.strip()


def _optional_text(document: dict[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else " ".join(_text(document, name).split())


def _texts(document: dict[str, Any], name: str) -> tuple[str, ...]:
    given = document.get(name, [])
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise DefinitionError(f"`{name}` is a list of texts")
    return tuple(given)


def _number(document: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    number = document.get(name, default)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise DefinitionError(f"`{name}` is an integer from {low} to {high}")
    return number


def _flag(document: dict[str, Any], name: str) -> bool:
    given = document.get(name, False)
    if not isinstance(given, bool):
        raise DefinitionError(f"`{name}` is true or false")
    return given


class _Loader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys without a word."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs = [(loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value]
    if len({key for key, _value in pairs}) != len(pairs):
        raise DefinitionError(f"a key is given twice{node.start_mark}")
    return dict(pairs)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def documents(text: str) -> list[Any]:
    """Every mapping of a YAML text: of documents between `---` and of lists within them."""
    found: list[Any] = []
    for document in yaml.load_all(text, Loader=_Loader):
        found += document if isinstance(document, list) else [document]
    return found


def _documents(path: Path) -> list[Any]:
    try:
        return documents(path.read_text())
    except (yaml.YAMLError, DefinitionError) as error:
        raise DefinitionError(f"{path.name}: {error}") from error
