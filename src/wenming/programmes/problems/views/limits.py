"""How long each stage may take: what a change would mean for a clock that starts now, saving it, and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenming.engines.loop.selectors import work_calendar
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of
from wenming.foundation.revisions.selectors import history
from wenming.kernel import clock
from wenming.kernel.calendar import LIMIT_VALUE_MAX, Limit, LimitUnit
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import Count, capped_count
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.query import whole_number
from wenming.programmes.problems.flow import FLOW, LIMITS
from wenming.programmes.problems.models import ProblemClock
from wenming.programmes.problems.services.limits import (
    KEY,
    KIND,
    Limits,
    limits_in,
    restore_limits,
    set_limits,
)
from wenming.programmes.standards import enums as standards

HISTORY_MAX: Final = 20
NOTE_CHARS_MAX: Final = 200


class LimitsForm(PlainForm):
    """Two fields a stage: how much, and of what."""

    note = forms.CharField(
        label=gettext_lazy("依据"), max_length=NOTE_CHARS_MAX, help_text=gettext_lazy("哪次会议、哪份文件。")
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, held: Limits, number: int) -> None:
        super().__init__(data, initial={"expected": number})
        for stage, limit in held.items():
            label = str(FLOW.stages[stage])
            self.fields[f"{stage}_value"] = forms.IntegerField(
                label=label, min_value=1, max_value=LIMIT_VALUE_MAX, initial=limit.value
            )
            self.fields[f"{stage}_unit"] = forms.ChoiceField(
                label=_("{stage}的单位").format(stage=label),
                choices=standards.LimitUnit.choices,
                initial=limit.unit.value,
            )

    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"{stage}_value"], self[f"{stage}_unit"]) for stage in LIMITS]

    def limits(self) -> Limits:
        given = self.cleaned_data
        return {stage: Limit(given[f"{stage}_value"], LimitUnit(given[f"{stage}_unit"])) for stage in LIMITS}


@dataclass(frozen=True, slots=True)
class Change:
    """One stage: its limits as people read them, and by when a clock that starts now would have to stop."""

    label: str | Promise
    before: str
    after: str
    due_before: datetime
    due_after: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    changes: list[Change]
    running: Count


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.set_limits")
def limits(request: StaffRequest) -> HttpResponse:
    """A POST shows what would change; with `save` it holds for whatever starts from then on."""
    rows = list(history(KIND, KEY)[: HISTORY_MAX + 1])
    held, number = limits_in(rows[0].body if rows else None), rows[0].number if rows else 0
    form = LimitsForm(request.POST or None, held=held, number=number)
    error: DomainError | None = None
    preview: Preview | None = None
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        try:
            if "save" in request.POST:
                given = form.cleaned_data
                by = request.acting.actor
                set_limits(form.limits(), note=given["note"], expected=given["expected"], by=by)
                messages.success(request, _("已保存，从现在起开始计时的按新时限。"))
                return redirect("problems:limits")
            preview = _preview(held, form.limits())
        except DomainError as refusal:
            error, status = refusal, refusal.status
    context = {"form": form, "error": error, "preview": preview, "number": number, "kept": _kept(rows)}
    return render(request, "problems/limits.html", context, status=status)


@require_POST
@staff("problems.set_limits")
def restore(request: StaffRequest) -> HttpResponse:
    number, expected = (whole_number(request.POST.get(name)) for name in ("number", "expected"))
    restore_limits(number, expected=expected, by=request.acting.actor)
    messages.success(request, _("已恢复，从现在起开始计时的按恢复的时限。"))
    return redirect("problems:limits")


def _preview(before: Limits, after: Limits) -> Preview:
    calendar, now = work_calendar(), clock.now()
    changed = [stage for stage in LIMITS if before[stage] != after[stage]]
    running = ProblemClock.objects.filter(stage__in=changed, stopped_at__isnull=True)
    return Preview(
        changes=[
            Change(
                label=FLOW.stages[stage],
                before=words(before[stage]),
                after=words(after[stage]),
                due_before=calendar.add(now, before[stage]).at,
                due_after=calendar.add(now, after[stage]).at,
            )
            for stage in changed
        ],
        running=capped_count(running),
    )


def _kept(rows: list[Any]) -> list[dict[str, Any]]:
    """Each revision with what it changed; the one before the oldest shown is read only to compare with."""
    units = names_of(row.unit_id for row in rows if row.unit_id is not None)
    former = [*rows, None][1:]
    kept = []
    for row, old in zip(rows, former, strict=True):
        before, after = limits_in(old.body if old else None), limits_in(row.body)
        changes = [
            (FLOW.stages[stage], words(before[stage]), words(after[stage]))
            for stage in LIMITS
            if before[stage] != after[stage]
        ]
        kept.append({"revision": row, "unit": units.get(row.unit_id or 0, ""), "changes": changes})
    return kept[:HISTORY_MAX]


def words(limit: Limit) -> str:
    return _("{n} 个{unit}").format(n=limit.value, unit=standards.LimitUnit(limit.unit).label)
