"""The queue of after-photos: one pair at a time, passed or returned, and the next opens by itself."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import capped_count
from wenming.programmes.problems import flag_selectors, selectors, services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.flag_forms import FlagForm
from wenming.programmes.problems.forms import ActForm
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.views import telling
from wenming.programmes.problems.views.acts import is_own_work
from wenming.programmes.problems.views.flag_cards import flags_on

QUEUE_MAX: Final = 60
EXPLAINED: Final = "explained"
DECISIONS: Final = (Action.PASS_REVIEW, Action.RETURN)
COLUMNS: Final = ("pk", "public_id", "version", "code", "title", "due_at", "lead__name", "rework_count")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.pass_review")
def review(request: StaffRequest) -> HttpResponse:
    """The QUEUE_MAX most pressing beside the pair that stands open (`at`, or the first)."""
    if request.method == "POST":
        return _decide(request)
    done = request.GET.get("done", "")
    words = _("已{action}。").format(action=Action(done).label) if done in DECISIONS else ""
    words = _("已写下。") if done == EXPLAINED else words
    return show(request, at=request.GET.get("at", ""), done_words=words)


def _decide(request: StaffRequest) -> HttpResponse:
    """One decision. The one that stood below opens next; a refusal keeps the page and what was typed."""
    acting, posted = request.acting, request.POST
    if posted.get("action") not in DECISIONS:
        raise ProblemNotFound
    action = Action(posted["action"])
    problem = selectors.problem_for(acting, posted.get("problem", ""))
    form = ActForm(posted, acting=acting, action=action, problem=problem, initial={})
    if not form.is_valid():
        return show(request, at=str(problem.public_id), form=form, status=400)
    seen = posted.get("expected_version", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
    try:
        services.perform_one(acting, form.ask(photos=(), key=posted.get("key", "")[:40], expected_version=version))
    except DomainError as error:
        return show(request, at=str(problem.public_id), form=form, error=error, status=error.status)
    return redirect(f"{reverse('problems:review')}?at={_uuid(posted.get('next', ''))}&done={action.value}")


def show(
    request: StaffRequest,
    *,
    at: str,
    form: ActForm | None = None,
    error: DomainError | None = None,
    flag_form: FlagForm | None = None,
    done_words: str = "",
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    queue = selectors.review_queue(acting)
    rows = [
        {**row, "value": f"{row['public_id']}:{row['version']}", "is_here": False, "is_flagged": False}
        for row in selectors.by_deadline(queue).values(*COLUMNS)[:QUEUE_MAX]
    ]
    place = next((index for index, row in enumerate(rows) if str(row["public_id"]) == at), 0)
    context = {
        "rows": rows,
        "count": capped_count(queue),
        "most": QUEUE_MAX,
        "error": error,
        "form": form or flag_form,
        "done_words": done_words,
        "key": ids.uuid7().hex,
    }
    if rows:
        rows[place]["is_here"] = True
        flagged = flag_selectors.flagged_among([row["pk"] for row in rows])
        for row in rows:
            row["is_flagged"] = row["pk"] in flagged
        problem = selectors.problem_for(acting, rows[place]["public_id"])
        context |= _pair(request, problem, form)
        context["flags"] = flags_on(acting, problem, failed=flag_form)
        context["previous"] = rows[place - 1] if place else None
        context["following"] = rows[place + 1] if place + 1 < len(rows) else None
    return render(request, "problems/review.html", context, status=status)


def _pair(request: StaffRequest, problem: Problem, failed: ActForm | None) -> dict[str, object]:
    """The two photos, what the unit said, and the form by which it goes back."""
    acting = request.acting
    events = selectors.timeline(problem)
    before, after, others = telling.pair(selectors.photos_of(problem), events)
    answer = next((event for event in events if event.action == Action.REPORT_BACK), None)
    is_failed = failed is not None and failed.action == Action.RETURN
    return {
        "problem": problem,
        "before": telling.shots([before])[0] if before else None,
        "after": telling.shots([after])[0] if after else None,
        "other_shots": telling.shots(others),
        "said": answer.evidence.get("note", "") if answer else "",
        "answered_at": answer.happened_at if answer else None,
        "is_own_work": is_own_work(acting, events),
        "return_form": failed
        if is_failed
        else ActForm(acting=acting, action=Action.RETURN, problem=problem, initial={}),
    }


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
