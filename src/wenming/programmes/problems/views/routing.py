"""The routing rules: reading them, drafting changes, trying the draft, putting it in force, going back."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of, units
from wenming.foundation.revisions.selectors import history
from wenming.kernel import clock, ids
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import BadPeriod, Period
from wenming.programmes.problems import selectors
from wenming.programmes.problems.errors import ProblemNotFound, RuleMissing
from wenming.programmes.problems.routing import state, trying
from wenming.programmes.problems.routing.rules import Rule, conditions_in_words, result_in_words
from wenming.programmes.problems.routing_forms import RuleForm
from wenming.programmes.problems.services import routing as services

HISTORY_MAX: Final = 20
CHANGED: Final = "changed"
OTHERS: Final = "others"


@require_safe
@staff("problems.set_routing")
def rules(request: StaffRequest) -> HttpResponse:
    return _page(request)


@require_POST
@staff("problems.set_routing")
def act(request: StaffRequest) -> HttpResponse:
    """One act on the draft, or the draft put in force. A refusal is the page as it stands now."""
    posted, by = request.POST, request.acting.actor
    key, draft = posted.get("rule", "")[:40], _whole(posted.get("draft"))
    done = posted.get("do", "")
    try:
        if done == "publish":
            note, in_force = posted.get("note", "").strip()[:200], _whole(posted.get("in_force"))
            services.put_draft_in_force(expected_draft=draft, expected_in_force=in_force, note=note, by=by)
            messages.success(request, _("已启用。从现在起按新的规则建议。"))
        elif done == "discard":
            services.give_up_draft(expected=draft, by=by)
            messages.success(request, _("已放弃改动，现行规则没有变。"))
        elif done in ON_A_RULE:
            ON_A_RULE[done](key, draft, by)
        else:
            raise ProblemNotFound
    except DomainError as error:
        return _page(request, error=error)
    return redirect("problems:routing")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.set_routing")
def rule(request: StaffRequest) -> HttpResponse:
    """One rule of the draft, or a new one where the address names none. Raises RuleMissing."""
    held = state.routing()
    key = request.GET.get("rule", "")[:40]
    position = next((n for n, each in enumerate(held.shown, start=1) if each.key == key), 0)
    if key and not position:
        raise RuleMissing
    found = held.shown[position - 1] if position else None
    initial = {"draft": held.draft_number, "position": position or len(held.shown) + 1}
    form = RuleForm(request.POST or None, acting=request.acting, rule=found, initial=initial)
    error = None
    if request.method == "POST" and form.is_valid():
        made = form.rule(key or ids.uuid7().hex, is_on=found.is_on if found else True)
        position, seen = form.cleaned_data["position"], form.cleaned_data["draft"]
        try:
            services.put_rule(rule=made, position=position, expected=seen, by=request.acting.actor)
            return redirect("problems:routing")
        except DomainError as refusal:
            error = refusal
    status = error.status if error else 400 if form.errors else 200
    context = {"form": form, "error": error, "number": position if found else 0}
    return render(request, "problems/routing/rule.html", context, status=status)


@require_POST
@staff("problems.set_routing")
def restore(request: StaffRequest) -> HttpResponse:
    number, expected = (_whole(request.POST.get(name)) for name in ("number", "in_force"))
    try:
        services.restore_rules(number=number, expected=expected, by=request.acting.actor)
    except DomainError as error:
        return _page(request, error=error)
    messages.success(request, _("已恢复到第 {n} 版的规则。").format(n=number))
    return redirect("problems:routing")


@require_safe
@staff("problems.set_routing")
def trial(request: StaffRequest) -> HttpResponse:
    """What the draft would have proposed for a period's problems, beside the rules in force and the real lead."""
    held, query = state.routing(), request.GET
    error: DomainError | None = None
    text = query.get("period", "").strip()[:24] or _last_month().label
    try:
        period = Period.parse(text)
    except BadPeriod as refusal:
        error, period = refusal, _last_month()
    visible = selectors.visible_to(request.acting)
    found = trying.try_rules(visible, period=period, in_force=held.in_force, draft=held.shown)
    is_changed = query.get("show", CHANGED if held.draft is not None else OTHERS) == CHANGED
    chosen = found.changed() if is_changed else found.others()
    rows, following = trying.page_after(chosen, _whole(query.get("after")) or None)
    context = {
        "error": error,
        "period": period.label,
        "asked": text,
        "found": found,
        "most": trying.PROBLEMS_MAX,
        "is_cut": found.total > len(found.tried),
        "has_draft": held.draft is not None,
        "is_changed": is_changed,
        "changed_count": len(found.changed()),
        "others_count": len(found.others()),
        "groups": [_group(each, found.names) for each in trying.groups(chosen, is_against_now=is_changed)],
        "rows": [_tried(each, found.names) for each in rows],
        "following": following,
    }
    return render(request, "problems/routing/trial.html", context, status=error.status if error else 200)


