"""What a batch reads of a loop's tables, composed once for each loop."""

from typing import Any, Final, Generic

from wenming.engines.loop import bulk
from wenming.engines.loop.commands import ItemT
from wenming.engines.loop.models import LoopClock, LoopEvent, Refusal
from wenming.kernel.kept import Kept, KeptModels

REFUSALS: Final = KeptModels(
    lambda flow, ids, keys: Refusal.objects.filter(flow=flow, item_id__in=ids, idempotency_key__in=keys),
    (str, list[int], list[str]),
)


class Reads(Generic[ItemT]):
    """`items` are locked until the transaction ends; `acts` and `clocks` come in the order in which they happened."""

    def __init__(self, item_model: type[ItemT], event_model: type[LoopEvent], clock_model: type[LoopClock]) -> None:
        items, events, clocks = (bulk.rows_of(model) for model in (item_model, event_model, clock_model))
        self.items: KeptModels[Any] = KeptModels(
            lambda ids: items.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"), (list[int],)
        )
        self.answers: KeptModels[Any] = KeptModels(
            lambda ids, keys: events.filter(item_id__in=ids, idempotency_key__in=keys), (list[int], list[str])
        )
        self.acts = Kept(
            lambda ids, actions: events.filter(item_id__in=ids, action__in=actions).order_by("item_id", "seq"),
            ("item_id", "action", "actor_kind", "actor_id", "unit_id", "happened_at"),
            (list[int], list[str]),
        )
        self.clocks: KeptModels[Any] = KeptModels(
            lambda ids: clocks.filter(item_id__in=ids).order_by("item_id", "started_at", "pk"), (list[int],)
        )
