"""One unit goes into another: what would go over, the confirmation, the people's grants, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people import permissions, selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import Role
from wenming.foundation.people.forms import MergeForm, MoveGrantsForm
from wenming.kernel.errors import DomainError


@require_http_methods(["GET", "POST"])
@staff("people.change_units")
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """A POST shows what would go over; with `save` it goes."""
    unit = selectors.unit_by_pk(pk)
    form, status = MergeForm(request.POST or None, unit=unit), 200
    error: DomainError | None = None
    is_seen = False
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        try:
            if "save" in request.POST:
                merger = services.absorb_unit(unit, **form.cleaned_data, by=request.acting.actor)
                text = _("“{name}”已并入“{into}”。").format(name=unit.name, into=merger.into.name)
                messages.success(request, text)
                return redirect("people:merger", pk=merger.pk)
            services.check_merger(unit, into=form.cleaned_data["into"], on=form.cleaned_data["on"])
            is_seen = True
        except DomainError as refusal:
            error, status = refusal, refusal.status
    context: dict[str, Any] = {"unit": unit, "form": form, "error": error, "is_seen": is_seen}
    if is_seen:
        context |= {
            "into": form.cleaned_data["into"],
            "going": services.what_would_go(unit),
            "grants": selectors.use_of(unit)[1],
        }
    return render(request, "people/merge.html", context, status=status)


@require_safe
@staff("people.view_people")
def merger(request: StaffRequest, pk: int) -> HttpResponse:
    """Raises MergerNotThere."""
    return _page(request, pk)


@require_POST
@staff("people.change_units")
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        services.undo_merger(selectors.merger_by_pk(pk), by=request.acting.actor)
    except DomainError as refusal:
        return _page(request, pk, error=refusal)
    messages.success(request, _("合并已撤销，移过去的都回到原单位。"))
    return redirect("people:merger", pk=pk)


@require_POST
@staff("people.grant_roles")
def move_grants(request: StaffRequest, pk: int) -> HttpResponse:
    found = selectors.merger_by_pk(pk)
    form = MoveGrantsForm(request.POST, grants=selectors.left_behind(found.absorbed))
    chosen = [int(each) for each in form.cleaned_data["grants"]] if form.is_valid() else []
    try:
        moved = services.move_grants(found, chosen, by=request.acting.actor)
    except DomainError as refusal:
        return _page(request, pk, error=refusal)
    messages.success(request, _("已把 {n} 个岗位移到“{into}”。").format(n=moved, into=found.into.name))
    return redirect("people:merger", pk=pk)


def _page(request: StaffRequest, pk: int, *, error: DomainError | None = None) -> HttpResponse:
    found = selectors.merger_by_pk(pk)
    behind = [] if found.undone_at else list(selectors.left_behind(found.absorbed))
    names = selectors.user_names([found.merged_by_id, found.undone_by_id])
    context = {
        "merger": found,
        "went": services.what_went(found),
        "behind": [{"grant": grant, "role": Role(grant.role).label} for grant in behind],
        "error": error,
        "merged_by": names.get(found.merged_by_id, ""),
        "undone_by": names.get(found.undone_by_id, ""),
        "can_undo": found.undone_at is None and permissions.can(request.acting, "people.change_units"),
        "can_move": permissions.can(request.acting, "people.grant_roles"),
        "can_change_units": permissions.can(request.acting, "people.change_units"),
    }
    return render(request, "people/merger.html", context, status=error.status if error else 200)
