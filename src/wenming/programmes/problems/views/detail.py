"""One problem: its page, one act on it, the link by which its unit answers."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.engines.loop.telling import steps
from wenming.foundation.audit import services as audit
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import permissions
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import clock, ids
from wenming.kernel.errors import Conflict, DomainError
from wenming.kernel.ui import onward, times
from wenming.programmes.problems import public, rules, selectors, services
from wenming.programmes.problems.enums import OPEN_STATES, Action, Lead, State
from wenming.programmes.problems.flag_forms import FlagForm
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.forms import ActForm, UnitChoices
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.suggesting import Suggestion, suggest
from wenming.programmes.problems.views import acts, filtering, telling
from wenming.programmes.problems.views.flag_cards import flags_on

# How far around the problem its small map reaches.
MAP_DEGREES: Final = 0.02
PHOTOS: Final = "photos"
EXPLAINED: Final = "explained"


@require_safe
@staff("problems.view_problem")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return show(request, selectors.problem_for(request.acting, public_id))


@require_POST
@staff("problems.view_problem")
def act(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One act by one form. A refusal is the page again, with what was typed and what has changed meanwhile."""
    acting, posted = request.acting, request.POST
    action = acts.action_named(posted.get("action", ""))
    problem = selectors.problem_for(acting, public_id)
    form = ActForm(posted, acting=acting, action=action, problem=problem, initial={})
    if "territory" in form.fields:
        form.offer(UnitChoices(problem))
    if not form.is_valid():
        return show(request, problem, form=form, status=400)
    seen = _version(posted.get("expected_version", ""))
    try:
        photos = _photos(request, problem, action)
        services.perform_one(acting, form.ask(photos=photos, key=posted.get("key", "")[:40], expected_version=seen))
    except DomainError as error:
        fresh = selectors.problem_for(acting, public_id)
        return show(request, fresh, form=form, error=error, seen=seen, status=error.status)
    return redirect(f"{reverse('problems:detail', args=[public_id])}?done={action.value}")


