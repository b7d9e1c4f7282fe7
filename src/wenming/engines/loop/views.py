"""The flows as people can read them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenming.engines.loop import flow as flows_in_force
from wenming.engines.loop.picture import as_svg
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff


@require_safe
@staff("loop.view_flows")
def flows(request: StaffRequest) -> HttpResponse:
    may_set_days = permissions.can(request.acting, "loop.override_days")
    context = {"flows": flows_in_force.registered().values(), "may_set_days": may_set_days}
    return render(request, "loop/flows.html", context)


@require_safe
@staff("loop.view_flows")
def flow(request: StaffRequest, name: str) -> HttpResponse:
    found = flows_in_force.named(name)
    may_set_words = permissions.can(request.acting, "loop.set_words")
    context = {
        "flow": found,
        "may_set_words": may_set_words,
        "headings": flows_in_force.headings(),
        "picture": as_svg(found),
    }
    return render(request, "loop/flow.html", {**context, "rows": [row.as_cells() for row in found.as_rows()]})
