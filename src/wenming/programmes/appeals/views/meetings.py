"""Opinion meetings: the list, a new one, its sign-in sheet, and what was said there, many lines at once."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import UnitKind
from wenming.kernel import clock, ids
from wenming.kernel.errors import DomainError
from wenming.programmes.appeals import rules, selectors, services
from wenming.programmes.appeals.enums import Action
from wenming.programmes.appeals.errors import NothingWritten
from wenming.programmes.appeals.forms import AttendanceForm, Grounds, NewMeetingForm, RowSet
from wenming.programmes.appeals.models import Meeting
from wenming.programmes.appeals.services import MeetingDraft
from wenming.programmes.appeals.views.listing import dressed

# What was said at a meeting is dated at its day; which hour nobody wrote down.
HOUR_OF_A_MEETING: Final = timedelta(hours=9)


@require_safe
@staff("appeals.view_meetings")
def meetings(request: StaffRequest) -> HttpResponse:
    page = selectors.page_of_meetings(request.acting, cursor=request.GET.get("cursor"))
    can_record = permissions.can(request.acting, "appeals.record_meeting")
    return render(request, "appeals/meetings.html", {"page": page, "rows": page.rows, "can_record": can_record})


@require_http_methods(["GET", "HEAD", "POST"])
@staff("appeals.record_meeting")
def new(request: StaffRequest) -> HttpResponse:
    acting = request.acting
    form = NewMeetingForm(request.POST or None, initial={"key": ids.uuid7().hex})
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            draft = MeetingDraft(
                topic=given["topic"],
                held_on=given["held_on"],
                venue=given["venue"],
                units=tuple(given["units"]),
                origin_key=f"{acting.user_id}:{given['key']}",
            )
            try:
                made = services.record_meeting(acting, draft)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("会议已记下。接着登记会上反映的问题。"))
                return redirect("appeals:meeting", public_id=made.public_id)
    return render(request, "appeals/new_meeting.html", {"form": form, "error": error}, status=status)


@require_safe
@staff("appeals.view_meetings")
def meeting(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _show(request, selectors.meeting_for(request.acting, public_id))


@require_POST
@staff("appeals.raise")
def rows(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The lines under a meeting, all or none; each that was sent before is found again by its place in the form."""
    acting = request.acting
    found = selectors.meeting_for(acting, public_id)
    form_set = _row_set(Grounds(acting), request.POST)
    if not form_set.is_valid():
        return _show(request, found, form_set=form_set, status=400)
    key = request.POST.get("key", "")[:40] or ids.uuid7().hex
    at = datetime.combine(found.held_on, time(), clock.SHANGHAI) + HOUR_OF_A_MEETING
    drafts = [
        form.draft(meeting=found, at=min(at, clock.now()), key=f"{key}:{number}")
        for number, form in enumerate(form_set)
        if form.has_changed()
    ]
    try:
        if not drafts:
            raise NothingWritten
        made = services.raise_appeals(acting, drafts)
    except DomainError as error:
        return _show(request, found, form_set=form_set, error=error, status=error.status)
    text = ngettext("已登记 {n} 件。", "已登记 {n} 件。", len(made)).format(n=len(made))
    messages.success(request, text)
    return redirect("appeals:meeting", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("appeals.record_meeting")
def attendance(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The sign-in sheet, to be put right."""
    acting = request.acting
    found = selectors.meeting_for(acting, public_id)
    held = "\n".join(row["name"] for row in selectors.attendance_of(found))
    form = AttendanceForm(request.POST or None, initial={"units": held})
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.correct_attendance(acting, found, form.cleaned_data["units"])
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("签到单位已更正。"))
                return redirect("appeals:meeting", public_id=public_id)
    return render(request, "appeals/attendance.html", {"form": form, "error": error, "meeting": found}, status=status)


def _row_set(grounds: Grounds, data: Any = None) -> Any:
    return RowSet(data, prefix="row", form_kwargs={"grounds": grounds})


def _show(
    request: StaffRequest,
    found: Meeting,
    *,
    form_set: Any = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    can_raise = permissions.can(acting, rules.permission(Action.RAISE))
    grounds = Grounds(acting) if can_raise else None
    attended = selectors.attendance_of(found)
    page = selectors.appeals_of(acting, found, cursor=request.GET.get("cursor"))
    context = {
        "meeting": found,
        "groups": _groups(attended),
        "unit_count": len(attended),
        "page": page,
        "rows": dressed(page.rows),
        "form_set": (form_set or _row_set(grounds)) if grounds is not None else None,
        "grounds": grounds.names if grounds is not None else [],
        "faulty": [form for form in form_set if form.errors] if form_set is not None else [],
        "key": request.POST.get("key") or ids.uuid7().hex,
        "error": error,
        "can_correct": permissions.can(acting, "appeals.record_meeting", found),
    }
    return render(request, "appeals/meeting.html", context, status=status)


def _groups(attended: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By kind, in the order of the kinds: 街道 10 个, 社区 32 个, …"""
    found = []
    for kind in UnitKind:
        names = [row["name"] for row in attended if row["unit_kind"] == kind]
        if names:
            found.append({"label": kind.label, "names": names})
    return found
