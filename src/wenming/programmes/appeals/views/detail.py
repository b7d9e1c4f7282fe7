"""One appeal: its page, and one act on it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.engines.loop.models import LoopEvent
from wenming.engines.loop.telling import KEY_CHARS_MAX, steps, story, version_seen
from wenming.foundation.people import selectors as people
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.programmes.appeals import selectors, services
from wenming.programmes.appeals.enums import Action, ClosedAs, SaidBy, State
from wenming.programmes.appeals.flow import FLOW
from wenming.programmes.appeals.forms import AppealActForm, handlers_for
from wenming.programmes.appeals.models import Appeal
from wenming.programmes.appeals.views import acts


@require_safe
@staff("appeals.view_appeal")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return show(request, selectors.appeal_for(request.acting, public_id))


@require_POST
@staff("appeals.view_appeal")
def act(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One act by one form. A refusal is the page again, with what was typed."""
    acting, posted = request.acting, request.POST
    action = acts.action_named(posted.get("action", ""))
    appeal = selectors.appeal_for(acting, public_id)
    handlers = handlers_for(appeal) if action == Action.ASSIGN else []
    form = acts.form_for(action, appeal, handlers, posted)
    if not form.is_valid():
        return show(request, appeal, form=form, status=400)
    ask = form.ask(
        appeal,
        units_by_pk={unit.pk: unit for unit in handlers},
        key=posted.get("key", "")[:KEY_CHARS_MAX],
        expected_version=version_seen(posted.get("expected_version", "")),
    )
    try:
        services.perform_one(acting, ask)
    except DomainError as error:
        return show(request, selectors.appeal_for(acting, public_id), form=form, error=error, status=error.status)
    # Handed back by a department, it is no longer its own to look at.
    if not selectors.visible_to(acting).filter(pk=appeal.pk).exists():
        return redirect("appeals:list")
    return redirect(f"{reverse('appeals:detail', args=[public_id])}?done={action.value}")


def show(
    request: StaffRequest,
    appeal: Appeal,
    *,
    form: AppealActForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    events, clocks = selectors.timeline(appeal), selectors.clocks_of(appeal)
    leads = [event.evidence.get("lead") for event in events]
    units = people.names_of(pk for pk in (*(event.unit_id for event in events), *leads) if pk is not None)
    offered = acts.acts_of(acting, appeal, failed=form)
    state = FLOW.states[appeal.state]
    names = places.region_names([appeal.county_code, appeal.town_code, appeal.village_code])
    done = request.GET.get("done", "")
    context = {
        "appeal": appeal,
        "item": appeal,
        "state": state,
        "acts": offered,
        "failed": offered.failed(form),
        "form": form,
        "error": error,
        "key": ids.uuid7().hex,
        "act_url": reverse("appeals:act", args=[appeal.public_id]),
        "back_url": reverse("appeals:detail", args=[appeal.public_id]),
        "events": story(FLOW, events, units=units, icons=acts.ICONS, note=lambda event: _note(event, units)),
        "steps": steps(FLOW, clocks, is_over=not state.is_open),
        "ground": " ".join(
            names[code] for code in (appeal.county_code, appeal.town_code, appeal.village_code) if code in names
        ),
        "said_by": SaidBy(appeal.said_by).label if appeal.said_by else "",
        "closed_as": ClosedAs(appeal.closed_as).label if appeal.closed_as == ClosedAs.EXPLAINED else "",
        "is_own_work": appeal.state in (State.ANSWERED, State.SOLVED) and acts.is_own_work(acting, appeal),
        "done_words": _("已{action}。").format(action=Action(done).label) if done in Action.values else "",
    }
    return render(request, "appeals/detail.html", context, status=status)


def _note(event: LoopEvent, units: dict[int, str]) -> str:
    evidence = event.evidence
    if event.action in (Action.ASSIGN, Action.HAND_OVER):
        return _("办理单位：{unit}").format(unit=units.get(evidence.get("lead", 0), ""))
    if evidence.get("said_by"):
        return str(SaidBy(evidence["said_by"]).label)
    return str(evidence.get("answer") or evidence.get("public_answer") or "")
