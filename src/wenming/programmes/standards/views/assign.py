"""Deciding who answers for one criterion at one point."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.foundation.places.models import Point
from wenming.kernel.errors import DomainError
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.forms import AssignForm
from wenming.programmes.standards.models import Criterion
from wenming.programmes.standards.services import Assignment


@require_http_methods(["GET", "POST"])
@staff("standards.assign_responsibility")
def assign(request: StaffRequest, point_id: UUID, criterion_id: int) -> HttpResponse:
    point, criterion = _subject(request, point_id, criterion_id)
    history = selectors.responsibility_history(point, criterion)
    present = next((row for row in history if row.valid_until_at is None and row.criterion_id == criterion.pk), None)
    form = AssignForm(request.POST or None, acting=request.acting, present=present)
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            assignment = Assignment(criterion, point, form.unit("territory"), form.unit("department"))
            try:
                services.assign_responsibility(
                    assignment,
                    reason=form.cleaned_data["reason"],
                    by=request.acting.actor,
                    seen=form.cleaned_data["seen"],
                )
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已定下“{name}”的责任单位。").format(name=point.name))
                return redirect(_back(request))
    context = {
        "form": form,
        "error": error,
        "point": point,
        "criterion": criterion,
        "items": _items(point, criterion),
        "answers": selectors.who_answers([(point, criterion)])[0],
        "present": present,
        "history": history,
        "back": _back(request),
    }
    return render(request, "standards/assign.html", context, status=status)


@require_POST
@staff("standards.assign_responsibility")
def withdraw(request: StaffRequest, point_id: UUID, criterion_id: int) -> HttpResponse:
    point, criterion = _subject(request, point_id, criterion_id)
    services.withdraw_responsibility(criterion=criterion, point=point, by=request.acting.actor)
    messages.success(request, _("“{name}”这一项恢复按规则。").format(name=point.name))
    return redirect(_back(request))


def _subject(request: StaffRequest, point_id: UUID, criterion_id: int) -> tuple[Point, Criterion]:
    """Raises UnknownPoint, UnknownCriterion, Refused."""
    point = places.point_for(request.acting, point_id)
    permissions.require(request.acting, "standards.assign_responsibility", point)
    return point, selectors.criterion_by_id(criterion_id)


def _items(point: Point, criterion: Criterion) -> tuple[str, ...]:
    duty = selectors.duties_of(criterion.standard).find(point.type_key, criterion.pk)
    return duty.items if duty else ()


def _back(request: StaffRequest) -> str:
    """The matrix as it was filtered."""
    target = request.POST.get("back") or request.GET.get("back", "")
    home = reverse("standards:matrix")
    is_ours = target.startswith(home) and url_has_allowed_host_and_scheme(target, {request.get_host()})
    return target if is_ours else home
