"""The list of papers, one of them with its preview, and everything that is done with it."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import page
from wenming.kernel.periods import Period
from wenming.kernel.ui.filters import chip
from wenming.outputs.papers import selectors, services
from wenming.outputs.papers.chasing import CHASING
from wenming.outputs.papers.enums import OF_PERIODS, TO_UNITS, Kind, State
from wenming.outputs.papers.errors import NoPdf, NothingChosen, NothingLeftToChase, PaperNotFound
from wenming.outputs.papers.forms import PeriodForm, TextsForm, WithdrawForm
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.services import PaperDraft
from wenming.outputs.papers.views.sending import sent

TONES: Final = {State.DRAFT: "draft", State.READY: "near", State.SIGNED: "done", State.WITHDRAWN: "void"}
FIGURES_SHOWN: Final = 200
# What a figure is called where the office reads it, and where the screen shows the same number.
NAMES: Final = {
    "problems.found": _("发现问题"),
    "problems.rectification_rate": _("已整改"),
    "problems.rework_rate": _("返工"),
    "problems.late": _("超过时限"),
    "problems.recurrence_rate": _("反复出现"),
    "problems.listed": _("列入的问题"),
}


@require_safe
@staff("papers.view")
def listing(request: StaffRequest) -> HttpResponse:
    query = request.GET
    found = selectors.papers(
        request.acting, kind=query.get("kind", ""), state=query.get("state", ""), text=query.get("q", "").strip()[:60]
    )
    rows = page(found, order=("-id",), cursor=query.get("cursor"))
    today = clock.local(clock.now()).date()
    month = Period.parse(f"{today:%Y-%m}")
    context = {
        "page": rows,
        "rows": [_row(each) for each in rows.rows],
        "chips": [
            chip(query, param="kind", label=_("种类"), options=Kind.choices),
            chip(query, param="state", label=_("状态"), options=State.choices),
        ],
        "text": query.get("q", ""),
        "is_narrowed": any(query.get(name) for name in ("kind", "state", "q")),
        "form": PeriodForm(initial={"kind": Kind.CIRCULAR, "period": Period.week_of(today).label}),
        "quick": [(Period.week_of(today), _("本周")), (month, _("本月")), (month.previous(), _("上月"))],
        **_rights(request),
    }
    return render(request, "papers/list.html", context)


@require_POST
@staff("papers.draft")
def for_units(request: StaffRequest) -> HttpResponse:
    """From the list of problems or one of them: `kind` and `problem` (public id, with or without a version)."""
    kind = request.POST.get("kind", "")
    if kind not in TO_UNITS:
        raise NothingChosen
    chosen = [found for value in request.POST.getlist("problem") if (found := _uuid(value)) is not None]
    made = services.draft_for_units(PaperDraft(Kind(kind), chosen), by=request.acting)
    if len(made) == 1:
        return redirect("papers:detail", public_id=made[0].public_id)
    return redirect(f"{reverse('papers:list')}?{urlencode({'kind': kind})}")


@require_POST
@staff("papers.draft")
def of_period(request: StaffRequest) -> HttpResponse:
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return render(request, "papers/of_period.html", {"form": form}, status=400)
    kind, period = Kind(form.cleaned_data["kind"]), form.cleaned_data["period"]
    made = services.draft_of_period(kind=kind, period=period, by=request.acting)
    return redirect("papers:detail", public_id=made.public_id)


@require_safe
@staff("papers.view")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _detail(request, selectors.paper_for(request.acting, public_id))


@require_POST
@staff("papers.draft")
def texts(request: StaffRequest, public_id: UUID) -> HttpResponse:
    paper = selectors.paper_for(request.acting, public_id)
    form = TextsForm(request.POST)
    if not form.is_valid():
        return _detail(request, paper, form=form, status=400)
    try:
        services.change_texts(public_id=public_id, texts=form.texts(), by=request.acting)
    except NothingLeftToChase as error:
        return _detail(request, paper, form=form, error=error, status=error.status)
    return redirect("papers:detail", public_id=public_id)


@require_POST
@staff("papers.sign")
def sign(request: StaffRequest, public_id: UUID) -> HttpResponse:
    try:
        services.sign(public_id=public_id, by=request.acting)
    except PaperNotFound:
        raise
    except DomainError as error:
        paper = selectors.paper_for(request.acting, public_id)
        return _detail(request, paper, error=error, status=error.status)
    return redirect("papers:detail", public_id=public_id)


@require_POST
@staff("papers.sign")
def withdraw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    paper = selectors.paper_for(request.acting, public_id)
    try:
        services.withdraw(public_id=public_id, reason=request.POST.get("reason", ""), by=request.acting)
    except DomainError as error:
        return _detail(request, paper, error=error, status=error.status)
    return redirect("papers:detail", public_id=public_id)


@require_POST
@staff("papers.receive")
def acknowledge(request: StaffRequest, public_id: UUID) -> HttpResponse:
    services.acknowledge(public_id=public_id, by=request.acting)
    return redirect("papers:detail", public_id=public_id)


@require_safe
@staff("papers.view")
def docx(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    paper = selectors.paper_for(request.acting, public_id)
    stored = paper.receipt_docx if "receipt" in request.GET else paper.docx
    if stored is None:
        raise PaperNotFound
    return sent(request, paper, stored, as_attachment=True)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # its types know no view with arguments
@staff("papers.view")
def pdf(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """In the browser; with ?save=1 as a file, with ?receipt=1 with its receipt filled in."""
    paper = selectors.paper_for(request.acting, public_id)
    stored = paper.receipt_pdf if "receipt" in request.GET else paper.pdf
    if stored is None:
        raise NoPdf
    return sent(request, paper, stored, as_attachment="save" in request.GET)


def _detail(
    request: StaffRequest,
    paper: Paper,
    *,
    form: TextsForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    rights = _rights(request)
    is_open = paper.state in (State.DRAFT, State.READY)
    acting = request.acting
    context: dict[str, Any] = {
        "paper": paper,
        "badge": TONES[State(paper.state)],
        "is_working": paper.job is not None and paper.job.is_open,
        "is_failed": paper.job is not None and paper.job.state == "failed" and paper.state != State.READY,
        "left_out": paper.content.get("left_out", 0) if paper.kind in CHASING else 0,
        "form": form or (TextsForm(initial=_texts_of(paper)) if rights["can_draft"] and is_open else None),
        "error": error,
        "figures": _figures(paper),
        "signing_unit": selectors.signing_unit(paper) if paper.received_at is not None else "",
        "is_of_period": paper.kind in OF_PERIODS,
        "is_to_unit": paper.kind in TO_UNITS,
        "withdraw_form": WithdrawForm() if rights["can_sign"] and paper.state != State.WITHDRAWN else None,
        "is_own": paper.drafted_by_id == acting.user_id,
        "can_acknowledge": permissions.can(acting, "papers.receive")
        and paper.state == State.SIGNED
        and paper.received_at is None
        and selectors.is_of(paper, acting),
        **rights,
    }
    return render(request, "papers/detail.html", context, status=status)


def _figures(paper: Paper) -> list[dict[str, Any]]:
    """The whole numbers of the paper, each with the page that shows the same."""
    rows = []
    for row in paper.figures[:FIGURES_SHOWN]:
        if row.get("unit", "") != "":
            continue
        key, period = row["key"], row.get("period", "")
        is_figure = "version" in row
        page_url = f"{reverse('metrics:figure', args=[key])}?{urlencode({'period': period})}" if is_figure else ""
        if key == "problems.late":
            page_url = f"{reverse('problems:list')}?{urlencode({'period': period, 'late': '1', 'state': 'open'})}"
        rows.append({**row, "name": NAMES.get(key, key), "url": page_url})
    return rows


def _texts_of(paper: Paper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in ("title", "urgency", "due_on", "cc", "intro", "next_steps")}


def _row(paper: Paper) -> dict[str, Any]:
    return {"paper": paper, "badge": TONES[State(paper.state)]}


def _rights(request: StaffRequest) -> dict[str, bool]:
    return {f"can_{verb}": permissions.can(request.acting, f"papers.{verb}") for verb in ("draft", "sign", "set_up")}


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value.partition(":")[0])
    except ValueError:
        return None
