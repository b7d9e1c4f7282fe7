"""The days of a year that are worked, and what a change would do to the deadlines."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from wenming.engines.loop import engine, selectors, services
from wenming.engines.loop.models import DayOverride
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of
from wenming.foundation.revisions.errors import RevisionStale
from wenming.foundation.revisions.selectors import diff, history
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.query import whole_number

DAYS_MAX: Final = 31
HISTORY_MAX: Final = 20
WORKED, REST = "worked", "rest"


class DaysForm(PlainForm):
    first = forms.DateField(label=_("第一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(
        label=_("最后一天"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("只有一天就不填。"),
    )
    is_working = forms.ChoiceField(
        label=_("这几天"), choices=[(REST, _("休息")), (WORKED, _("上班"))], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("依据"), max_length=200, help_text=_("例如放假通知的文号。"))
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first = given.get("first")
        last = given.get("last") or first
        if first is None or last is None:
            return given
        if not first <= last < first + timedelta(days=DAYS_MAX) or first.year != last.year:
            text = gettext("最后一天要在第一天以后、同一年内，一次最多 {most} 天。").format(most=DAYS_MAX)
            raise ValidationError({"last": text})
        return given

    def days(self) -> dict[date, bool]:
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        is_working = self.cleaned_data["is_working"] == WORKED
        return {first + timedelta(days=n): is_working for n in range((last - first).days + 1)}


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    is_working: bool
    override: DayOverride | None


@require_http_methods(["GET", "HEAD", "POST"])
@staff("loop.override_days")
def calendar(request: StaffRequest) -> HttpResponse:
    """The year; a POST shows what the change would move, and with `save` makes it."""
    year, error, moves = _year(request), None, None
    form = DaysForm(request.POST or None, initial={"expected": _number(year), "is_working": REST})
    if request.method == "POST" and form.is_valid():
        days, year = form.days(), form.cleaned_data["first"].year
        try:
            if "save" in request.POST:
                expected = {year: form.cleaned_data["expected"]}
                note = form.cleaned_data["note"]
                moved = services.override_days(days=days, note=note, by=request.acting.actor, expected=expected)
                return _done(request, year, moved)
            _check_seen(year, form.cleaned_data["expected"])
            moves = engine.count_all_moves(selectors.calendar_with(days))
        except DomainError as refusal:
            error = refusal
    context = {"form": form, "error": error, "moves": moves, **_shown(year)}
    return render(request, "loop/calendar.html", context, status=error.status if error else 200)


@require_POST
@staff("loop.override_days")
def restore(request: StaffRequest) -> HttpResponse:
    """The days of `year` as they were in revision `number`."""
    year, number, expected = (whole_number(request.POST.get(name)) for name in ("year", "number", "expected"))
    moved = services.restore_year(year=year, number=number, expected=expected, by=request.acting.actor)
    return _done(request, year, moved)


def _done(request: StaffRequest, year: int, moved: int) -> HttpResponse:
    messages.success(request, gettext("已保存，{count} 个时限按新的日历重新计算。").format(count=moved))
    return redirect(f"{reverse('loop:calendar')}?year={year}")


def _check_seen(year: int, seen: int) -> None:
    if _number(year) != seen:
        raise RevisionStale(number=_number(year))


def _number(year: int) -> int:
    newest = history(services.CALENDAR, str(year)).values_list("number", flat=True).first()
    return newest or 0


def _year(request: StaffRequest) -> int:
    asked = whole_number(request.GET.get("year"))
    return asked if 1 < asked < MAXYEAR else clock.local(clock.now()).year


def _shown(year: int) -> dict[str, Any]:
    overrides = {row.on: row for row in selectors.overrides_of(year)}
    held, weeks = selectors.work_calendar(), Calendar()
    months = [
        [
            [Day(on, held.is_working_day(on), overrides.get(on)) if on.month == month else None for on in week]
            for week in weeks.monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]
    rows = list(history(services.CALENDAR, str(year))[: HISTORY_MAX + 1])
    units = names_of(row.unit_id for row in rows if row.unit_id is not None)
    former = [*rows, None][1:]
    kept = [
        {
            "revision": row,
            "unit": units.get(row.unit_id or 0, ""),
            "days": _days_changed(old.body if old else {}, row.body),
        }
        for row, old in zip(rows, former, strict=True)
    ]
    return {
        "year": year,
        "months": months,
        "overrides": overrides.values(),
        "kept": kept[:HISTORY_MAX],
        "number": rows[0].number if rows else 0,
        "is_known": held.is_known(date(year, 1, 1), date(year, 12, 31)),
    }


def _days_changed(before: dict[str, Any], after: dict[str, Any]) -> int:
    return len({change.path.partition(".")[0] for change in diff(before, after)})
