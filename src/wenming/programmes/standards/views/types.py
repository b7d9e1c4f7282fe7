"""The editor of one type of problem: what would change, the draft that it goes into, and what it was before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenming.engines.loop.selectors import work_calendar
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import Count
from wenming.kernel.ui.parts import Consequence
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.errors import TypeChanged
from wenming.programmes.standards.forms import NewTypeForm, TypeForm
from wenming.programmes.standards.models import ProblemType
from wenming.programmes.standards.views import asked

VALUE_FIELDS: Final = ("name", "filing_condition", "limit_value", "limit_unit", "close_condition", "lead_name")


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would do: the fields that differ, and until when a problem handed on at this moment would have."""

    changes: tuple[selectors.Change, ...]
    open_problems: Count
    due_before: datetime
    due_after: datetime
    # Whom a dispatch would then propose; None where no unit is called so, or the place itself leads.
    department: Unit | None
    is_led_by_territory: bool


@require_http_methods(["GET", "POST"])
@staff("standards.change_standards")
def add(request: StaffRequest) -> HttpResponse:
    """A local extension. Raises NoCatalogue."""
    categories = selectors.categories_in(selectors.working_catalogue())
    form, status = NewTypeForm(request.POST or None, categories=categories), 200
    error: DomainError | None = None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            kind, category_code, category = form.chosen()
            try:
                made = services.add_type(
                    kind=kind,
                    category_code=category_code,
                    category=category,
                    values=form.values(),
                    by=request.acting.actor,
                )
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                text = _("已加入草稿，编码 {code}。发布以后可以选用。").format(code=made.code)
                messages.success(request, text)
                return redirect("standards:type", code=made.code)
    return render(request, "standards/type_new.html", {"form": form, "error": error}, status=status)


@require_http_methods(["GET", "POST"])
@staff("standards.change_standards")
def change(request: StaffRequest, code: str) -> HttpResponse:
    """A POST shows what would change; with `save` it goes into the draft. `?from=` fills in an earlier version.

    Raises UnknownType.
    """
    row, working = selectors.type_in_work(code), selectors.working_catalogue()
    history = selectors.type_history(code)
    form = TypeForm(request.POST or None, initial=_initial(request, row, history))
    error: DomainError | None = None
    preview: Preview | None = None
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        try:
            if "save" in request.POST:
                seen = form.cleaned_data["seen"]
                services.change_type(code, values=form.values(), seen=seen, by=request.acting.actor)
                messages.success(request, _("已存入草稿，发布以后起用。"))
                return redirect("standards:type", code=code)
            preview = _preview(row, form)
        except TypeChanged as refusal:
            # The next answer is given knowing what stands there now.
            form.data = {**request.POST.dict(), "seen": selectors.seen_of(row)}
            error, status, preview = refusal, refusal.status, _preview(row, form)
        except DomainError as refusal:
            error, status = refusal, refusal.status
    is_retired = row.catalogue_id != working.pk
    context = {
        "row": row,
        "form": form,
        "error": error,
        "preview": preview,
        "history": history,
        "is_retired": is_retired,
        "draft": None if working.is_published else working,
        "ask": None if is_retired else _ask(row),
    }
    return render(request, "standards/type.html", context, status=status)


@require_POST
@staff("standards.change_standards")
def retire(request: StaffRequest, code: str) -> HttpResponse:
    services.retire_type(code, by=request.acting.actor)
    messages.success(request, _("草稿里已停用，发布以后不再能选。"))
    return redirect("standards:type", code=code)


@require_POST
@staff("standards.change_standards")
def bring_back(request: StaffRequest, code: str) -> HttpResponse:
    services.bring_back_type(code, by=request.acting.actor)
    messages.success(request, _("已放回草稿。"))
    return redirect("standards:type", code=code)


def _initial(request: StaffRequest, row: ProblemType, history: list[selectors.TypeVersion]) -> dict[str, Any]:
    wanted = asked.number(request.GET.get("from", ""))
    former = next((each.row for each in history if each.row and each.catalogue.version == wanted), row)
    return {name: getattr(former, name) for name in VALUE_FIELDS} | {"seen": selectors.seen_of(row)}


def _preview(row: ProblemType, form: TypeForm) -> Preview:
    values, calendar, now = form.values(), work_calendar(), clock.now()
    before = selectors.fields_of(row)
    after = before | {name: getattr(values, name) for name in VALUE_FIELDS}
    return Preview(
        changes=selectors.changes_between(before, after),
        open_problems=selectors.open_under([row.code]),
        due_before=calendar.add(now, row.limit).at,
        due_after=calendar.add(now, Limit(values.limit_value, LimitUnit(values.limit_unit))).at,
        department=services.default_department(values.lead_name),
        is_led_by_territory=ProblemType(lead_name=values.lead_name).is_led_by_territory,
    )


def _ask(row: ProblemType) -> Consequence:
    return Consequence(
        key="retire",
        title=_("停用“{name}”？").format(name=row.name),
        text=_("发布以后新登记的不能再选它；已登记、未结案的 {n} 件照旧办到结案，过去的记录都还在。").format(
            n=selectors.open_under([row.code])
        ),
        act=_("停用这个小类"),
        url=reverse("standards:retire_type", args=[row.code]),
        is_danger=True,
    )
