"""Really solved? A yes, or a no with a reason and photos, from whoever has the tracking code; once for each closing."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wenming.foundation.files import services as files
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.strangers import tail_of
from wenming.outputs.residents import guard
from wenming.outputs.residents.doors import resident
from wenming.outputs.residents.errors import NothingToAsk
from wenming.outputs.residents.views.tracking import Ticket, show, ticket_of
from wenming.programmes.problems import services

YES: Final = "yes"


@resident("GET", "HEAD", "POST")
def solved(request: HttpRequest, code: str) -> HttpResponse:
    """Raises CodeUnknown, NoLongerHandled, TooOften, BadTrackingCode."""
    ticket = ticket_of(code)
    if request.method == "POST" and not ticket.has_spoken:
        try:
            _speak(request, ticket)
        except DomainError as error:
            typed = request.POST.get("reason", "")
            return show(request, ticket_of(code), error=error, typed=typed, status=error.status)
    return redirect(reverse("residents:progress", args=[ticket.code]) + tail_of(request))


def _speak(request: HttpRequest, ticket: Ticket) -> None:
    if not ticket.is_closed:
        raise NothingToAsk
    if request.POST.get("answer") == YES:
        services.confirm_solved(ticket.current, receipt=ticket.receipt)
        return
    reason, uploads = request.POST.get("reason", ""), request.FILES.getlist("photos")
    services.check_voice(reason, uploads)
    guard.count_voice()
    drafts = files.photo_drafts(uploads, meta=request.POST.get("photos_meta", ""))
    photos = files.receive_photos(drafts, by=Actor(ActorKind.RESIDENT, ticket.receipt))
    services.contest(ticket.current, receipt=ticket.receipt, reason=reason, photos=photos)
