"""How a report goes on, for whoever has its tracking code: the receipt, the timeline, what it became."""

from collections.abc import Sequence
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from wenming.foundation.files import access
from wenming.foundation.people.selectors import names_of
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.parts import Event, Shot
from wenming.kernel.ui.strangers import tail_of
from wenming.outputs.residents import guard, words
from wenming.outputs.residents.doors import page, resident
from wenming.outputs.residents.errors import CodeUnknown, NoLongerHandled
from wenming.programmes.problems import public
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem, ProblemEvent


@resident("GET", "HEAD", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in; it is posted, so that it stands in no log of addresses but our own page's."""
    if request.method != "POST":
        return page(request, "residents/track.html", {})
    typed = request.POST.get("code", "")[:40]
    try:
        code = _problem_of(typed).tracking_code
    except DomainError as error:
        error.fields = {"code": str(error)}
        return page(request, "residents/track.html", {"error": error, "typed": typed}, status=error.status)
    return redirect(reverse("residents:progress", args=[code]) + tail_of(request))


@resident("GET", "HEAD")
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Raises CodeUnknown, NoLongerHandled, TooOften, BadTrackingCode."""
    problem = _problem_of(code)
    # What was merged into another goes on there.
    current = problem.duplicate_of if problem.state == State.MERGED and problem.duplicate_of else problem
    if current.state == State.VOID:
        raise NoLongerHandled
    events = public.events_of(problem, tuple(words.LINES))
    if current is not problem:
        events = sorted([*events, *public.events_of(current, tuple(words.LINES))], key=_newest, reverse=True)
    address = request.build_absolute_uri(reverse("residents:progress", args=[problem.tracking_code]))
    context: dict[str, Any] = {
        "problem": problem,
        "code": _grouped(problem.tracking_code),
        "standing": words.standing_of(current),
        "is_merged": current is not problem,
        "unit": current.lead.name if current.lead else "",
        "events": _lines(events),
        "shots": _own_shots(problem),
        "is_new": request.GET.get("done") == "1",
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#211D18", light="#FFFFFF"),
    }
    return page(request, "residents/progress.html", context)


def _problem_of(typed: str) -> Problem:
    """Raises BadTrackingCode, CodeUnknown; TooOften for who tries one code after another."""
    try:
        found = public.by_tracking_code(ids.normalize_tracking_code(typed))
        if found is None:
            raise CodeUnknown
    except DomainError:
        guard.count_wrong_code()
        raise
    return found


def _grouped(code: str) -> str:
    """As it is read out over the telephone; the dashes need not be typed."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _newest(event: ProblemEvent) -> tuple[Any, int, int]:
    return event.happened_at, event.item_id, event.seq


def _lines(events: Sequence[ProblemEvent]) -> list[Event]:
    """One statement for the names of units, none where no unit is named."""
    leads = {lead for event in events if isinstance(lead := event.evidence.get("lead"), int)}
    ids_of = {event.unit_id for event in events if event.unit_id is not None} | leads
    names = names_of(ids_of) if ids_of else {}
    return [_line(event, names) for event in events]


def _line(event: ProblemEvent, names: dict[int, str]) -> Event:
    line = words.LINES[Action(event.action)]
    unit = names.get(event.evidence.get("lead") or event.unit_id or 0, "") or _("责任单位")
    return Event(
        icon=line.icon,
        title=str(line.title).format(unit=unit),
        at=event.happened_at,
        reason=event.reason if line.tells_reason else "",
    )


def _own_shots(problem: Problem) -> list[Shot]:
    """The photos that came with this very report, for who has its code."""
    photos = public.photos_of_report(problem)
    return [
        Shot(
            url=access.signed_url(photo.file),
            thumb_url=access.signed_url(photo.file, size="thumb"),
            alt=_("您拍的照片 {n}").format(n=number),
        )
        for number, photo in enumerate(photos, start=1)
    ]
