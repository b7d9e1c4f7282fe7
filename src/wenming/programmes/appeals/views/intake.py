"""Noting an appeal, at a desk or with a phone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.programmes.appeals import selectors, services
from wenming.programmes.appeals.forms import AppealForm, Grounds


@require_http_methods(["GET", "HEAD", "POST"])
@staff("appeals.raise")
def new(request: StaffRequest) -> HttpResponse:
    acting, grounds = request.acting, Grounds(request.acting)
    names = grounds.names
    initial = {"key": ids.uuid7().hex, "ground": names[0] if len(names) == 1 else ""}
    form = AppealForm(request.POST or None, grounds=grounds, initial=initial)
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                appeal = services.raise_appeal(acting, form.draft(user_id=acting.user_id))
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已登记，编号 {code}。").format(code=appeal.code))
                if selectors.visible_to(acting).filter(pk=appeal.pk).exists():
                    return redirect("appeals:detail", public_id=appeal.public_id)
                return redirect("appeals:new")
    return render(request, "appeals/new.html", {"form": form, "error": error, "grounds": names}, status=status)
