"""How a problem comes in: from the desk, a phone, a hotline or a workbook, all by the same verb."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from wenming.engines.loop import selectors as loop
from wenming.engines.loop.commands import Command, New, Outcome, Until
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.foundation.places.models import Point
from wenming.kernel import clock, ids, periods
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit, WorkCalendar
from wenming.kernel.plain import plain
from wenming.programmes.problems import rules
from wenming.programmes.problems.enums import Action, Channel, Lead, PhotoMoment, State
from wenming.programmes.problems.errors import FoundInFuture, PlaceMissing, TextMissing, TextTooLong, TooManyPhotos
from wenming.programmes.problems.flow import DISPATCH
from wenming.programmes.problems.models import (
    ADDRESS_CHARS_MAX,
    DESCRIPTION_CHARS_MAX,
    TITLE_CHARS_MAX,
    TYPE_NAME_CHARS_MAX,
    Problem,
)
from wenming.programmes.problems.services import facts
from wenming.programmes.problems.services.deadlines import with_close_due
from wenming.programmes.problems.services.limits import Limits, house_limits
from wenming.programmes.problems.services.machine import LOOP, Attached, attach
from wenming.programmes.problems.services.numbering import take_numbers
from wenming.programmes.problems.services.parting import part_from_void
from wenming.programmes.problems.services.recurrence import find_recurrences, link_recurrences
from wenming.programmes.standards.models import Criterion, ProblemType

PHOTOS_MAX: Final = 9
# A phone's clock may be ahead of ours by this much.
FUTURE_TOLERANCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act that already took place; for what is taken in with its history."""

    action: Action
    happened_at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Limit | Until] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    photos: tuple[int, ...] = ()
    helper_ids: tuple[int, ...] | None = None
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDraft:
    """A problem as it is told. The place is a point, a region, a position or an address, the best that there is.

    `needs_triage` is for what comes from outside and is checked before it is filed. `history` holds what happened
    since, oldest first.
    """

    title: str
    channel: Channel
    found_at: datetime
    description: str = ""
    type: ProblemType | None = None
    # What the source calls it, where the catalogue has no such type.
    type_name: str = ""
    criterion: Criterion | None = None
    point: Point | None = None
    region_code: int | None = None
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    territory_id: int | None = None
    department_id: int | None = None
    lead_side: Lead | None = None
    photos: tuple[StoredFile, ...] = ()
    photo_ids: tuple[int, ...] = ()
    needs_triage: bool = False
    recorded_first_at: datetime | None = None
    source: str = ""
    source_key: str = ""
    source_hash: str = ""
    key: str = ""
    history: tuple[Step, ...] = ()
    split_from: Problem | None = None


def file_problem(acting: Acting, draft: ProblemDraft) -> Problem:
    """One problem by somebody at a desk or with a phone. Raises Refused and the errors of `check`."""
    permissions.require(acting, rules.permission(Action.FILE))
    check(draft)
    return file_problems([draft], by=acting.actor)[0]


def file_once(acting: Acting, draft: ProblemDraft) -> Problem:
    """As `file_problem`; where the draft's source has filed its key before, the problem that it filed then. With the
    type and the point loaded."""
    permissions.require(acting, rules.permission(Action.FILE))
    check(draft)
    if not draft.source:
        return file_problems([draft], by=acting.actor)[0]
    try:
        return file_problems([draft], by=acting.actor)[0]
    except IntegrityError:
        # Asked afterwards: of two that come at once only the database knows which is the first, and most come once.
        known = Problem.objects.filter(source=draft.source, source_key=draft.source_key)
        before = known.select_related("type", "point").first()
        if before is None:
            raise
        return before


def check(draft: ProblemDraft) -> None:
    """Raises TextMissing, TextTooLong, PlaceMissing, FoundInFuture, TooManyPhotos; nothing is written before."""
    if not plain(draft.title):
        raise TextMissing(fields={"title": TextMissing.message})
    for name, text, most in (
        ("title", draft.title, TITLE_CHARS_MAX),
        ("description", draft.description, DESCRIPTION_CHARS_MAX),
        ("address", draft.address, ADDRESS_CHARS_MAX),
    ):
        if len(text) > most:
            raise TextTooLong(most=most, fields={name: TextTooLong(most=most).__str__()})
    has_position = draft.lat is not None and draft.lon is not None
    if draft.point is None and not plain(draft.address) and not has_position:
        raise PlaceMissing(fields={"address": PlaceMissing.message})
    if draft.found_at > clock.now() + FUTURE_TOLERANCE:
        raise FoundInFuture(fields={"found_at": FoundInFuture.message})
    if len(draft.photos) > PHOTOS_MAX:
        raise TooManyPhotos(most=PHOTOS_MAX)


def file_problems(drafts: Sequence[ProblemDraft], *, by: Actor) -> list[Problem]:
    """All of them or none, with their histories, in a number of statements that does not depend on how many.

    Trusts the caller about `by`. A history that the flow does not allow raises what refused it.
    """
    with transaction.atomic():
        problems, limits, calendar = _rows(drafts), house_limits(), loop.work_calendar()
        is_told = any(draft.history for draft in drafts)
        if not is_told:
            find_recurrences(problems)
        news = [
            New(
                item=problem,
                happened_at=draft.recorded_first_at or draft.found_at,
                evidence={"photos": [str(file.public_id) for file in draft.photos]} if draft.photos else {},
                idempotency_key=draft.key,
                limits={DISPATCH: limits[DISPATCH]},
            )
            for problem, draft in zip(problems, drafts, strict=True)
        ]
        # The row of a day is held from here to the commit: whatever can be read is read by now.
        for problem, number in zip(problems, take_numbers([draft.found_at for draft in drafts]), strict=True):
            problem.code = number
        for action, is_triaged in ((Action.REPORT, True), (Action.FILE, False)):
            chosen = [n for n, d in zip(news, drafts, strict=True) if d.needs_triage is is_triaged]
            if chosen:
                LOOP.create(chosen, by=by, action=action.value, calendar=calendar)
        attach(
            (problem.pk, Attached({PhotoMoment.BEFORE: tuple(file.pk for file in draft.photos) + draft.photo_ids}))
            for problem, draft in zip(problems, drafts, strict=True)
        )
        histories = [(p, d.history) for p, d in zip(problems, drafts, strict=True)]
        latest = _replay(histories, limits=limits, calendar=calendar, by=by)
        current = [latest.get(problem.pk, problem) for problem in problems]
        if is_told:
            # What was rectified may be among these.
            link_recurrences(current)
        facts.write_first(current, at=clock.now())
    return current


