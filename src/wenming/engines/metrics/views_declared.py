"""Figures that persons declare: the list, the form, and the page on which a second person confirms."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.engines.metrics import declarations as selectors
from wenming.engines.metrics import named, pages, services
from wenming.engines.metrics.forms import DeclareForm
from wenming.engines.metrics.models import DeclaredFigure
from wenming.foundation.files import services as files
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import page
from wenming.kernel.ui.filters import chip
from wenming.kernel.ui.parts import Consequence

ORDER = ("-declared_at", "-id")
WAITING = "waiting"


@require_safe
@staff("metrics.view_figures")
def declarations(request: StaffRequest) -> HttpResponse:
    is_waiting = request.GET.get("state") == WAITING
    found = selectors.waiting() if is_waiting else selectors.listed()
    listed = page(found, order=ORDER, cursor=request.GET.get("cursor"))
    context = {
        "page": listed,
        "rows": [pages.declared_row(declared) for declared in listed.rows],
        "chips": [chip(request.GET, param="state", label=_("状态"), options=[(WAITING, _("待确认"))])],
        "is_narrowed": is_waiting,
        "can_declare": permissions.can(request.acting, "metrics.declare_figure"),
    }
    return render(request, "metrics/declarations.html", context)


@require_http_methods(["GET", "POST"])
@staff("metrics.declare_figure")
def declare(request: StaffRequest) -> HttpResponse:
    first = {"key": request.GET.get("key", ""), "period": request.GET.get("period", "")}
    form = DeclareForm(request.POST or None, request.FILES or None, initial=first)
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _declare(form, request)
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, _("已填报，等另一位同事确认。"))
            return redirect("metrics:declaration", made.public_id)
    status = 200 if request.method == "GET" else (error.status if error else 400)
    return render(request, "metrics/declare.html", {"form": form, "error": error}, status=status)


@require_safe
@staff("metrics.view_figures")
def declaration(request: StaffRequest, public_id: UUID) -> HttpResponse:
    acting, declared = request.acting, selectors.find(public_id)
    known = named.find(declared.key)
    is_other = declared.declared_by_id != acting.user_id
    may_confirm = declared.is_waiting and permissions.can(acting, "metrics.confirm_figure")
    context = {
        "row": pages.declared_row(declared),
        "named": known,
        "can_confirm": may_confirm and is_other,
        "waits_for_other": may_confirm and not is_other,
        "withdraw": _withdraw(declared)
        if (declared.is_waiting or declared.is_standing) and permissions.can(acting, "metrics.withdraw_figure")
        else None,
        "can_open_file": permissions.can(acting, "files.open_document"),
        "before": pages.declared_row(declared.supersedes) if declared.supersedes else None,
    }
    return render(request, "metrics/declaration.html", context)


@require_POST
@staff("metrics.confirm_figure")
def confirm(request: StaffRequest, public_id: UUID) -> HttpResponse:
    services.confirm_figure(selectors.find(public_id), by=request.acting.actor)
    messages.success(request, _("已确认。报告里会注明这是申报数。"))
    return redirect("metrics:declaration", public_id)


@require_POST
@staff("metrics.withdraw_figure")
def withdraw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    because = request.POST.get("reason", "")
    services.withdraw_figure(selectors.find(public_id), because=because, by=request.acting.actor)
    messages.success(request, _("已撤回。这个指标回到没有依据的状态。"))
    return redirect("metrics:declaration", public_id)


def _declare(form: DeclareForm, request: StaffRequest) -> DeclaredFigure:
    asked, actor = form.cleaned_data, request.acting.actor
    draft = files.document_draft(asked["source_file"])
    stored = files.receive_document(data=draft.data, name=draft.name, by=actor)
    return services.declare_figure(
        key=asked["key"],
        period=asked["period"],
        value=asked["value"],
        source_file=stored,
        source_note=asked["source_note"],
        by=actor,
    )


def _withdraw(declared: DeclaredFigure) -> Consequence:
    return Consequence(
        key="withdraw",
        title=_("撤回这条填报？"),
        text=_("撤回以后，这个指标回到没有依据的状态；填报和撤回的经过都会保留。"),
        act=_("撤回填报"),
        url=reverse("metrics:withdraw", args=[declared.public_id]),
        is_danger=True,
        reason_label=_("为什么撤回"),
    )
