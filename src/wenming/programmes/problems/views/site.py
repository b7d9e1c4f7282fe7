"""Site visits: the draws, one draw and its sheet, one visit by phone, the return of a batch."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.files import services as files
from wenming.foundation.people import permissions
from wenming.foundation.people import selectors as people
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import clock, ids
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import selectors, services, site_selectors
from wenming.programmes.problems.enums import SiteResult
from wenming.programmes.problems.errors import BatchReturned, NothingFailed
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import SiteDraw, SiteVisit
from wenming.programmes.problems.site_forms import AnnounceForm, DrawForm, ReturnBatchForm, VisitForm
from wenming.programmes.problems.views import telling

SHOWN_IN_BATCH: Final = 200
SITE_TONES: Final = {SiteResult.PASSED.value: "done", SiteResult.FAILED.value: "late"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.view_draws")
def draws(request: StaffRequest) -> HttpResponse:
    """The draws so far; the office announces another by the form beside them."""
    acting = request.acting
    can_make = permissions.can(acting, "problems.make_draw")
    form, error, status = AnnounceForm() if can_make else None, None, 200
    if request.method == "POST":
        permissions.require(acting, "problems.make_draw")
        form = AnnounceForm(request.POST)
        status = 400
        if form.is_valid():
            told = form.cleaned_data
            try:
                draw = services.announce_draw(
                    acting, period=told["period"], county_code=told["county"], size=told["size"]
                )
                return redirect("problems:draw", public_id=draw.public_id)
            except DomainError as refused:
                error, status = refused, refused.status
    rows = site_selectors.draws_with_counts(acting)
    names = places.region_names([row.county_code for row in rows])
    context = {
        "rows": [(row, names.get(row.county_code or 0, _("全市"))) for row in rows],
        "form": form,
        "error": error,
    }
    return render(request, "problems/site/draws.html", context, status=status)


@require_safe
@staff("problems.view_draws")
def draw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _show(request, site_selectors.draw_for(request.acting, public_id))


@require_POST
@staff("problems.make_draw")
def draw_sample(request: StaffRequest, public_id: UUID) -> HttpResponse:
    found = site_selectors.draw_for(request.acting, public_id)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form, status=400)
    try:
        services.draw_sample(request.acting, found, inspector_ids=form.cleaned_data["inspectors"])
    except DomainError as error:
        return _show(request, found, error=error, status=error.status)
    return redirect("problems:draw", public_id=public_id)


def _show(
    request: StaffRequest,
    found: SiteDraw,
    *,
    form: DrawForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    visits = site_selectors.visits_of(found)
    groups = site_selectors.by_unit(found, visits)
    can_make = permissions.can(acting, "problems.make_draw")
    own = [visit for visit in visits if visit.inspector_id == acting.user_id]
    names = places.region_names([found.county_code])
    context = {
        "draw": found,
        "area": names.get(found.county_code or 0, _("全市")),
        "groups": groups,
        "walk": own or visits,
        "is_own": bool(own),
        "checked_count": sum(bool(visit.result) for visit in visits),
        "passed_count": sum(group.passed_count for group in groups),
        "failed_count": sum(group.failed_count for group in groups),
        "visit_count": len(visits),
        "is_true": site_selectors.is_as_announced(found),
        "form": (form or DrawForm()) if can_make and not visits else None,
        "error": error,
        "can_visit": permissions.can(acting, "problems.visit"),
        "can_return": permissions.can(acting, "problems.return_batch"),
        "done": request.GET.get("done", ""),
        "now": clock.now(),
        "acting": acting,
    }
    return render(request, "problems/site/draw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.visit")
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    """What was found at one place, told by phone; the next place of the same walk opens by itself."""
    acting = request.acting
    found = site_selectors.visit_for(acting, pk)
    form, error, status = VisitForm(), None, 200
    if request.method == "POST":
        form = VisitForm(request.POST)
        status = 400
        if form.is_valid():
            try:
                return _record(request, found, form)
            except DomainError as refused:
                error, status = refused, refused.status
                found = site_selectors.visit_for(acting, pk)
    problem = found.problem
    events = selectors.timeline(problem)
    before, after, others = telling.pair(selectors.photos_of(problem), events)
    context = {
        "visit": found,
        "problem": problem,
        "state": FLOW.states[problem.state],
        "before": telling.shots([before])[0] if before else None,
        "after": telling.shots([after])[0] if after else None,
        "site_shots": telling.shots([photo for photo in others if photo.moment == "site"]),
        "form": form,
        "error": error,
        "key": ids.uuid7().hex,
    }
    return render(request, "problems/site/visit.html", context, status=status)


def _record(request: StaffRequest, found: SiteVisit, form: VisitForm) -> HttpResponse:
    acting = request.acting
    drafts = files.photo_drafts(request.FILES.getlist("photos"), meta=request.POST.get("photos_meta", ""))
    report = services.VisitReport(
        visit_id=found.pk,
        result=SiteResult(form.cleaned_data["result"]),
        photos=tuple(files.receive_photos(drafts, by=acting.actor)),
        note=form.cleaned_data["note"],
        key=request.POST.get("key", "")[:40],
    )
    services.record_visits(acting, [report])[0].result()
    following = site_selectors.waiting_visits(acting).filter(draw=found.draw).first()
    if following is not None:
        return redirect("problems:visit", pk=following.pk)
    return redirect(f"{reverse('problems:draw', args=[found.draw.public_id])}?done=visit")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.return_batch")
def return_batch(request: StaffRequest, public_id: UUID, unit_id: int) -> HttpResponse:
    """Shows what would go back and how many; one confirmation, one act."""
    acting = request.acting
    found = site_selectors.draw_for(acting, public_id)
    failed = [
        each for each in site_selectors.visits_of(found) if (each.unit_id, each.result) == (unit_id, SiteResult.FAILED)
    ]
    if not failed:
        raise NothingFailed
    if found.returns.filter(unit_id=unit_id).exists():
        raise BatchReturned
    batch = site_selectors.batch_of(acting, found, unit_id)
    reasons = _("；").join(dict.fromkeys(each.note for each in failed))
    words = _("实地抽查不合格：{reasons}").format(reasons=reasons)[:500]
    form, error, status = ReturnBatchForm(initial={"reason": words, "seen_count": len(batch)}), None, 200
    if request.method == "POST":
        form, status = ReturnBatchForm(request.POST), 400
        if form.is_valid():
            told = form.cleaned_data
            try:
                services.return_batch(acting, found, unit_id, reason=told["reason"], seen_count=told["seen_count"])
                return redirect(f"{reverse('problems:draw', args=[public_id])}?done=return")
            except DomainError as refused:
                error, status = refused, refused.status
                form = ReturnBatchForm(initial={"reason": told["reason"], "seen_count": len(batch)})
    context = {
        "draw": found,
        "unit_name": people.names_of([unit_id]).get(unit_id, ""),
        "failed": failed,
        "batch": [(problem, FLOW.states[problem.state]) for problem in batch[:SHOWN_IN_BATCH]],
        "count": len(batch),
        "most": SHOWN_IN_BATCH,
        "form": form,
        "error": error,
    }
    return render(request, "problems/site/return_batch.html", context, status=status)
