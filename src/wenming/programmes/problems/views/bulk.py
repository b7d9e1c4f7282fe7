"""One act on many problems: one request, one answer with a line for each.

The many are those whose boxes are ticked, or all that the list's filters find. Those are counted and shown before, and
what is then done is done to exactly those, as they were seen: whatever changed meanwhile is refused by itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wenming.engines.loop.commands import Outcome
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import ids
from wenming.kernel.paging import Count, capped_count
from wenming.programmes.problems import selectors, services
from wenming.programmes.problems.enums import Action, Lead, State
from wenming.programmes.problems.errors import ProblemNotFound, TooManyAtOnce
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.forms import BULK_FIELDS, BulkForm
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.suggesting import Suggestion, suggest, with_units
from wenming.programmes.problems.services import Ask
from wenming.programmes.problems.services.acts import ASKS_MAX
from wenming.programmes.problems.views import acts, filtering
from wenming.programmes.problems.views.listing import ALL_ACTIONS, BULK_ACTIONS, sources_of

SHOWN_MAX: Final = 50
Chosen = Mapping[UUID, int | None]


@dataclass(frozen=True, slots=True)
class Every:
    """All that the filters find: `chosen` those that the act fits, at most ASKS_MAX, and whether there are more."""

    chosen: Chosen
    is_more: bool
    matched: Count


@require_POST
@staff("problems.view_problem")
def bulk(request: StaffRequest) -> HttpResponse:
    """Asks first where a reason or a choice is needed (no `step` in the form), then does it. Raises TooManyAtOnce."""
    acting, posted = request.acting, request.POST
    is_all = bool(posted.get("all"))
    action = acts.action_named(posted.get("all") or posted.get("action", ""))
    if action not in (ALL_ACTIONS if is_all else BULK_ACTIONS):
        raise ProblemNotFound
    found = _every(acting, action, posted.get("back", "")) if is_all else None
    chosen = found.chosen if found else _chosen(posted.getlist("problem") or posted.get("chosen", "").split())
    problems = _problems(acting, chosen)
    suggestions = suggest(list(problems.values())) if action == Action.DISPATCH else {}
    is_asked = posted.get("step") == "do"
    form = BulkForm(posted if is_asked else None, action=action)
    context: dict[str, Any] = {
        "action": action,
        "is_danger": False,
        "effect": acts.EFFECTS.get(action, ""),
        "back": _back(posted.get("back", "")),
        "back_query": posted.get("back", ""),
    }
    if not chosen:
        return render(request, "problems/bulk.html", {**context, "every": found}, status=400)
    is_many = bool(found or posted.get("chosen"))
    if is_all or (BULK_FIELDS.get(action) and not (is_asked and form.is_valid())):
        shown = list(problems.values())[: SHOWN_MAX if is_many else None]
        context |= {
            "form": form,
            "every": found,
            "is_many": is_many,
            "chosen": " ".join(_value(problem, chosen) for problem in problems.values()) if is_many else "",
            "chosen_count": len(problems),
            "leads": _leads(suggestions.values()) if is_many else (),
            "rows": [_ready(problem, suggestions.get(problem.pk), chosen) for problem in shown],
            "key": posted.get("key", "")[:32] or ids.uuid7().hex,
        }
        return render(request, "problems/bulk.html", context, status=400 if is_asked else 200)
    key = posted.get("key", "")[:32]
    outcomes = _perform(acting, action, chosen, problems, suggestions, form=form, key=key)
    results = _results(chosen, problems, outcomes)
    refused_count = sum(1 for each in results if each["error"])
    context |= {
        "results": results[: refused_count + SHOWN_MAX],
        "done_count": len(results) - refused_count,
        "refused_count": refused_count,
        "unshown_count": max(0, len(results) - refused_count - SHOWN_MAX),
    }
    return render(request, "problems/bulk_done.html", context)


def _chosen(values: Sequence[str]) -> Chosen:
    """`uuid:version` as the boxes carry them, in order; what is no uuid is left out."""
    found: dict[UUID, int | None] = {}
    for value in values:
        text, _colon, version = value.partition(":")
        try:
            found[UUID(text)] = int(version) if version.isdecimal() and len(version) < 10 else None
        except ValueError:
            continue
    if len(found) > ASKS_MAX:
        raise TooManyAtOnce(most=ASKS_MAX)
    return found


def _every(acting: Acting, action: Action, back: str) -> Every:
    """What the filters in `back` find and this action can be done to now, in the order of the list; two statements."""
    query = QueryDict(back)
    rows = filtering.rows_of(acting, query)
    fit = rows.filter(state__in=sources_of(action))
    by_due = filtering.sort_of(query) == filtering.BY_DUE
    ordered = selectors.by_deadline(fit) if by_due else fit.order_by(*selectors.BY_FOUND)
    taken = list(ordered.values_list("public_id", "version")[: ASKS_MAX + 1])
    return Every(dict(taken[:ASKS_MAX]), len(taken) > ASKS_MAX, capped_count(rows))


def _problems(acting: Acting, chosen: Chosen) -> dict[UUID, Problem]:
    rows = with_units(selectors.visible_to(acting).filter(public_id__in=list(chosen)))
    found = {problem.public_id: problem for problem in rows}
    return {public_id: found[public_id] for public_id in chosen if public_id in found}


def _ready(problem: Problem, suggestion: Suggestion | None, chosen: Chosen) -> dict[str, Any]:
    return {
        "problem": problem,
        "state": FLOW.states[problem.state],
        "suggestion": suggestion,
        "value": _value(problem, chosen),
    }


def _value(problem: Problem, chosen: Chosen) -> str:
    version = chosen[problem.public_id]
    return f"{problem.public_id}:{version if version is not None else problem.version}"


def _leads(suggestions: Iterable[Suggestion]) -> list[tuple[str, int]]:
    """How many each unit would lead, the most first; those that nobody is proposed for under an empty name."""
    counts = Counter(each.lead.name if each.lead is not None else "" for each in suggestions)
    return counts.most_common(SHOWN_MAX)


def _perform(
    acting: Acting,
    action: Action,
    chosen: Chosen,
    problems: dict[UUID, Problem],
    suggestions: dict[int, Suggestion],
    *,
    form: BulkForm,
    key: str,
) -> dict[UUID, Outcome[Problem]]:
    """What is still to be checked is accepted first when it is dispatched; both or neither is seen by others."""
    cleaned = form.cleaned_data if form.is_bound and form.is_valid() else {}
    outcomes: dict[UUID, Outcome[Problem]] = {}
    with transaction.atomic():
        versions = dict(chosen)
        if action == Action.DISPATCH:
            reported = [each for each, problem in problems.items() if problem.state == State.REPORTED]
            asks = [
                Ask(problem=each, action=Action.ACCEPT, expected_version=chosen[each], key=_key(key, "a"))
                for each in reported
            ]
            for each, outcome in zip(reported, services.perform(acting, asks) if asks else [], strict=True):
                if outcome.is_done:
                    versions[each] = outcome.version
                else:
                    outcomes[each] = outcome
        todo = [each for each in chosen if each not in outcomes]
        side = cleaned.get("lead_side", "")
        asks = [
            Ask(
                problem=each,
                action=action,
                reason=cleaned.get("reason", ""),
                expected_version=versions[each],
                key=_key(key, "b"),
                **_units(problems.get(each), suggestions, side),
            )
            for each in todo
        ]
        outcomes |= dict(zip(todo, services.perform(acting, asks), strict=True))
    return outcomes


def _key(key: str, part: str) -> str:
    return f"{key}{part}" if key else ""


def _units(problem: Problem | None, suggestions: dict[int, Suggestion], side: str) -> dict[str, Any]:
    found = suggestions.get(problem.pk) if problem is not None else None
    if found is None:
        return {}
    return {
        "territory_id": found.territory.pk if found.territory else None,
        "department_id": found.department.pk if found.department else None,
        "lead_side": Lead(side) if side else found.side,
        "helper_ids": tuple(unit.pk for unit in found.helpers) or None,
    }


def _results(
    chosen: Chosen, problems: dict[UUID, Problem], outcomes: dict[UUID, Outcome[Problem]]
) -> list[dict[str, Any]]:
    """What was not done comes first: it still needs somebody."""
    rows = []
    for public_id in chosen:
        outcome = outcomes[public_id]
        problem = outcome.item or problems.get(public_id)
        rows.append(
            {
                "problem": problem,
                "url": reverse("problems:detail", args=[public_id]) if problem else "",
                "state": FLOW.states[problem.state] if problem else None,
                "error": str(outcome.error) if outcome.error is not None else "",
            }
        )
    return sorted(rows, key=lambda row: not row["error"])


def _back(query: str) -> str:
    """The list that the act came from; only its query travels."""
    return f"{reverse('problems:list')}?{query}" if query else reverse("problems:list")
