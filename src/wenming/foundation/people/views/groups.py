"""Groups in which units are put in order, edited as lines."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people import selectors
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.forms import GroupForm
from wenming.foundation.people.services.groups import remove_group, save_group
from wenming.kernel.errors import DomainError


@require_http_methods(["GET", "POST"])
@staff("people.set_groups")
def listing(request: StaffRequest) -> HttpResponse:
    form, error = GroupForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            save_group(pk=values["pk"], name=values["name"], units=values["units"].splitlines(), by=request.acting)
            return redirect("people:groups")
        except DomainError as refusal:
            error = refusal
    context = {"form": form, "error": error, "groups": [_group(row) for row in selectors.group_rows()]}
    return render(request, "people/groups.html", context, status=400 if form.errors or error else 200)


@require_POST
@staff("people.set_groups")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    remove_group(pk=pk, by=request.acting)
    return redirect("people:groups")


def _group(row: dict[str, Any]) -> dict[str, Any]:
    units = [unit.name for unit in row["units"]]
    initial = {"pk": row["group"].pk, "name": row["group"].name, "units": "\n".join(units)}
    return {**row, "form": GroupForm(initial=initial, auto_id=f"id_{row['group'].pk}_%s"), "count": len(units)}
