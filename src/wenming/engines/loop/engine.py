"""The loop: creates items, carries out commands on them and proves their history.

Every verb takes N rows and costs a fixed number of statements for each chunk of `bulk.ROWS_MAX`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Generic, TypeVar

from django.db import transaction
from django.db.models import Q

from wenming.engines.loop import bulk, selectors
from wenming.engines.loop.batch import Batch, Parts
from wenming.engines.loop.chain import Fault, faults_of
from wenming.engines.loop.clocks import ItemClocks, set_due
from wenming.engines.loop.commands import Command, ItemT, New, Outcome, Situation
from wenming.engines.loop.flow import Flow
from wenming.engines.loop.models import LoopClock, LoopEvent
from wenming.engines.loop.reads import Reads
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit, WorkCalendar
from wenming.kernel.clock import now

FAULTS_MAX: Final = 1_000
"""A check stops after so many faults: the tables are then broken beyond a list."""


class Loop(Generic[ItemT]):
    """A flow over three concrete tables.

    `guard` is asked at every step after the transition's own guards; `remembers` names the actions whose last act it
    looks at. `limit_for(item, stage)` gives the limit of a stage that starts, where the command does not. None of the
    three may query: they are asked once for each row.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        item_model: type[ItemT],
        event_model: type[LoopEvent],
        clock_model: type[LoopClock],
        guard: Callable[[Situation[ItemT]], None] | None = None,
        remembers: tuple[str, ...] = (),
        limit_for: Callable[[ItemT, str], Limit | None] | None = None,
    ) -> None:
        self.flow = flow
        reads = Reads(item_model, event_model, clock_model)
        self._parts: Parts[ItemT] = Parts(
            flow, item_model, event_model, clock_model, guard, remembers, limit_for, reads
        )

    def create(
        self,
        news: Sequence[New[ItemT]],
        *,
        by: Actor,
        at: datetime | None = None,
        action: str = "file",
        calendar: WorkCalendar | None = None,
    ) -> list[ItemT]:
        """Saves new items with their first event, all or none; raises the first refusal. `calendar` is for whoever has
        read it already.

        Within a transaction of the caller's it makes no savepoint: whoever catches the refusal makes one around it.
        """
        created: list[ItemT] = []
        with transaction.atomic(savepoint=False):
            for chunk in bulk.chunked(news):
                batch = Batch(self._parts, by=by, at=at, recorded_at=now(), calendar=calendar)
                for new in chunk:
                    batch.carry_out(new.item, _as_command(new, action), new.by or by)
                items = [new.item for new in chunk]
                batch.write_new(items)
                created += items
        return created

    def apply(
        self,
        commands: Sequence[Command],
        *,
        by: Actor,
        at: datetime | None = None,
        calendar: WorkCalendar | None = None,
    ) -> list[Outcome[ItemT]]:
        """One outcome for each command, in order; a refused command does not stop the others.

        Several commands on one item are carried out one after the other. Raises LostRace, with nothing saved, if
        something outside the loop wrote one of the rows. A caller that raises a refusal does so after its
        transaction has committed, or the record that makes a retry answer alike is lost. As `create` it makes no
        savepoint.
        """
        outcomes: list[Outcome[ItemT]] = []
        with transaction.atomic(savepoint=False):
            for chunk in bulk.chunked(commands):
                outcomes += self._apply_chunk(chunk, by, at, calendar)
        return outcomes

    def _apply_chunk(
        self, commands: Sequence[Command], by: Actor, at: datetime | None, calendar: WorkCalendar | None
    ) -> list[Outcome[ItemT]]:
        batch = Batch(self._parts, by=by, at=at, recorded_at=now(), calendar=calendar)
        batch.read(commands)
        steps = [batch.step(command) for command in commands]
        batch.write()
        for outcome, event in steps:
            outcome.event_id = event.pk if event is not None else None
        return [outcome for outcome, _event in steps]

    def count(self) -> int:
        return int(bulk.rows_of(self._parts.item_model).count())

    # Checking -------------------------------------------------------------

    def verify(self, item_ids: Iterable[int] | None = None) -> list[Fault]:
        """Faults in the chains of the items given, or of all; at most FAULTS_MAX."""
        faults: list[Fault] = []
        for items in self._item_chunks(item_ids):
            events: Any = bulk.rows_of(self._parts.event_model)
            rows = events.filter(item_id__in=[item.pk for item in items])
            by_item = {
                pk: list(group)
                for pk, group in groupby(
                    rows.order_by("item_id", "seq").iterator(bulk.ROWS_MAX),
                    key=lambda event: event.item_id,
                )
            }
            for item in items:
                faults += faults_of(item, by_item.get(item.pk, []))
            if len(faults) >= FAULTS_MAX:
                break
        return faults[:FAULTS_MAX]

    def _item_chunks(self, item_ids: Iterable[int] | None) -> Iterator[list[ItemT]]:
        manager = bulk.rows_of(self._parts.item_model)
        if item_ids is not None:
            for ids in bulk.chunked(sorted(set(item_ids))):
                yield list(manager.filter(pk__in=ids).order_by("pk"))
            return
        last = 0
        while chunk := list(manager.filter(pk__gt=last).order_by("pk")[: bulk.ROWS_MAX]):
            yield chunk
            last = chunk[-1].pk

    # Deadlines --------------------------------------------------------------

    def refresh_deadlines(self) -> int:
        """Computes anew the deadlines that are provisional or still to come; answers how many moved.

        To be called when a notice of days has been loaded or a day overridden. A deadline that has passed stays.
        """
        clocks: Any = bulk.rows_of(self._parts.clock_model)
        open_clocks = clocks.filter(running_since__isnull=False, limit_value__isnull=False)
        moved, last, since = 0, 0, now()
        while True:
            rows = open_clocks.filter(item_id__gt=last).order_by("item_id")
            ids = sorted(set(rows.values_list("item_id", flat=True)[: bulk.ROWS_MAX]))
            if not ids:
                return moved
            moved += self._refresh(ids, since)
            last = ids[-1]

    def count_moves(self, calendar: WorkCalendar) -> int:
        """How many deadlines `refresh_deadlines` would move if `calendar` held; writes nothing."""
        clocks: Any = bulk.rows_of(self._parts.clock_model)
        rows = clocks.filter(running_since__isnull=False, limit_value__isnull=False, due_at__isnull=False)
        moved = 0
        for clock in rows.filter(Q(is_provisional=True) | Q(due_at__gte=now())).iterator(bulk.ROWS_MAX):
            before = (clock.due_at, clock.is_provisional)
            set_due(clock, calendar)
            moved += (clock.due_at, clock.is_provisional) != before
        return moved

    @transaction.atomic
    def _refresh(self, ids: Sequence[int], since: datetime) -> int:
        manager = bulk.rows_of(self._parts.item_model)
        items = {i.pk: i for i in manager.select_for_update().filter(pk__in=ids).order_by("pk")}
        clocks: Any = bulk.rows_of(self._parts.clock_model)
        calendar = selectors.work_calendar()
        by_item: dict[int, list[Any]] = {}
        moved: list[Any] = []
        for clock in clocks.filter(item_id__in=ids).order_by("item_id", "started_at", "pk"):
            by_item.setdefault(clock.item_id, []).append(clock)
            if clock.running_since and clock.due_at:
                before = (clock.due_at, clock.is_provisional)
                if clock.is_provisional or clock.due_at >= since:
                    set_due(clock, calendar)
                if (clock.due_at, clock.is_provisional) != before:
                    moved.append(clock)
        changed = [items[pk] for pk in sorted({clock.item_id for clock in moved})]
        for item in changed:
            mine = ItemClocks(self._parts.clock_model, item, by_item[item.pk])
            item.due_at, item.due_is_provisional = mine.deadline(self.flow.deadline_stage)
        bulk.update(moved, columns=("due_at", "is_provisional"))
        bulk.update(changed, columns=("due_at", "due_is_provisional"))
        return len(moved)


def _as_command(new: New[Any], action: str) -> Command:
    return Command(
        item_id=0,
        action=action,
        happened_at=new.happened_at,
        reason=new.reason,
        evidence=new.evidence,
        idempotency_key=new.idempotency_key,
        limits=new.limits,
        by=new.by,
    )


# Registry -------------------------------------------------------------------

_registered: dict[str, Loop[Any]] = {}

LoopT = TypeVar("LoopT", bound=Loop[Any])


def register(loop: LoopT) -> LoopT:
    """Makes the loop known to checks and to changes of the working calendar; answers it, so that it can be assigned."""
    if _registered.setdefault(loop.flow.name, loop) is not loop:
        raise ValueError(f"two loops run the flow {loop.flow.name}")
    return loop


def registered() -> dict[str, Loop[Any]]:
    return dict(sorted(_registered.items()))


def refresh_all_deadlines() -> int:
    """`refresh_deadlines` of every registered loop; answers how many moved."""
    return sum(loop.refresh_deadlines() for loop in registered().values())


def count_all_moves(calendar: WorkCalendar) -> int:
    """`count_moves` of every registered loop."""
    return sum(loop.count_moves(calendar) for loop in registered().values())
