"""The loop of problems and what every change of a problem brings with it: photos, helpers, facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from wenming.engines.loop.commands import Command, Outcome
from wenming.engines.loop.engine import Loop, register
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import WorkCalendar
from wenming.programmes.problems.enums import PhotoMoment
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem, ProblemClock, ProblemEvent, ProblemHelper, ProblemPhoto
from wenming.programmes.problems.services import facts, flags

LOOP: Final = register(Loop(FLOW, item_model=Problem, event_model=ProblemEvent, clock_model=ProblemClock))
WRITE_ROWS: Final = 500
AFTER: Final = PhotoMoment.AFTER


@dataclass(slots=True)
class Attached:
    """What hangs on a command beside the event: stored files by moment, helping units."""

    photos: dict[PhotoMoment, tuple[int, ...]] = field(default_factory=dict)
    helper_ids: tuple[int, ...] | None = None


def carry_out(
    commands: Sequence[Command],
    attached: Sequence[Attached],
    *,
    by: Actor,
    at: datetime | None = None,
    calendar: WorkCalendar | None = None,
) -> list[Outcome[Problem]]:
    """Trusts the caller: runs the commands, then writes photos, helpers and facts of those that were done. `calendar`
    is for whoever has read it already.

    Must be called inside a transaction. The number of statements does not depend on the number of commands.
    """
    outcomes: list[Outcome[Problem]] = LOOP.apply(commands, by=by, at=at, calendar=calendar)
    done = [
        (outcome, extra)
        for outcome, extra in zip(outcomes, attached, strict=True)
        if outcome.is_done and not outcome.is_replay
    ]
    attach([(outcome.item_id, extra) for outcome, extra in done])
    after = {outcome.item_id: extra.photos[AFTER] for outcome, extra in done if extra.photos.get(AFTER)}
    if after:
        flags.compare(after)
    changed = {outcome.item.pk: outcome.item for outcome, _extra in done if outcome.item is not None}
    if changed:
        facts.write(changed.values(), at=clock.now())
    return outcomes


def attach(things: Iterable[tuple[int, Attached]]) -> None:
    """Photos and helpers of many problems in at most three statements a batch."""
    now = clock.now()
    photos: list[ProblemPhoto] = []
    helpers: list[ProblemHelper] = []
    replaced: list[int] = []
    for problem_id, extra in things:
        for moment, file_ids in extra.photos.items():
            photos += [
                ProblemPhoto(problem_id=problem_id, file_id=file_id, moment=moment, added_at=now)
                for file_id in file_ids
            ]
        if extra.helper_ids is not None:
            replaced.append(problem_id)
            helpers += [ProblemHelper(problem_id=problem_id, unit_id=unit_id) for unit_id in extra.helper_ids]
    if photos:
        ProblemPhoto.objects.bulk_create(photos, batch_size=WRITE_ROWS, ignore_conflicts=True)
    if replaced:
        ProblemHelper.objects.filter(problem_id__in=replaced).delete()
    if helpers:
        ProblemHelper.objects.bulk_create(helpers, batch_size=WRITE_ROWS, ignore_conflicts=True)


def evidence_of(*, photos: Sequence[str] = (), note: str = "", **more: Any) -> dict[str, Any]:
    """What the event keeps; empty things are left out, so that a missing proof is seen as missing."""
    evidence: dict[str, Any] = {**more}
    if photos:
        evidence["photos"] = list(photos)
    if note.strip():
        evidence["note"] = note.strip()
    return evidence
