"""Units: found by any name, made, renamed with the old name kept, moved and closed."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people import selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.forms import UnitEditForm, UnitForm
from wenming.foundation.people.services import UnitDraft
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import capped_count, page
from wenming.kernel.ui.filters import chip

ORDER: Final = ("code",)
TEXT_CHARACTERS_MAX: Final = 60
CLOSED: Final = "closed"


@require_safe
@staff("people.change_units")
def listing(request: StaffRequest) -> HttpResponse:
    query = request.GET
    text, kind, state = query.get("q", "").strip()[:TEXT_CHARACTERS_MAX], query.get("kind", ""), query.get("state", "")
    found = selectors.find_units(text=text, kind=kind if kind in UnitKind.values else "", is_active=state != CLOSED)
    context = {
        "page": page(found, order=ORDER, cursor=query.get("cursor")),
        "count": capped_count(found),
        "chips": [
            chip(query, param="kind", label=_("类型"), options=list(UnitKind.choices)),
            chip(query, param="state", label=_("状态"), options=[(CLOSED, _("已撤销"))]),
        ],
        "text": text,
        "is_narrowed": bool(text or kind or state),
    }
    return render(request, "people/units.html", context)


@require_http_methods(["GET", "POST"])
@staff("people.change_units")
def register(request: StaffRequest) -> HttpResponse:
    form, status = UnitForm(request.POST or None), 200
    error: DomainError | None = None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            asked = form.cleaned_data
            draft = UnitDraft(
                code=asked["code"],
                name=asked["name"],
                kind=UnitKind(asked["kind"]),
                parent_code=asked["parent"].code if asked["parent"] else "",
                region_code=int(asked["region"]) if asked["region"] else None,
            )
            try:
                made = services.create_unit(draft, by=request.acting.actor)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已登记“{name}”。").format(name=made.name))
                return redirect("people:unit", pk=made.pk)
    return render(request, "people/unit_form.html", {"form": form, "error": error}, status=status)


@require_http_methods(["GET", "POST"])
@staff("people.change_units")
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    found = selectors.unit_by_pk(pk)
    form, status = UnitEditForm(request.POST or None, initial={"name": found.name, "parent": found.parent_id}), 200
    error: DomainError | None = None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.change_unit(found, **form.cleaned_data, by=request.acting.actor)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已保存。"))
                return redirect("people:unit", pk=pk)
    children, grants = selectors.use_of(found)
    context = {
        "unit": found,
        "kind": UnitKind(found.kind).label,
        "form": form,
        "error": error,
        "children": children,
        "grants": grants,
        "merger": selectors.merger_of(found),
        "taken_in": selectors.taken_in_by(found),
        "names": found.names.exclude(key=selectors.name_key(found.name)).order_by("pk"),
    }
    return render(request, "people/unit.html", context, status=status)


@require_POST
@staff("people.change_units")
def close(request: StaffRequest, pk: int) -> HttpResponse:
    services.close_unit(selectors.unit_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("单位已撤销，过去的记录都还在。"))
    return redirect("people:unit", pk=pk)


@require_POST
@staff("people.change_units")
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    services.reopen_unit(selectors.unit_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("单位已恢复。"))
    return redirect("people:unit", pk=pk)
