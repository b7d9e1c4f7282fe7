"""A point: who answers for it, what happened there, what changed in the register."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel.paging import capped_count
from wenming.programmes.problems import rules, selectors
from wenming.programmes.problems.enums import OPEN_STATES, Action
from wenming.programmes.problems.views import filtering
from wenming.programmes.problems.views.detail import MAP_DEGREES
from wenming.programmes.problems.views.rows import dressed

CHANGES_SHOWN: Final = 20


@require_safe
@staff("problems.view_problem")
def point(request: StaffRequest, public_id: UUID) -> HttpResponse:
    acting = request.acting
    found = places.point_for(acting, public_id)
    history = selectors.history_of_point(acting, found)
    page = selectors.page_with_clocks(history, cursor=request.GET.get("cursor"))
    bounds = ""
    if found.lat is not None and found.lon is not None:
        lat, lon = found.lat, found.lon
        bounds = f"{lon - MAP_DEGREES},{lat - MAP_DEGREES},{lon + MAP_DEGREES},{lat + MAP_DEGREES}"
    can_change = permissions.can(acting, "places.change_point", found)
    context = {
        "card": places.point_card(found),
        "point": found,
        "page": page,
        "rows": dressed(page.rows),
        "count": capped_count(history),
        "open_count": history.filter(state__in=OPEN_STATES).count(),
        "repeat_count": selectors.repeat_count(history.exclude(state__in=selectors.NOT_COUNTED)),
        "changes": places.point_history(found)[:CHANGES_SHOWN],
        "bounds": bounds,
        "points_url": f"{reverse('problems:map')}?{urlencode({'state': filtering.EVERY, 'point': found.code})}",
        "geojson_url": filtering.outlines_url(acting, county=found.county_code),
        "change_url": reverse("places:change", args=[found.public_id]) if can_change else "",
        "can_file": found.is_active and permissions.can(acting, rules.permission(Action.FILE)),
    }
    return render(request, "problems/point.html", context)
