"""The list of problems with its map, and the same list for the printer."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import WORKING
from wenming.kernel import clock
from wenming.kernel.paging import capped_count
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.ui import onward
from wenming.kernel.ui import query as queries
from wenming.programmes.problems import rules, selectors
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.services.saved import views_of
from wenming.programmes.problems.views import filtering, saved
from wenming.programmes.problems.views.rows import dressed

PRINT_ROWS_MAX: Final = 500
BULK_ACTIONS: Final = (
    Action.ACCEPT,
    Action.DISPATCH,
    Action.SIGN,
    Action.REMIND,
    Action.PASS_REVIEW,
    Action.RETURN,
    Action.CLOSE,
)
# Photos are looked at one by one before somebody says what they show; so nobody passes or returns all at once.
ALL_ACTIONS: Final = tuple(each for each in BULK_ACTIONS if each not in (Action.PASS_REVIEW, Action.RETURN))
NO_FILTERS: Final = ("cursor", "state", "sort", "late", "cols")


@require_safe
@staff("problems.view_problem")
def problems(request: StaffRequest) -> HttpResponse:
    acting, query = request.acting, request.GET
    kept = list(views_of(acting))
    start = saved.start_of(kept)
    if not query and start is not None:
        return redirect(f"{reverse('problems:list')}?{start.query}")
    found = filtering.rows_of(acting, query)
    page = selectors.page_with_clocks(found, order=filtering.order_of(query), cursor=query.get("cursor"))
    counts = filtering.counts_of(acting, query)
    chips, more = filtering.chips(acting, query)
    sort = filtering.sort_of(query)
    actions = bulk_actions(acting, filtering.filters_of(query).state)
    context = {
        "page": page,
        "rows": dressed(page.rows),
        "count": filtering.count_of(query, counts) or capped_count(found),
        "tabs": filtering.tabs(query, counts),
        "chips": chips,
        "more_chips": more,
        "text": query.get("q", ""),
        "kept": [(name, value) for name, values in query.lists() for value in values if name not in ("q", "cursor")],
        "columns": filtering.columns_of(query),
        "column_words": filtering.COLUMNS,
        "views": saved.links(kept, query),
        "sharing_roles": [(role.value, role.label) for role in WORKING] if _may_share(acting) else [],
        "is_narrowed": any(value for name, value in query.items() if name not in NO_FILTERS),
        "cleared_url": queries.changed(
            query.__class__(""), {"state": filtering.filters_of(query).state, "late": query.get("late")}
        ),
        "sort": sort,
        "other_sort": filtering.BY_FOUND if sort == filtering.BY_DUE else filtering.BY_DUE,
        "sort_words": filtering.SORTS,
        "onward": onward.doors_of("problems", request),
        "bulk_actions": actions,
        "all_actions": [each for each in actions if each["action"] in ALL_ACTIONS],
        "can_file": permissions.can(acting, rules.permission(Action.FILE)),
        "can_set_routing": permissions.can(acting, "problems.set_routing"),
        "can_export": permissions.can(acting, "problems.export"),
        "geojson_url": filtering.outlines_url(acting, county=_county(query.get("region", ""))),
        "query": query.urlencode(),
    }
    return render(request, "problems/list.html", context)


@require_safe
@staff("problems.view_problem")
def choices(request: StaffRequest) -> HttpResponse:
    """What one chip of the list offers: a fragment for the chip, or a page of its own."""
    query = request.GET.copy()
    name = str((query.pop("chip", None) or [""])[-1])
    chip = filtering.chip_on_offer(request.acting, query, name)
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "kernel/_choices.html" if is_fragment else "problems/choices.html"
    back = f"{reverse('problems:list')}{queries.changed(query, {})}"
    return render(request, template, {"chip": chip, "back": back})


@require_safe
@staff("problems.view_problem")
def printed(request: StaffRequest) -> HttpResponse:
    """At most PRINT_ROWS_MAX rows: who needs more takes the workbook."""
    acting, query = request.acting, request.GET
    found = filtering.rows_of(acting, query)
    is_by_due = filtering.sort_of(query) == filtering.BY_DUE
    ordered = selectors.by_deadline(found) if is_by_due else found.order_by(*selectors.BY_FOUND)
    context = {
        "rows": dressed(list(selectors.with_running_since(ordered)[:PRINT_ROWS_MAX])),
        "count": capped_count(found),
        "most": PRINT_ROWS_MAX,
        "columns": filtering.columns_of(query),
        "words": filtering.words_of(acting, query),
        "acting": acting,
        "now": clock.now(),
        "query": query.urlencode(),
    }
    return render(request, "problems/print.html", context)


def _may_share(acting: Acting) -> bool:
    return permissions.can(acting, "problems.share_views")


def bulk_actions(acting: Acting, state: str) -> list[dict[str, Any]]:
    """What this person may do with many at once on this tab."""
    found = []
    for action in BULK_ACTIONS:
        is_here = state not in State.values or state in sources_of(action)
        if is_here and permissions.can(acting, rules.permission(action)):
            label = _("立案并派遣") if action == Action.DISPATCH and state == State.REPORTED else action.label
            found.append({"action": action.value, "label": label})
    return found


def sources_of(action: Action) -> frozenset[str]:
    """The states from which it is done to many: what is dispatched is accepted on the way."""
    sources = frozenset(FLOW.actions[action].sources)
    return sources | {State.REPORTED} if action == Action.DISPATCH else sources


def _county(text: str) -> int | None:
    is_code = len(text) == 12 and text.isascii() and text.isdecimal() and text[0] != "0"
    if not is_code or level_of(int(text)) < RegionLevel.COUNTY:
        return None
    return cut(int(text), RegionLevel.COUNTY)
