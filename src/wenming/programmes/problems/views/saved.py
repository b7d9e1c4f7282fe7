"""The named filters of the list: choosing, saving, renaming, sharing, and with which one the list opens."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.selectors import names_of
from wenming.foundation.places import selectors as places
from wenming.kernel.errors import DomainError
from wenming.programmes.problems.enums import Channel, PendingRequest, State
from wenming.programmes.problems.errors import ProblemNotFound, ViewMissing
from wenming.programmes.problems.models import SavedView
from wenming.programmes.problems.selectors import ProblemFilters
from wenming.programmes.problems.services import saved
from wenming.programmes.problems.views import filtering

MINE: Final = "mine"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.view_problem")
def views(request: StaffRequest) -> HttpResponse:
    """What may be changed; a POST saves (`do=save`) or changes one of them. A refusal is the page as it stands."""
    if request.method != "POST":
        return _page(request)
    done = request.POST.get("do", "")
    try:
        if done == "save":
            return _save(request)
        if done not in ACTS:
            raise ProblemNotFound
        ACTS[done](request.acting, _public_id(request), request.POST.get("name", ""))
    except DomainError as error:
        return _page(request, error=error)
    return redirect("problems:views")


def canonical(query: QueryDict) -> str:
    """The filters, columns and order that an address asks for, and nothing else of it; never empty."""
    kept = QueryDict(mutable=True)
    kept.update(filtering.filters_of(query).as_query())
    kept["sort"] = filtering.sort_of(query)
    kept.setlist("cols", list(filtering.columns_of(query)))
    return kept.urlencode()


def start_of(views: list[SavedView]) -> SavedView | None:
    """The person's own comes before that of the role."""
    starts = sorted((view for view in views if view.is_start), key=lambda view: view.owner_id is None)
    return starts[0] if starts else None


def links(views: list[SavedView], query: QueryDict) -> list[dict[str, Any]]:
    here = canonical(query)
    return [
        {"name": view.name, "url": f"?{view.query}", "is_here": view.query == here, "is_shared": view.owner_id is None}
        for view in views
    ]


def _save(request: StaffRequest) -> HttpResponse:
    posted, acting = request.POST, request.acting
    query = canonical(QueryDict(posted.get("query", "")))
    name, whose = posted.get("name", ""), posted.get("role") or MINE
    if whose == MINE:
        saved.save_view(acting, name=name, query=query)
    elif whose in WORKING:
        saved.share_view(acting, name=name, query=query, role=Role(whose))
    else:
        raise ProblemNotFound
    messages.success(request, _("已存为“{name}”。").format(name=name.strip()))
    return redirect(f"{reverse('problems:list')}?{query}")


def _page(request: StaffRequest, *, error: DomainError | None = None) -> HttpResponse:
    rows = list(saved.changeable_by(request.acting))
    words = in_words([view.query for view in rows])
    shown = [
        {"view": view, "role": Role(view.role).label if view.role else "", "words": said}
        for view, said in zip(rows, words, strict=True)
    ]
    context = {
        "error": error,
        "own": [row for row in shown if not row["role"]],
        "shared": [row for row in shown if row["role"]],
        "can_share": permissions.can(request.acting, "problems.share_views"),
        "most": saved.OWN_MAX,
    }
    return render(request, "problems/views.html", context, status=error.status if error else 200)


def in_words(queries: Sequence[str]) -> list[str]:
    """The filters of kept addresses, a line each; two statements for the names of regions and units."""
    asked = [filtering.filters_of(QueryDict(query)) for query in queries]
    regions = places.region_names([_number(each.region) for each in asked])
    units = names_of(number for each in asked if (number := _number(each.unit)) is not None)
    return [
        _line(each, filtering.sort_of(QueryDict(query)), regions, units)
        for each, query in zip(asked, queries, strict=True)
    ]


def _line(filters: ProblemFilters, sort: str, regions: Mapping[int, str], units: Mapping[int, str]) -> str:
    states = {filtering.OPEN: _("未结案"), filtering.EVERY: _("全部"), **dict(State.choices)}
    parts = [
        states.get(filters.state, ""),
        _("已超期") if filters.late else "",
        regions.get(_number(filters.region) or 0, ""),
        units.get(_number(filters.unit) or 0, ""),
        filters.type,
        filtering.PERIODS.get(filters.period, filters.period),
        dict(Channel.choices).get(filters.channel, ""),
        dict(PendingRequest.choices).get(filters.request, ""),
        filters.point,
        _("没有定位") if filters.unlocated else "",
        f"“{filters.q}”" if filters.q else "",
        filtering.SORTS[sort],
    ]
    return _("；").join(str(part) for part in parts if part)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _public_id(request: StaffRequest) -> UUID:
    try:
        return UUID(request.POST.get("view", ""))
    except ValueError as error:
        raise ViewMissing from error


def _rename(acting: Acting, public_id: UUID, name: str) -> None:
    saved.rename_view(acting, public_id, name=name)


def _remove(acting: Acting, public_id: UUID, _name: str) -> None:
    saved.remove_view(acting, public_id)


def _start(acting: Acting, public_id: UUID, _name: str) -> None:
    saved.set_start(acting, public_id)


ACTS: Final[dict[str, Callable[[Acting, UUID, str], None]]] = {"rename": _rename, "remove": _remove, "start": _start}
