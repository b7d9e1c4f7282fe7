"""The chain of signatures: setting it, and bringing an earlier one back."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of
from wenming.foundation.revisions.selectors import history
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.query import whole_number
from wenming.programmes.dossiers import services
from wenming.programmes.dossiers.forms import ChainForm, house_units
from wenming.programmes.dossiers.services.chains import KEY, KIND, chain_in

HISTORY_MAX: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff("dossiers.set_chain")
def chain(request: StaffRequest) -> HttpResponse:
    rows = list(history(KIND, KEY)[:HISTORY_MAX])
    number = rows[0].number if rows else 0
    held = chain_in(rows[0].body if rows else None)
    form = ChainForm(request.POST or None, held=held, number=number, offered=house_units())
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                services.set_chain(
                    form.chain(), note=given["note"], expected=given["expected"], by=request.acting.actor
                )
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已保存。以后立的卷按新的签批链，已立的不变。"))
                return redirect("dossiers:chain")
    context = {"form": form, "error": error, "number": number, "kept": _kept(rows)}
    return render(request, "dossiers/chain.html", context, status=status)


@require_POST
@staff("dossiers.set_chain")
def restore(request: StaffRequest) -> HttpResponse:
    number, expected = (whole_number(request.POST.get(name)) for name in ("number", "expected"))
    services.restore_chain(number, expected=expected, by=request.acting.actor)
    messages.success(request, _("已恢复。以后立的卷按恢复的签批链。"))
    return redirect("dossiers:chain")


def _kept(rows: list[Any]) -> list[dict[str, Any]]:
    units = names_of(row.unit_id for row in rows if row.unit_id is not None)
    return [
        {
            "revision": row,
            "unit": units.get(row.unit_id or 0, ""),
            "steps": [(step.name, step.role.label) for step in chain_in(row.body)],
        }
        for row in rows
    ]