@require_POST
@staff("problems.share_link")
def link(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Shows the open link of the lead unit, made where there is none; that it was shown is on record."""
    problem = selectors.problem_for(request.acting, public_id)
    found = services.reply_link(request.acting, problem)
    audit.record(by=request.acting.actor, action="problems.share_link", kind="problem", key=problem.public_id)
    context = {
        "problem": problem,
        "link": found,
        "address": request.build_absolute_uri(services.reply_url(found)),
        "unit_name": problem.lead.name if problem.lead else "",
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "problems/_link.html" if is_fragment else "problems/link_shown.html", context)


def show(
    request: StaffRequest,
    problem: Problem,
    *,
    form: ActForm | None = None,
    error: DomainError | None = None,
    seen: int | None = None,
    flag_form: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    events = selectors.timeline(problem)
    clocks = selectors.clocks_of(problem)
    photos = selectors.photos_of(problem)
    suggestion = suggest([problem])[problem.pk]
    flags = flags_on(acting, problem, failed=flag_form)
    withheld = {Action.PASS_REVIEW} if flags.open_count else set()
    offered = acts.acts_of(acting, problem, events, suggestion=suggestion, failed=form, withheld=withheld)
    names = people.names_of(telling.unit_ids(problem, events))
    failed = next((each for each in offered.every if form is not None and each.form is form), None)
    done = request.GET.get("done", "")
    before, after, others = telling.pair(photos, events)
    state = FLOW.states[problem.state]
    running = telling.running(clocks) if state.is_open else None
    context = {
        "problem": problem,
        "state": state,
        "acts": offered,
        "failed": failed,
        "form": form or flag_form,
        "flags": flags,
        "error": error,
        "is_conflict": isinstance(error, Conflict),
        "changed": telling.story(telling.since(events, seen), [], names),
        "before": telling.shots([before])[0] if before else None,
        "after": telling.shots([after])[0] if after else None,
        "other_shots": telling.shots(others),
        "counted": telling.counted(problem),
        "suspended": times.span(int((clock.now() - problem.suspended_at).total_seconds()))
        if problem.suspended_at
        else "",
        "events": telling.story(events, clocks, names),
        "events_count": len(events),
        "steps": steps(FLOW, clocks, is_over=not state.is_open),
        "running": running,
        "running_label": FLOW.stages[running.stage] if running else "",
        "limit_words": telling.limit_words(running) if running else "",
        "key": ids.uuid7().hex,
        "done_words": _done_words(done),
        "is_own_work": problem.state in (State.REPORTED_BACK, State.REVIEWED) and acts.is_own_work(acting, events),
        "proposal": _proposal(problem, suggestion, offered),
        "can_publish": problem.state not in public.HIDDEN_STATES
        and permissions.can(acting, "problems.publish", problem),
        "onward": onward.doors_of("problems", request) if problem.lead_id is not None and state.is_open else (),
        **_around(request, problem),
    }
    return render(request, "problems/detail.html", context, status=status)


def _proposal(problem: Problem, suggestion: Suggestion, offered: acts.Acts) -> Suggestion | None:
    """Another unit, where a rule names it by what the problem is now and this person could send it there."""
    is_other = bool(suggestion.rule_why) and suggestion.lead is not None and suggestion.lead.pk != problem.lead_id
    return suggestion if is_other and any(act.action == Action.REDISPATCH for act in offered.every) else None


def _done_words(done: str) -> str:
    if done == EXPLAINED:
        return _("已写下。")
    return _("已{action}。").format(action=Action(done).label) if done in Action.values else ""


def _around(request: StaffRequest, problem: Problem) -> dict[str, Any]:
    """Who answers, where it is, what happened there before."""
    acting = request.acting
    codes = [problem.county_code, problem.town_code, problem.village_code]
    names = places.region_names(codes)
    at_point = selectors.history_of_point(acting, problem.point) if problem.point else None
    bounds = ""
    if problem.lat is not None and problem.lon is not None:
        lat, lon = problem.lat, problem.lon
        bounds = f"{lon - MAP_DEGREES},{lat - MAP_DEGREES},{lon + MAP_DEGREES},{lat + MAP_DEGREES}"
    return {
        "region": " ".join(names[code] for code in codes if code in names),
        "is_territory_lead": problem.lead_side == Lead.TERRITORY and problem.lead_id is not None,
        "is_department_lead": problem.lead_side == Lead.DEPARTMENT and problem.lead_id is not None,
        "helpers": [
            helper.unit.name
            for helper in problem.helpers.select_related("unit").order_by("pk")
            if helper.unit_id not in (problem.territory_id, problem.department_id)
        ],
        "point_count": at_point.count() if at_point is not None else 0,
        "point_open_count": at_point.filter(state__in=OPEN_STATES).count() if at_point is not None else 0,
        **_relatives(acting, problem),
        "repeats": selectors.repeats_at(acting, problem),
        "bounds": bounds,
        "points_url": f"{reverse('problems:map')}?only={problem.public_id}",
        "geojson_url": filtering.outlines_url(acting, county=problem.county_code),
        "can_share": problem.lead_id is not None
        and problem.state in (State.DISPATCHED, State.HANDLING)
        and permissions.can(acting, "problems.share_link", problem),
    }


def _relatives(acting: Acting, problem: Problem) -> dict[str, Any]:
    """What came back of it, was merged into it, was split off it."""
    rows = selectors.relatives_of(acting, problem)
    return {
        "recurrences": [each for each in rows if each.recurs_id == problem.pk],
        "merged": [each for each in rows if each.duplicate_of_id == problem.pk and each.state == State.MERGED],
        "parts": [each for each in rows if each.split_from_id == problem.pk],
    }


def _photos(request: StaffRequest, problem: Problem, action: Action) -> list[StoredFile]:
    """Stored only for who may report this problem back: nothing else asks for photos, and none is stored in vain."""
    uploads = request.FILES.getlist(PHOTOS)
    if action not in acts.ANSWERED_BY or not uploads:
        return []
    permissions.require(request.acting, rules.permission(action), problem)
    drafts = files.photo_drafts(uploads, meta=request.POST.get(f"{PHOTOS}_meta", ""))
    return files.receive_photos(drafts, by=request.acting.actor)


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
