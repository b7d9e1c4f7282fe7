"""Site visits by sample: announced, drawn, walked, and what a failed visit sends back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenming.engines.loop.commands import Outcome
from wenming.foundation.audit import services as audit
from wenming.foundation.files.models import StoredFile
from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.kernel.periods import Period
from wenming.programmes.problems import sampling, site_selectors
from wenming.programmes.problems.enums import Action, SiteResult
from wenming.programmes.problems.errors import (
    AlreadyDrawn,
    BatchChanged,
    BatchReturned,
    NothingFailed,
    NothingToDraw,
    NotInSample,
    SampleTooLarge,
    VisitRecorded,
)
from wenming.programmes.problems.models import BatchReturn, Problem, SiteDraw, SiteVisit
from wenming.programmes.problems.services.acts import ASKS_MAX, perform
from wenming.programmes.problems.services.plans import Ask

SEED_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """What somebody found at one place of a sample; `note` says why where it failed."""

    visit_id: int
    result: SiteResult
    photos: tuple[StoredFile, ...]
    note: str = ""
    key: str = ""


def announce_draw(
    acting: Acting, *, period: Period, county_code: int | None, size: int, seed: str = "", at: datetime | None = None
) -> SiteDraw:
    """Fixes frame, seed and size, and their digest, before anything is drawn.

    Raises Refused, NothingToDraw, SampleTooLarge.
    """
    _require(acting, "problems.make_draw", county_code)
    if not 1 <= size <= site_selectors.VISITS_MAX:
        raise SampleTooLarge(most=site_selectors.VISITS_MAX, frame=site_selectors.FRAME_MAX)
    with transaction.atomic():
        frame = site_selectors.frame_rows(period=period, county_code=county_code)
        if not frame:
            raise NothingToDraw
        if len(frame) > site_selectors.FRAME_MAX:
            raise SampleTooLarge(most=site_selectors.VISITS_MAX, frame=site_selectors.FRAME_MAX)
        seed, size = seed or secrets.token_hex(SEED_BYTES), min(size, len(frame))
        draw = SiteDraw.objects.create(
            period=period.label,
            county_code=county_code,
            size=size,
            seed=seed,
            frame=[list(row) for row in frame],
            frame_size=len(frame),
            digest=sampling.digest(frame, seed=seed, size=size),
            announced_at=at or clock.now(),
            announced_by_id=acting.actor.id,
        )
        told = {"period": period.label, "size": size, "frame": len(frame), "digest": draw.digest}
        audit.record(by=acting.actor, action="problems.announce_draw", kind="draw", key=draw.public_id, after=told)
    return draw


def draw_sample(acting: Acting, draw: SiteDraw, *, inspector_ids: Sequence[int] = ()) -> list[SiteVisit]:
    """The visits that frame and seed give, dealt to the inspectors in runs of neighbouring towns.

    Raises Refused, AlreadyDrawn.
    """
    _require(acting, "problems.make_draw", draw.county_code)
    known = {pk for pk, _name in site_selectors.inspectors()}
    walkers = [pk for pk in inspector_ids if pk in known]
    with transaction.atomic():
        SiteDraw.objects.select_for_update().get(pk=draw.pk)
        if draw.visits.exists():
            raise AlreadyDrawn
        units = dict(site_selectors.frame_of(draw))
        chosen = site_selectors.redraw(draw)
        places = dict(Problem.objects.filter(pk__in=chosen).values_list("pk", "town_code"))
        walk = sorted(chosen, key=lambda pk: (places[pk] or 0, pk))
        SiteVisit.objects.bulk_create(
            SiteVisit(
                draw=draw,
                problem_id=pk,
                unit_id=units[pk],
                inspector_id=walkers[place * len(walkers) // len(walk)] if walkers else None,
            )
            for place, pk in enumerate(walk)
        )
        audit.record(
            by=acting.actor, action="problems.draw_sample", kind="draw", key=draw.public_id, after={"visits": len(walk)}
        )
        notices.notify_all([_to_walk(draw, pk) for pk in walkers])
    return site_selectors.visits_of(draw)


def record_visits(
    acting: Acting, reports: Sequence[VisitReport], *, at: datetime | None = None
) -> list[Outcome[Problem]]:
    """What was found, one by one allowed or refused, in a number of statements that does not depend on how many.

    Raises Refused, NotInSample for a visit out of reach, VisitRecorded for one that is told already.
    """
    permissions.require(acting, "problems.visit")
    at = at or clock.now()
    wanted = {report.visit_id: report for report in reports}
    with transaction.atomic():
        rows = SiteVisit.objects.select_for_update(of=("self",)).select_related("problem")
        visits = rows.filter(acting.scope.as_q(prefix="problem__")).in_bulk(list(wanted))
        if len(visits) < len(wanted):
            raise NotInSample
        if any(visit.result for visit in visits.values()):
            raise VisitRecorded
        asks = [_ask(report, visits[pk]) for pk, report in wanted.items()]
        outcomes = perform(acting, asks, at=at)
        done = []
        for (pk, report), outcome in zip(wanted.items(), outcomes, strict=True):
            if outcome.is_done and not outcome.is_replay:
                visit = visits[pk]
                visit.result, visit.checked_at, visit.note = report.result.value, at, report.note.strip()
                visit.checked_unit_id = acting.unit_id
                done.append(visit)
        SiteVisit.objects.bulk_update(done, ["result", "checked_at", "note", "checked_unit"])
    return outcomes


def return_batch(
    acting: Acting, draw: SiteDraw, unit_id: int, *, reason: str, seen_count: int, at: datetime | None = None
) -> BatchReturn:
    """Sends back, in one act, all of the unit's frame that is not seen to be good; `seen_count` is what was confirmed.

    All or none. Raises Refused, NothingFailed, BatchReturned, BatchChanged, and what refuses one of the problems.
    """
    _require(acting, "problems.return_batch", draw.county_code)
    at = at or clock.now()
    with transaction.atomic():
        if not draw.visits.filter(unit_id=unit_id, result=SiteResult.FAILED).exists():
            raise NothingFailed
        if draw.returns.filter(unit_id=unit_id).exists():
            raise BatchReturned
        batch = site_selectors.batch_of(acting, draw, unit_id)
        if len(batch) != seen_count:
            raise BatchChanged(count=len(batch))
        for start in range(0, len(batch), ASKS_MAX):
            asks = [
                Ask(problem=problem.public_id, action=Action.SITE_RETURN, reason=reason, draw=draw)
                for problem in batch[start : start + ASKS_MAX]
            ]
            for outcome in perform(acting, asks, at=at):
                outcome.result()
        row = _returned(acting, draw, unit_id, count=len(batch), reason=reason, at=at)
        notices.notify_all([_sent_back(draw, unit_id, len(batch), reason)])
    return row


def _require(acting: Acting, permission: str, county_code: int | None) -> None:
    """Raises Refused also for a draw that reaches farther than the grant."""
    permissions.require(acting, permission)
    scope = acting.scope
    is_own_county = county_code is not None and (scope.column, scope.value) == ("county_code", county_code)
    if not (scope.is_everything or is_own_county):
        raise Refused


def _returned(acting: Acting, draw: SiteDraw, unit_id: int, *, count: int, reason: str, at: datetime) -> BatchReturn:
    try:
        with transaction.atomic():
            row = BatchReturn.objects.create(
                draw=draw,
                unit_id=unit_id,
                problem_count=count,
                reason=reason,
                returned_at=at,
                returned_by_id=acting.actor.id,
            )
    except IntegrityError as error:
        raise BatchReturned from error
    told = {"unit": unit_id, "problems": count}
    audit.record(by=acting.actor, action="problems.return_batch", kind="draw", key=draw.public_id, after=told)
    return row


def _ask(report: VisitReport, visit: SiteVisit) -> Ask:
    is_passed = report.result == SiteResult.PASSED
    return Ask(
        problem=visit.problem.public_id,
        action=Action.SITE_PASS if is_passed else Action.SITE_FAIL,
        reason="" if is_passed else report.note,
        note=report.note if is_passed else "",
        photos=report.photos,
        key=report.key,
        visit=visit,
    )


def _to_walk(draw: SiteDraw, user_id: int) -> NoticeDraft:
    # Stored for others to read later: in the language of the house, not of whoever acted.
    with override("zh-hans"):
        title = _("实地抽查 {period}：有点位等您去看").format(period=draw.period)
    return NoticeDraft(
        user_id=user_id,
        kind="problems.draw_sample",
        title=title,
        subject_kind="draw",
        subject_key=str(draw.public_id),
        url=reverse("problems:draw", args=[draw.public_id]),
    )


def _sent_back(draw: SiteDraw, unit_id: int, count: int, reason: str) -> NoticeDraft:
    with override("zh-hans"):
        title = _("实地抽查 {period} 不合格，退回 {n} 件").format(period=draw.period, n=count)
    return NoticeDraft(
        unit_id=unit_id,
        kind="problems.return_batch",
        title=title,
        body=reason,
        subject_kind="draw",
        subject_key=f"{draw.public_id}:{unit_id}",
        url=reverse("problems:inbox"),
    )
