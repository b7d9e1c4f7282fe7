"""How a report goes on, for whoever has its tracking code: the receipt, the timeline, what it became."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from wenming.programmes.problems import public, services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.services.residents import VOICE_CHARS_MAX, VOICE_PHOTOS_MAX

OWN_RECEIPT = "report"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a tracking code stands for: the problem that was reported with it, and the one that it is now part of."""

    code: str
    problem: Problem
    current: Problem
    receipt: str
    is_own: bool = True

    @property
    def is_merged(self) -> bool:
        return self.current != self.problem

    @property
    def is_closed(self) -> bool:
        return self.current.state == State.CLOSED

    @property
    def has_spoken(self) -> bool:
        """Since the present closing; one statement, none for what is open."""
        return self.is_closed and public.has_event(self.current, services.voice_key(self.current, self.receipt))


@resident("GET", "HEAD", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in; it is posted, so that it stands in no log of addresses but our own page's."""
    if request.method != "POST":
        return page(request, "residents/track.html", {})
    typed = request.POST.get("code", "")[:40]
    try:
        code = ticket_of(typed).code
    except DomainError as error:
        error.fields = {"code": str(error)}
        return page(request, "residents/track.html", {"error": error, "typed": typed}, status=error.status)
    return redirect(reverse("residents:progress", args=[code]) + tail_of(request))


@resident("GET", "HEAD")
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Raises CodeUnknown, NoLongerHandled, TooOften, BadTrackingCode."""
    return show(request, ticket_of(code))


def show(
    request: HttpRequest, ticket: Ticket, *, error: DomainError | None = None, typed: str = "", status: int = 200
) -> HttpResponse:
    problem, current = ticket.problem, ticket.current
    events = public.events_of(problem, tuple(words.LINES))
    if ticket.is_merged:
        events = sorted([*events, *public.events_of(current, tuple(words.LINES))], key=_newest, reverse=True)
    address = request.build_absolute_uri(reverse("residents:progress", args=[ticket.code]))
    has_spoken = ticket.has_spoken
    context: dict[str, Any] = {
        "problem": problem,
        # The reporter's words are his own; who joined reads those that the office published.
        "title": problem.title if ticket.is_own else public.shown_title(problem),
        "current": current,
        "ticket": ticket,
        "code": _grouped(ticket.code),
        "standing": words.standing_of(current),
        "unit": current.lead.name if current.lead else "",
        "events": _lines(events),
        "shots": _own_shots(problem) if ticket.is_own else [],
        "is_new": request.GET.get("done") == "1",
        "asks": ticket.is_closed and not has_spoken,
        "thanks": ticket.is_closed and has_spoken,
        "error": error,
        "typed": typed,
        "voice_chars": VOICE_CHARS_MAX,
        "voice_photos": VOICE_PHOTOS_MAX,
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#211D18", light="#FFFFFF"),
    }
    return page(request, "residents/progress.html", context, status=status)


def ticket_of(typed: str) -> Ticket:
    """Raises BadTrackingCode, CodeUnknown, NoLongerHandled; TooOften for who tries one code after another."""
    try:
        code = ids.normalize_tracking_code(typed)
        found = public.by_tracking_code(code)
        join = public.join_by_code(code) if found is None else None
        problem = join.problem if join is not None else found
        if problem is None:
            raise CodeUnknown
    except DomainError:
        guard.count_wrong_code()
        raise
    # What was merged into another goes on there.
    current = problem.duplicate_of if problem.state == State.MERGED and problem.duplicate_of else problem
    if current.state == State.VOID:
        raise NoLongerHandled
    if join is not None:
        return Ticket(code, problem, current, f"join{join.pk}", is_own=False)
    receipt = OWN_RECEIPT if current == problem else f"{OWN_RECEIPT}{problem.pk}"
    return Ticket(code, problem, current, receipt)


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
