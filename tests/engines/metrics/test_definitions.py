from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.metrics import TOYS, definition, make_metric
from wenming.engines.metrics import definitions, registry
from wenming.engines.metrics.errors import DefinitionError, UnknownFigure
from wenming.engines.metrics.factview import FactView, Int


def read(**changes: Any) -> definitions.Metric:
    return definitions.read(definition(**changes), facts={"toys": TOYS}, source="toys.yaml")


def write(directory: Path, *documents: dict[str, Any]) -> None:
    (directory / "toys.yaml").write_text(yaml.safe_dump_all(documents, allow_unicode=True))


def test_read_keeps_columns_and_words() -> None:
    metric = read(aliases=["完成率"], target={"op": ">=", "value": "0.90"})
    assert (metric.time, metric.dimensions, metric.aliases) == ("found_us", ("region", "maker", "ym"), ("完成率",))
    assert metric.words.denominator_en == "toys that are not void"
    assert metric.target is not None
    assert (metric.target.op, str(metric.target.value)) == (">=", "9/10")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fact": "cars"}, "no fact view 'cars'"),
        ({"time": "state"}, "`time` must be an instant"),
        ({"time": "gone_at"}, "`time` must be an instant"),
        ({"kind": "mean"}, "`kind` is one of"),
        ({"is_standing": "yes"}, "`is_standing` is true or false"),
        ({"is_standing": True}, "only a count and a sum stand at the end"),
        ({"kind": "percentile", "denominator": None, "value": "value_fen"}, "the kind percentile, and it needs it"),
        ({"kind": "percentile", "denominator": None, "percentile": 90}, "`value` belongs to sum, distinct and"),
        ({"kind": "percentile", "denominator": None, "percentile": 0}, "`percentile` is an integer from 1"),
        ({"percentile": 90}, "belongs to the kind percentile"),
        ({"kind": "derived"}, "not in this release"),
        ({"kind": "count"}, "only a ratio has a `denominator`"),
        ({"kind": "sum", "denominator": None}, "`value` belongs to sum, distinct and"),
        ({"kind": "sum", "denominator": None, "value": "state"}, "a code cannot be summed nor ranked"),
        ({"kind": "sum", "denominator": None, "value": "price"}, "no column 'price'"),
        ({"scale": 100}, "only a sum and a percentile have a `scale`"),
        ({"numerator": None}, "a ratio needs a `numerator`"),
        ({"numerator": "price = 1"}, "no column 'price'"),
        ({"dimensions": ["colour"]}, "no dimension 'colour'"),
        ({"dimensions": ["ym"], "time": "done_at"}, "say which column"),
        ({"version": 0}, "`version` is an integer"),
        ({"version": "1"}, "`version` is an integer"),
        ({"decimals": True}, "`decimals` is an integer"),
        ({"rounding": "up"}, "`rounding` is one of"),
        ({"aliases": "完成率"}, "`aliases` is a list"),
        ({"name": ""}, "`name` is a text"),
        ({"owner": None}, "missing"),
        ({"colour": "red"}, "unknown"),
        ({"key": "Done"}, "`key` is programme.figure"),
        ({"target": {"op": "=", "value": 1}}, "`target` is an op"),
        ({"definition": {"numerator": "做完的"}}, "numerator_en"),
        ({"definition": "做完的"}, "`definition` is a mapping"),
    ],
)
def test_read_refuses_and_names_file_and_key(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError, match=message) as caught:
        read(**changes)
    assert str(caught.value).startswith(f"toys.yaml: {changes.get('key', 'toys.done_rate')}: ")


def test_load_refuses_a_key_given_twice_in_one_mapping(tmp_path: Path) -> None:
    (tmp_path / "toys.yaml").write_text("key: toys.done\nkey: toys.done\n")
    with pytest.raises(DefinitionError, match=r"toys\.yaml: a key is given twice"):
        definitions.load(tmp_path, facts={"toys": TOYS})


def test_load_refuses_a_published_version_that_changed(tmp_path: Path) -> None:
    write(tmp_path, definition())
    [metric] = definitions.load(tmp_path, facts={"toys": TOYS})
    definitions.write_lock(tmp_path, {metric.published_as: metric.digest()})
    write(tmp_path, definition(aliases=["完成率"]), definition(version=2, denominator="state = 'open'"))
    assert len(definitions.load(tmp_path, facts={"toys": TOYS})) == 2
    write(tmp_path, definition(denominator="state = 'open'"))
    with pytest.raises(DefinitionError, match="published and must not change"):
        definitions.load(tmp_path, facts={"toys": TOYS})


@given(st.sampled_from(["version", "decimals"]), st.integers(2, 8))
def test_digest_follows_the_meaning(name: str, value: int) -> None:
    assert read(**{name: value + 1}).digest() != read().digest()
    assert read(name="另一个名称", owner="创建科").digest() == read().digest()


def test_every_definition_of_the_programmes_is_published() -> None:
    for directory in registry.directories():
        locked = definitions.read_lock(directory)
        loaded = definitions.load(directory, facts=registry.facts())
        assert locked.items() >= {m.published_as: m.digest() for m in loaded}.items(), "run: wenming figures lock"


def test_no_published_version_is_taken_away() -> None:
    for directory in registry.directories():
        loaded = definitions.load(directory, facts=registry.facts())
        assert set(definitions.read_lock(directory)) == {m.published_as for m in loaded}


def test_register_figures_reads_a_directory_once(tmp_path: Path) -> None:
    write(tmp_path, definition(), definition(version=2))
    registry.register_fact(TOYS)
    registry.register_figures(tmp_path)
    registry.register_figures(tmp_path)
    assert registry.metric("toys.done_rate").version == 2
    assert registry.metric("toys.done_rate", 1).version == 1
    with pytest.raises(UnknownFigure):
        registry.metric("toys.done_rate", 3)


def test_register_metric_when_two_definitions_claim_one_version() -> None:
    make_metric()
    with pytest.raises(DefinitionError, match="defined twice"):
        make_metric(unit="个")


def test_register_fact_when_the_name_is_taken() -> None:
    registry.register_fact(TOYS)
    with pytest.raises(DefinitionError, match="already is a fact view"):
        registry.register_fact(FactView("toys", "toys_toy", "toy_id", {"state": Int}))


@pytest.mark.parametrize("name", ["a b", "a;b", 'a"b', "A", ""])
def test_fact_view_refuses_what_is_no_column(name: str) -> None:
    with pytest.raises(DefinitionError):
        FactView("toys", "toys_toy", "toy_id", {name: Int})
