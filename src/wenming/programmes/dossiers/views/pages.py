"""Dossiers: the list, a new one, one with its chain, and one act on it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.engines.loop.models import LoopEvent
from wenming.engines.loop.telling import KEY_CHARS_MAX, Act, Acts, arranged, story, version_seen
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import permissions
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import capped_count
from wenming.kernel.ui import query as queries
from wenming.programmes.dossiers import rules, selectors, services
from wenming.programmes.dossiers.chain import of_body
from wenming.programmes.dossiers.enums import Action, State
from wenming.programmes.dossiers.errors import DossierNotFound
from wenming.programmes.dossiers.flow import FLOW
from wenming.programmes.dossiers.forms import ACT_FIELDS, DossierActForm, DossierForm, house_units
from wenming.programmes.dossiers.models import Dossier, Signature, code_of
from wenming.programmes.dossiers.services import Ask, DossierDraft
from wenming.programmes.dossiers.services.acts import named

TEXT_CHARS_MAX: Final = 100
FIRST: Final = (Action.PLAN, Action.SUBMIT, Action.SIGN, Action.CANCEL)
ACTABLE: Final = frozenset(Action) - {Action.OPEN}
SECOND: Final = (Action.RETURN,)
ICONS: Final[dict[str, str]] = {
    Action.OPEN: "doc",
    Action.PLAN: "edit",
    Action.SUBMIT: "send",
    Action.SIGN: "stamp",
    Action.RETURN: "return",
    Action.CANCEL: "done",
    Action.VOID: "void",
}
EFFECTS: Final[dict[Action, Promise]] = {
    Action.SUBMIT: gettext_lazy("按签批链一步一步签。报的人自己不签。"),
    Action.SIGN: gettext_lazy("以您的名义签这一步。签过的这一轮不能再签别的步。"),
    Action.RETURN: gettext_lazy("回到责任科室，下次从第一步签起。"),
    Action.CANCEL: gettext_lazy("签批已经走完，这一卷办结。"),
    Action.VOID: gettext_lazy("这一卷不再办理，也不计入任何数字。经过仍然保留。"),
}


@require_safe
@staff("dossiers.view_dossier")
def dossiers(request: StaffRequest) -> HttpResponse:
    acting, query = request.acting, request.GET
    text, state = query.get("q", "").strip()[:TEXT_CHARS_MAX], query.get("state", "")[:TEXT_CHARS_MAX]
    found = selectors.find_dossiers(acting, text=text, state=state, is_late=query.get("late", ""))
    page = selectors.page_of(found, cursor=query.get("cursor"))
    counts = selectors.counts_by_state(acting)
    tabs = [{"label": _("全部"), "url": queries.changed(query, {"state": None}), "is_on": not state, "count": None}]
    for each in ("open", *State):
        if counts.get(each) or state == each:
            label = _("未销号") if each == "open" else State(each).label
            url = queries.changed(query, {"state": str(each)})
            tabs.append({"label": label, "url": url, "is_on": state == each, "count": counts.get(each, 0)})
    context = {
        "page": page,
        "rows": [{**row, "code": code_of(row["id"]), "state": FLOW.states[row["state"]]} for row in page.rows],
        "count": capped_count(found),
        "tabs": tabs,
        "text": text,
        "state": state,
        "can_open": permissions.can(acting, rules.permission(Action.OPEN)),
    }
    return render(request, "dossiers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("dossiers.open")
def new(request: StaffRequest) -> HttpResponse:
    acting, owners = request.acting, house_units()
    form = DossierForm(request.POST or None, owners=owners, initial={"key": ids.uuid7().hex})
    error: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            draft = DossierDraft(
                issue=given["issue"],
                source=given["source"],
                owner=next(unit for unit in owners if unit.pk == given["owner"]),
                found_on=given["found_on"],
                due_on=given["due_on"],
                origin_key=f"{acting.user_id}:{given['key']}",
            )
            try:
                made = services.open_dossiers(acting, [draft])[0]
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                messages.success(request, _("已立卷，编号 {code}。").format(code=made.code))
                return redirect("dossiers:detail", public_id=made.public_id)
    return render(request, "dossiers/new.html", {"form": form, "error": error}, status=status)


@require_safe
@staff("dossiers.view_dossier")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return show(request, selectors.dossier_for(request.acting, public_id))


@require_POST
@staff("dossiers.view_dossier")
def act(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One act by one form. A refusal is the page again, with what was typed."""
    acting, posted = request.acting, request.POST
    dossier = selectors.dossier_for(acting, public_id)
    name = posted.get("action", "")
    if name not in ACTABLE:
        raise DossierNotFound
    action = Action(name)
    form = DossierActForm(posted, action=name, wanted=ACT_FIELDS.get(action, ()), initial={})
    form.files = request.FILES
    if not form.is_valid():
        return show(request, dossier, form=form, status=400)
    try:
        ask = Ask(
            dossier=public_id,
            action=action,
            reason=form.cleaned_data.get("reason", ""),
            text=form.text,
            papers=_papers(request, dossier, action),
            expected_version=version_seen(posted.get("expected_version", "")),
            key=posted.get("key", "")[:KEY_CHARS_MAX],
        )
        services.perform_one(acting, ask)
    except DomainError as error:
        return show(request, selectors.dossier_for(acting, public_id), form=form, error=error, status=error.status)
    return redirect(f"{reverse('dossiers:detail', args=[public_id])}?done={action.value}")


