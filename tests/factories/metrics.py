"""A toy fact table and the definitions over it. The table belongs to no installed app: only these tests make it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from django.db import connection, models

from wenming.engines.metrics import definitions, facts, registry, services
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.models import DeclaredFigure
from wenming.engines.metrics.registry import FactView
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import SYSTEM, Actor
from wenming.kernel.clock import SHANGHAI, to_us
from wenming.kernel.periods import Period, year_month

COUNTY, OTHER_COUNTY = 349901000000, 349902000000


class ToyFact(facts.FactRow):
    id_column = "toy_id"

    toy_id = models.BigIntegerField()
    state = models.CharField(max_length=16)
    county_code = models.BigIntegerField(null=True)
    maker_id = models.BigIntegerField(null=True)
    found_us = models.BigIntegerField(null=True)
    found_ym = models.IntegerField(null=True)
    done_us = models.BigIntegerField(null=True)
    due_us = models.BigIntegerField(null=True)
    value_fen = models.BigIntegerField(null=True)
    is_urgent = models.IntegerField(null=True)

    class Meta(facts.FactRow.Meta):
        app_label = "toys"
        constraints = facts.constraints("toy_id", prefix="toy_fact")
        indexes = facts.indexes("found_us", prefix="toy_fact")

    def __str__(self) -> str:
        return f"{self.toy_id} {self.state}"


TOYS = FactView.of(ToyFact, name="toys", dimensions={"maker": "maker_id"}, plans=frozenset({"due_us"}))
_ids = count(1)


def at(text: str) -> datetime:
    """ "2024-03-05" or "2024-03-05 08:00" in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def us(text: str | None) -> int | None:
    return None if text is None else to_us(at(text))


def make_toy(
    *,
    found: str | None = "2024-03-05",
    done: str | None = None,
    due: str | None = None,
    state: str = "open",
    county_code: int | None = COUNTY,
    toy_id: int | None = None,
    **more: Any,
) -> ToyFact:
    """An unsaved row; `facts.replace` writes it."""
    return ToyFact(
        toy_id=toy_id if toy_id is not None else next(_ids),
        state=state,
        county_code=county_code,
        found_us=us(found),
        found_ym=year_month(at(found)) if found else None,
        done_us=us(done),
        due_us=us(due),
        **more,
    )


def write_toys(*rows: ToyFact, recorded: str = "2024-04-01") -> list[int]:
    facts.replace(ToyFact, rows, to_us(at(recorded)))
    return [row.toy_id for row in rows]


def definition(**changes: Any) -> dict[str, Any]:
    """A definition as YAML gives it: the share of toys done, unless changed. None takes a line away."""
    document = {
        "key": "toys.done_rate",
        "version": 1,
        "name": "完成率",
        "name_en": "Share of toys done",
        "kind": "ratio",
        "fact": "toys",
        "time": "found_at",
        "numerator": "done_at is not null",
        "denominator": "state <> 'void'",
        "dimensions": ["region", "maker", "ym"],
        "unit": "%",
        "decimals": 2,
        "owner": "督查科",
        "definition": {
            "numerator": "做完的玩具",
            "numerator_en": "toys that are done",
            "denominator": "没有作废的玩具",
            "denominator_en": "toys that are not void",
        },
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def make_metric(**changes: Any) -> Metric:
    """Read and registered, once for each key and version."""
    metric = definitions.read(definition(**changes), facts={"toys": TOYS}, source="toys.yaml")
    registry.register_fact(TOYS)
    registry.register_metric(metric)
    return metric


def make_count(**changes: Any) -> Metric:
    words = {"numerator": "玩具", "numerator_en": "toys"}
    plain = {"kind": "count", "unit": "个", "decimals": None, "denominator": None, "numerator": None}
    return make_metric(**{"key": "toys.found", **plain, "definition": words, **changes})


@contextmanager
def toy_table() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(ToyFact)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(ToyFact)


def make_document() -> StoredFile:
    number = next(_ids)
    return files.receive_document(data=f"来源,{number}\n".encode(), name=f"source{number}.csv", by=SYSTEM)


def make_declared(
    *, by: Actor, key: str = "outreach.topic_reads", value: str = "932000", period: str = "2024"
) -> DeclaredFigure:
    """Declared, and waiting for somebody else to confirm it."""
    return services.declare_figure(
        key=key,
        period=Period.parse(period),
        value=value,
        source_file=make_document(),
        source_note="平台后台截图",
        by=by,
    )
