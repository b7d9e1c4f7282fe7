"""The first page after signing in: what today asks, and how the month stands."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.kernel.ui import times
from wenming.outputs.desk import figures, rows, selectors
from wenming.outputs.desk.selectors import Bucket, Late, Where

# Who sees to it that others get on with it: of the open ones, what is late or falls due today is enough for them.
OVERSEERS: Final = (Role.LEADER, Role.AUTHOR, Role.ADMINISTRATOR)
# Whose day is not made of problems: where their work is.
WORKPLACES: Final = {Role.SECURITY: "people:people", Role.AUDITOR: "people:audit"}
# Who reads how things stand before what presses.
FIGURES_FIRST: Final = (Role.LEADER, Role.AUTHOR)
KIND_LABELS: Final[dict[str, Promise]] = {
    "district": _("各区"),
    "county": _("各县（市）"),
    "street": _("各街道"),
    "town": _("各乡镇"),
}


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    count: int
    url: str


@require_safe
@staff("desk.view")
def home(request: StaffRequest) -> HttpResponse:
    acting, now = request.acting, clock.now()
    if acting.role in WORKPLACES:
        return redirect(WORKPLACES[acting.role])
    found = selectors.groups(acting, now=now)
    pressing = [each for each in found if each.bucket in (Bucket.LATE, Bucket.TODAY)]
    where = selectors.where_late(acting, now=now)
    today = clock.local(now).date()
    can_view_figures = permissions.can(acting, "metrics.view_figures")
    context = {
        "headline": rows.headline(acting, found),
        "day": rows.day_words(today),
        "sections": rows.sections(acting, pressing if acting.is_any(*OVERSEERS) else found, now=now),
        "figures": figures.of_month(acting, figures.month_of(now)) if can_view_figures else (),
        "month": times.MONTHS[today.month - 1],
        "as_of": now,
        "where": where,
        "kinds": _kinds(where) if where else (),
        "gaps": selectors.gaps(acting),
        "lacks": selectors.lacks(now=now) if acting.is_any(Role.ADMINISTRATOR) else None,
        "can_draft_paper": permissions.can(acting, "papers.draft"),
        "week": Period.week_of(today).label,
        "can_file": permissions.can(acting, "problems.file"),
        **_shape(acting),
    }
    return render(request, "desk/home.html", context)


def _shape(acting: Acting) -> dict[str, Any]:
    return {
        "is_figures_first": acting.is_any(*FIGURES_FIRST),
        "is_overseer": acting.is_any(*OVERSEERS),
        "is_liaison": acting.is_any(Role.LIAISON),
        "is_inspector": acting.is_any(Role.INSPECTOR),
        "is_city": acting.scope.is_everything,
    }


def _kinds(where: Where) -> list[tuple[Promise, list[Place]]]:
    return [(KIND_LABELS[kind], [_place(each) for each in late]) for kind, late in where.kinds]


def _place(late: Late) -> Place:
    query = urlencode({"late": "1", "region": str(late.code)})
    return Place(late.name, late.count, f"{reverse('problems:list')}?{query}")
