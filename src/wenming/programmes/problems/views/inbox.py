"""What waits for this person, by deadline."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.paging import capped_count
from wenming.programmes.problems import rules, selectors
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.views.rows import dressed

INBOX_ROWS_MAX: Final = 200


@require_safe
@staff("problems.view_problem")
def inbox(request: StaffRequest) -> HttpResponse:
    """The INBOX_ROWS_MAX most pressing; the list has the rest."""
    acting = request.acting
    found = selectors.inbox(acting)
    rows = dressed(list(selectors.with_running_since(selectors.by_deadline(found))[:INBOX_ROWS_MAX]))
    is_office = acting.is_any(Role.OFFICE, Role.COUNTY)
    for row in rows:
        row["act"] = _act(row["state_code"], row["request"], is_office=is_office)
    context = {
        "groups": groups(rows, clock.now()),
        "count": capped_count(found),
        "most": INBOX_ROWS_MAX,
        "is_liaison": acting.role == Role.LIAISON,
        "unit_name": acting.unit_name,
        "can_file": permissions.can(acting, rules.permission(Action.FILE)),
    }
    return render(request, "problems/inbox.html", context)


def groups(rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Overdue, today, this week, later; those without a deadline are later. Empty groups are left out."""
    today = clock.local(now).date()
    ends = [
        datetime.combine(today + timedelta(days=days), time(), tzinfo=clock.SHANGHAI)
        for days in (1, 7 - today.weekday())
    ]
    found: dict[str, list[dict[str, Any]]] = {"late": [], "today": [], "week": [], "later": []}
    for row in rows:
        due = row["due_at"]
        if due is None or due >= max(ends):
            found["later"].append(row)
        elif due < now:
            found["late"].append(row)
        else:
            found["today" if due < ends[0] else "week"].append(row)
    labels = {"late": _("已超期"), "today": _("今天到期"), "week": _("本周到期"), "later": _("以后")}
    return [{"key": key, "label": labels[key], "rows": each} for key, each in found.items() if each]


def _act(state: str, request: str, *, is_office: bool) -> str:
    """The one word on the row's button."""
    if not is_office:
        if state == State.CLOSED:
            return _("答复")
        return {State.DISPATCHED: _("签收"), State.HANDLING: _("回复")}.get(State(state), _("查看"))
    if request:
        return _("答复")
    words = {
        State.REPORTED: _("核实"),
        State.FILED: _("派遣"),
        State.REPORTED_BACK: _("审核"),
        State.REVIEWED: _("结案"),
    }
    return words.get(State(state), _("查看"))