def _page(request: StaffRequest, *, error: DomainError | None = None) -> HttpResponse:
    held = state.routing()
    difference = state.difference(held.in_force, held.shown)
    kept = list(history(state.KIND, state.IN_FORCE)[: HISTORY_MAX + 1])
    named = {unit for each in (*held.shown, *difference.removed) for unit in each.unit_ids}
    in_use = dict(units().filter(pk__in=named).values_list("pk", "name")) if named else {}
    makers = names_of(row.unit_id for row in kept if row.unit_id is not None)
    context = {
        "error": error,
        "held": held,
        "difference": difference,
        "rows": [_row(n, each, in_use, difference.marks) for n, each in enumerate(held.shown, start=1)],
        "removed": [_row(0, each, in_use, {}) for each in difference.removed],
        "kept": [
            {"revision": row, "unit": makers.get(row.unit_id or 0, ""), "count": len(row.body["rules"])}
            for row in kept[:HISTORY_MAX]
        ],
    }
    return render(request, "problems/routing/rules.html", context, status=error.status if error else 200)


def _row(number: int, found: Rule, in_use: dict[int, str], marks: Any) -> dict[str, Any]:
    return {
        "number": number,
        "rule": found,
        "conditions": conditions_in_words(found),
        "result": result_in_words(found, in_use),
        "is_broken": any(unit not in in_use for unit in found.unit_ids),
        "mark": marks.get(found.key, state.SAME),
    }


def _group(group: trying.Group, names: dict[int, str]) -> dict[str, Any]:
    return {
        "before": names.get(group.before_id or 0, ""),
        "after": names.get(group.after_id or 0, ""),
        "why": trying.why(group.route, group.after_id),
        "count": group.count,
    }


def _tried(each: trying.Tried, names: dict[int, str]) -> dict[str, Any]:
    return {
        "problem": each.problem,
        "lead": names.get(each.problem.lead_id or 0, ""),
        "now": names.get(each.now.lead_id or 0, ""),
        "then": names.get(each.then.lead_id or 0, ""),
        "why": trying.why(each.then, each.then.lead_id),
        "is_right": each.problem.lead_id is not None and not each.is_other,
    }


def _move(places: int) -> Callable[[str, int, Actor], None]:
    def move(key: str, expected: int, by: Actor) -> None:
        services.move_rule(key=key, by_places=places, expected=expected, by=by)

    return move


def _switch(key: str, expected: int, by: Actor) -> None:
    services.switch_rule(key=key, expected=expected, by=by)


def _remove(key: str, expected: int, by: Actor) -> None:
    services.remove_rule(key=key, expected=expected, by=by)


ON_A_RULE: Final[dict[str, Callable[[str, int, Actor], None]]] = {
    "up": _move(services.UP),
    "down": _move(services.DOWN),
    "switch": _switch,
    "remove": _remove,
}


def _last_month() -> Period:
    today = clock.local(clock.now()).date()
    return Period.parse(f"{today.year}-{today.month:02}").previous()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
