"""Where an office finds all that it sets up by itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.ui import setup


@require_safe
@staff("people.own_account")
def home(request: StaffRequest) -> HttpResponse:
    return render(request, "people/setup.html", {"entries": setup.offered_to(request)})
