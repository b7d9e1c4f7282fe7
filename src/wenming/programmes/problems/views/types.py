"""The type that is proposed while filing, and the page where the office trains, reads and switches what proposes it."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.ui.query import whole_number
from wenming.programmes.problems.errors import TypeModelMissing
from wenming.programmes.problems.models import DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX
from wenming.programmes.problems.services import type_models
from wenming.programmes.standards.selectors import types_by_code

SHOWN: Final = "type_shown"


@require_safe
@staff("problems.file")
def proposal(request: StaffRequest) -> HttpResponse:
    """A fragment: the type that what is written so far sounds like, and why."""
    title = request.GET.get("title", "")[:TITLE_CHARS_MAX]
    description = request.GET.get("description", "")[:DESCRIPTION_CHARS_MAX]
    found = type_models.propose(f"{title} {description}")
    context = {"found": found, "name": SHOWN, "permille": round(found.confidence * 1000) if found else 0}
    context["sure"] = _("把握 {n}").format(n=f"{found.confidence:.0%}") if found else ""
    return render(request, "problems/_type_proposal.html", context)


@require_safe
@staff("problems.set_type_model")
def models(request: StaffRequest) -> HttpResponse:
    used, number = type_models.model_in_use()
    shown = type_models.shown_models()
    names = {code: row.name for code, row in types_by_code().items()} if shown else {}
    rows = [
        {
            "shown": each,
            "is_used": str(each.model.public_id) == used,
            "classes": [(names.get(code, code), measure) for code, measure in each.model.card["per_class"].items()],
        }
        for each in shown
    ]
    context = {"rows": rows, "number": number, "is_on": used != type_models.NONE, "most": type_models.CASES_MAX}
    return render(request, "problems/types/models.html", context)


@require_POST
@staff("problems.set_type_model")
def act(request: StaffRequest) -> HttpResponse:
    done, by = request.POST.get("do", ""), request.acting.actor
    expected = whole_number(request.POST.get("expected"))
    if done == "train":
        return redirect("jobs:detail", public_id=type_models.ask_training(by=by).public_id)
    if done == "off":
        type_models.switch_to(public_id=type_models.NONE, expected=expected, by=by)
        messages.success(request, _("已停用，登记时不再建议类型。"))
    elif done == "on":
        public_id = request.POST.get("model", "")[:40]
        if public_id == type_models.NONE:
            raise TypeModelMissing
        type_models.switch_to(public_id=public_id, expected=expected, by=by)
        messages.success(request, _("已启用。登记时会建议类型，由登记的人决定。"))
    else:
        raise TypeModelMissing
    return redirect("problems:type_models")