def _papers(request: StaffRequest, dossier: Dossier, action: Action) -> tuple[StoredFile, ...]:
    """Stored only for who may submit this dossier: none is stored in vain."""
    upload = request.FILES.get("paper")
    if action != Action.SUBMIT or upload is None:
        return ()
    permissions.require(request.acting, rules.permission(action), dossier)
    draft = files.document_draft(upload)
    return (files.receive_document(data=draft.data, name=draft.name, by=request.acting.actor),)


def show(
    request: StaffRequest,
    dossier: Dossier,
    *,
    form: DossierActForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    events, signed = selectors.timeline(dossier), selectors.signatures_of(dossier)
    units = people.names_of(event.unit_id for event in events if event.unit_id is not None)
    offered = acts_of(acting, dossier, signed, failed=form)
    state = FLOW.states[dossier.state]
    done = request.GET.get("done", "")
    context = {
        "dossier": dossier,
        "item": dossier,
        "state": state,
        "acts": offered,
        "failed": offered.failed(form),
        "form": form,
        "error": error,
        "key": ids.uuid7().hex,
        "act_url": reverse("dossiers:act", args=[dossier.public_id]),
        "back_url": reverse("dossiers:detail", args=[dossier.public_id]),
        "events": story(FLOW, events, units=units, icons=ICONS, note=_note),
        "chain": _steps(dossier, signed),
        "papers": selectors.papers_of(dossier),
        "can_open_file": permissions.can(acting, "files.open_document"),
        "done_words": _("已{action}。").format(action=Action(done).label) if done in Action.values else "",
    }
    return render(request, "dossiers/detail.html", context, status=status)


def acts_of(
    acting: Acting, dossier: Dossier, signed: Sequence[Signature], *, failed: DossierActForm | None = None
) -> Acts:
    """What a guard would refuse for a reason that shows on the page is not offered."""
    is_complete = dossier.signed_count >= dossier.step_count
    has_acted = named(acting.actor) in {dossier.submitted_by, *(each.signer for each in signed)}
    made: dict[str, Act] = {}
    for transition in FLOW.actions_from(dossier.state):
        action = Action(transition.action)
        if not permissions.can(acting, rules.permission(action), dossier):
            continue
        if (action == Action.SIGN and (is_complete or has_acted)) or (action == Action.CANCEL and not is_complete):
            continue
        form = failed if failed is not None and failed.action == action else _form_for(action, dossier)
        made[action] = Act(
            action=action.value,
            label=_("改措施") if action == Action.PLAN and dossier.measures else action.label,
            form=form,
            icon=ICONS[action],
            effect=EFFECTS.get(action, ""),
            is_danger=action == Action.VOID,
        )
    first = FIRST if dossier.state == State.OPENED else (Action.SUBMIT, *FIRST)
    return arranged(made, first=first, second=SECOND)


def _form_for(action: Action, dossier: Dossier) -> DossierActForm:
    initial = {"measures": dossier.measures, "result": dossier.result}
    return DossierActForm(action=action.value, wanted=ACT_FIELDS.get(action, ()), initial=initial)


def _steps(dossier: Dossier, signed: Sequence[Signature]) -> list[dict[str, Any]]:
    """The chain as it stands: who signed what in this round, and whose turn it is."""
    by_step = {each.step: each for each in signed}
    return [
        {
            "name": step.name,
            "role": step.role.label,
            "signature": by_step.get(number),
            "is_next": dossier.state == State.SUBMITTED and number == dossier.signed_count + 1,
        }
        for number, step in enumerate(of_body(dossier.chain), 1)
    ]


def _note(event: LoopEvent) -> str:
    evidence = event.evidence
    return str(evidence.get("measures") or evidence.get("result") or evidence.get("step") or "")
