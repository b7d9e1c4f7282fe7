"""Photos that something is asked about: the office's list, and the answers of units and reviewers."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.files import access
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import capped_count, page
from wenming.programmes.problems import flag_selectors, selectors, services
from wenming.programmes.problems.enums import FlagPart, Verdict
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.flag_forms import FlagForm, form_of
from wenming.programmes.problems.flag_selectors import WAITS_FOR_LOOK, WAITS_FOR_REASON
from wenming.programmes.problems.models import PhotoFlag, Problem
from wenming.programmes.problems.views import detail, review
from wenming.programmes.problems.views.flag_cards import words_of

REVIEW: Final = "review"
PAGE_ROWS: Final = 30


@require_safe
@staff("problems.answer_flags")
def flags(request: StaffRequest) -> HttpResponse:
    """What waits to be explained among the reviews of this person, the newest first."""
    every = flag_selectors.flags_for(request.acting)
    counts = {what: flag_selectors.waiting(every, what) for what in (WAITS_FOR_REASON, WAITS_FOR_LOOK)}
    chosen = request.GET.get("waits", "")
    rows = counts.get(chosen, every)
    found = page(flag_selectors.for_list(rows), order=("-id",), cursor=request.GET.get("cursor"), size=PAGE_ROWS)
    labels = {WAITS_FOR_REASON: _("等写原因"), WAITS_FOR_LOOK: _("等第二人看")}
    counted = {what: capped_count(each) for what, each in counts.items()}
    context = {
        "page": found,
        "rows": _rows(found.rows),
        "chosen": chosen if chosen in counts else "",
        "tabs": [(what, labels[what], count) for what, count in counted.items()],
    }
    return render(request, "problems/flags.html", context)


@require_POST
@staff("problems.view_problem")
def answer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A unit's explanation, a reviewer's reason or the second look, to all flags that the form showed."""
    posted = request.POST
    problem = selectors.problem_for(request.acting, public_id)
    part = _part(posted.get("part", ""))
    form = form_of(part, posted)
    is_review = posted.get("back") == REVIEW
    if not form.is_valid():
        return _again(request, problem, form, None, is_review=is_review)
    flag_ids = [int(pk) for pk in posted.getlist("flag") if pk.isascii() and pk.isdecimal() and len(pk) <= 18]
    try:
        _write(request, problem, form, flag_ids)
    except DomainError as error:
        return _again(request, selectors.problem_for(request.acting, public_id), form, error, is_review=is_review)
    if is_review:
        return redirect(f"{reverse('problems:review')}?at={public_id}&done=explained")
    return redirect(f"{reverse('problems:detail', args=[public_id])}?done=explained")


def _write(request: StaffRequest, problem: Problem, form: FlagForm, flag_ids: list[int]) -> None:
    acting, text = request.acting, form.cleaned_data["text"]
    if form.part == FlagPart.TOLD:
        services.explain(acting, problem, flag_ids=flag_ids, text=text)
    elif form.part == FlagPart.REASON:
        services.give_reason(acting, problem, flag_ids=flag_ids, text=text)
    else:
        verdict = Verdict(form.cleaned_data["verdict"])
        services.look_again(acting, problem, flag_ids=flag_ids, verdict=verdict, text=text)


def _again(
    request: StaffRequest, problem: Problem, form: FlagForm, error: DomainError | None, *, is_review: bool
) -> HttpResponse:
    status = error.status if error is not None else 400
    if is_review:
        return review.show(request, at=str(problem.public_id), flag_form=form, error=error, status=status)
    return detail.show(request, problem, flag_form=form, error=error, status=status)


def _part(text: str) -> FlagPart:
    if text not in FlagPart.values:
        raise ProblemNotFound
    return FlagPart(text)


def _rows(flags: Sequence[PhotoFlag]) -> list[dict[str, Any]]:
    """What is asked about one photo, and waits for the same, stands together."""
    together = groupby(flags, key=lambda flag: (flag.photo_id, getattr(flag, "is_written", False)))
    return [_row(list(group), is_written=is_written) for (_photo, is_written), group in together]


def _row(flags: Sequence[PhotoFlag], *, is_written: bool) -> dict[str, Any]:
    first = flags[0]
    return {
        "problem": first.problem,
        "url": f"{reverse('problems:detail', args=[first.problem.public_id])}#flags",
        "thumb": access.published_url(first.photo.file, size="thumb"),
        "lines": [words_of(flag) for flag in reversed(flags)],
        "waits": _("等第二人看") if is_written else _("等写原因"),
        "raised_at": first.raised_at,
    }
