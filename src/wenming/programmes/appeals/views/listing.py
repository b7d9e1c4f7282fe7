"""The list of appeals: what waits for the person first, then by state."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.paging import capped_count
from wenming.kernel.ui import filters as chips
from wenming.kernel.ui import query as queries
from wenming.kernel.ui import times
from wenming.programmes.appeals import rules, selectors
from wenming.programmes.appeals.enums import Action, Source, State
from wenming.programmes.appeals.flow import FLOW
from wenming.programmes.appeals.models import code_of

TABS: Final = ("open", *State)


@require_safe
@staff("appeals.view_appeal")
def appeals(request: StaffRequest) -> HttpResponse:
    acting, query = request.acting, request.GET
    filters = selectors.AppealFilters.read(query)
    found = selectors.find_appeals(acting, filters)
    is_by_due = bool(filters.mine or filters.late)
    order = selectors.BY_DUE if is_by_due else selectors.BY_RAISED
    page = selectors.page_of(found, order=order, cursor=query.get("cursor"))
    context = {
        "page": page,
        "rows": dressed(page.rows),
        "count": capped_count(found),
        "tabs": _tabs(query, filters, selectors.counts_by_state(acting)),
        "chips": [chips.chip(query, param="source", label=_("来源"), options=Source.choices)],
        "text": filters.q,
        "kept": [(name, value) for name, value in query.items() if name not in ("q", "cursor")],
        "is_narrowed": bool(filters.q or filters.source or filters.late),
        "cleared_url": queries.changed(query.__class__(""), {"state": filters.state, "mine": filters.mine}),
        "is_mine": bool(filters.mine),
        "can_raise": permissions.can(acting, rules.permission(Action.RAISE)),
        "sees_meetings": permissions.can(acting, "appeals.view_meetings"),
    }
    return render(request, "appeals/list.html", context)


def _tabs(query: Any, filters: selectors.AppealFilters, counts: dict[str, int]) -> list[dict[str, Any]]:
    base = {"late": None}
    tabs = [
        {
            "label": _("等我办的"),
            "url": queries.changed(query, {**base, "state": None, "mine": "1"}),
            "is_on": bool(filters.mine),
            "count": None,
        },
        {
            "label": _("全部"),
            "url": queries.changed(query, {**base, "state": None, "mine": None}),
            "is_on": not filters.mine and not filters.state,
            "count": None,
        },
    ]
    for state in TABS:
        label = _("未办结") if state == "open" else State(state).label
        is_on = filters.state == state and not filters.mine
        if counts.get(state) or is_on:
            url = queries.changed(query, {**base, "state": str(state), "mine": None})
            tabs.append({"label": label, "url": url, "is_on": is_on, "count": counts.get(state, 0)})
    return tabs


def dressed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds what a line shows: number, state, place, deadline. One statement."""
    names = places.region_names([row[name] for row in rows for name in ("town_code", "village_code")])
    now = clock.now()
    return [_dressed(row, names, now) for row in rows]


def _dressed(row: dict[str, Any], names: dict[int, str], now: Any) -> dict[str, Any]:
    state = FLOW.states[row["state"]]
    due = row["due_at"] if state.is_open and row["state"] not in (State.SOLVED, State.UNSOLVED) else None
    ground = " ".join(names[code] for code in (row["town_code"], row["village_code"]) if code in names)
    return {
        **row,
        "code": code_of(row["id"]),
        "state": state,
        "due": due,
        "tone": times.left(due, now).tone if due is not None else "",
        "ground": ground,
        "source_label": Source(row["source"]).label,
    }