def advance_problems(histories: Sequence[tuple[Problem, Sequence[Step]]], *, by: Actor) -> list[Problem]:
    """What happened since to problems that are already filed; all or none. What was merged into one that is void by now
    stands by itself again. Trusts the caller."""
    with transaction.atomic():
        limits = house_limits()
        latest = _replay(histories, limits=limits, calendar=loop.work_calendar(), by=by)
        current = [latest.get(problem.pk, problem) for problem, _steps in histories]
        facts.write(current, at=clock.now())
        part_from_void([problem for problem in latest.values() if problem.state == State.VOID], limits=limits, by=by)
    return current


def _replay(
    histories: Sequence[tuple[Problem, Sequence[Step]]], *, limits: Limits, calendar: WorkCalendar, by: Actor
) -> dict[int, Problem]:
    commands: list[Command] = []
    attached: list[Attached] = []
    for problem, steps in histories:
        for step in steps:
            commands.append(_command(problem, step, calendar, limits))
            photos = {PhotoMoment.AFTER: step.photos} if step.photos else {}
            attached.append(Attached(photos, step.helper_ids))
    if not commands:
        return {}
    outcomes: list[Outcome[Problem]] = LOOP.apply(commands, by=by, calendar=calendar)
    for outcome in outcomes:
        outcome.result()
    attach((outcome.item_id, extra) for outcome, extra in zip(outcomes, attached, strict=True))
    return {outcome.item_id: outcome.item for outcome in outcomes if outcome.item is not None}


def _command(problem: Problem, step: Step, calendar: WorkCalendar, limits: Limits) -> Command:
    return Command(
        item_id=problem.pk,
        action=step.action.value,
        happened_at=step.happened_at,
        reason=step.reason,
        evidence=step.evidence,
        changes=with_close_due(step.changes, calendar, limits),
        limits=step.limits,
        by=step.by,
    )


def _rows(drafts: Sequence[ProblemDraft]) -> list[Problem]:
    """Without their numbers."""
    locator = places.locator()
    positions = [_position(draft, locator) for draft in drafts]
    located = locator.locate_many([position for position in positions if position is not None])
    codes = iter(located)
    edition = places.current_edition()
    rows = []
    for draft, position in zip(drafts, positions, strict=True):
        code_here = next(codes) if position is not None else None
        problem = Problem(
            tracking_code=ids.new_tracking_code(),
            title=plain(draft.title)[:TITLE_CHARS_MAX],
            description=plain(draft.description),
            channel=draft.channel.value,
            criterion=draft.criterion,
            point=draft.point,
            address=plain(draft.address)[:ADDRESS_CHARS_MAX],
            territory_id=draft.territory_id or (draft.point.territory_id if draft.point else None),
            department_id=draft.department_id or (draft.point.department_id if draft.point else None),
            lead_side=draft.lead_side.value if draft.lead_side is not None else "",
            found_at=draft.found_at,
            found_ym=periods.year_month(draft.found_at),
            filed_at=None if draft.needs_triage else (draft.recorded_first_at or draft.found_at),
            source=draft.source,
            source_key=draft.source_key,
            source_hash=draft.source_hash,
            split_from=draft.split_from,
        )
        _place(problem, draft, position, code_here, edition)
        _snapshot_type(problem, draft)
        rows.append(problem)
    return rows


def _position(draft: ProblemDraft, locator: places.Locator) -> tuple[float, float] | None:
    """The draft's own position where it can be true, else its point's."""
    if draft.lat is not None and draft.lon is not None and locator.is_plausible(draft.lat, draft.lon):
        return draft.lat, draft.lon
    if draft.point is not None and draft.point.lat is not None and draft.point.lon is not None:
        return draft.point.lat, draft.point.lon
    return None


def _place(
    problem: Problem,
    draft: ProblemDraft,
    position: tuple[float, float] | None,
    code_here: int | None,
    edition: int | None,
) -> None:
    """A point's own region is what the register says; a position says where it lies; a told region is the last word
    of those who know neither."""
    if position is not None:
        problem.lat, problem.lon = position
    problem.is_unlocated = position is None
    if draft.point is not None:
        problem.city_code, problem.county_code = draft.point.city_code, draft.point.county_code
        problem.town_code, problem.village_code = draft.point.town_code, draft.point.village_code
        problem.region_edition = draft.point.region_edition
        return
    problem.set_region(draft.region_code if draft.region_code is not None else code_here, edition=edition)


def _snapshot_type(problem: Problem, draft: ProblemDraft) -> None:
    kind = draft.type
    problem.type, problem.type_name = kind, draft.type_name[:TYPE_NAME_CHARS_MAX]
    if kind is not None:
        problem.type_code, problem.type_name, problem.category_name = kind.code, kind.name, kind.category
        problem.department_id = problem.department_id or kind.lead_id
