"""By what units are evaluated: the list, one of them with a trial on the month before, and taking a change back."""

import re
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of
from wenming.foundation.revisions.selectors import history
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period
from wenming.kernel.ui.query import whole_number
from wenming.outputs.standings import definitions as house
from wenming.outputs.standings import selectors, services
from wenming.outputs.standings.definitions import Definition
from wenming.outputs.standings.enums import Along, Level
from wenming.outputs.standings.errors import EvaluationNotFound
from wenming.outputs.standings.forms import DefinitionForm
from wenming.outputs.standings.views import groups_told, heads, points_text

HISTORY_MAX: Final = 20
LEAST: Final = 10
KEY_CHARACTERS: Final = 8
NEW_KEY: Final = re.compile(r"[0-9a-f]{8}")


@require_safe
@staff("standings.define")
def listing(request: StaffRequest) -> HttpResponse:
    revisions = list(history(house.KIND, house.KEY)[: HISTORY_MAX + 1])
    month = _month_before()
    context = {
        "levels": [
            {
                "label": level.label,
                "rows": [
                    {"definition": each, "heads": heads(each, month), "along": each.along.label}
                    for each in house.definitions_in(revisions[0].body if revisions else None)
                    if each.level is level
                ],
            }
            for level in Level
        ],
        "alongs": Along.choices,
        "number": revisions[0].number if revisions else 0,
        "kept": _kept(revisions),
    }
    return render(request, "standings/definitions.html", context)


def _kept(revisions: list[Any]) -> list[dict[str, Any]]:
    """Each with the names of what it changed; the one before the oldest shown is read only to compare with."""
    units = names_of(row.unit_id for row in revisions if row.unit_id is not None)
    kept = []
    for row, former in zip(revisions, [*revisions, None][1:], strict=True):
        before = set(house.definitions_in(former.body)) if former is not None else set()
        after = house.definitions_in(row.body) if former is not None else []
        changed = [each.name for each in after if each not in before]
        kept.append({"revision": row, "unit": units.get(row.unit_id or 0, ""), "changed": changed})
    return kept[:HISTORY_MAX]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("standings.define")
def new(request: StaffRequest, along: str) -> HttpResponse:
    if along not in Along.values:
        raise EvaluationNotFound
    empty = Definition(
        key=_new_key(request.POST.get("key", "")),
        name="",
        level=Level.UNIT if along == Along.UNIT else Level.AREA,
        along=Along(along),
        least=LEAST,
        indicators=(),
    )
    return _edit(request, empty, is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("standings.define")
def edit(request: StaffRequest, key: str) -> HttpResponse:
    return _edit(request, house.definition_of(house.house_definitions(), key), is_new=False)


@require_POST
@staff("standings.define")
def restore(request: StaffRequest) -> HttpResponse:
    number, expected = (whole_number(request.POST.get(name)) for name in ("number", "expected"))
    services.restore_definitions(number, expected=expected, by=request.acting)
    messages.success(request, _("已恢复。"))
    return redirect("standings:definitions")


def _edit(request: StaffRequest, held: Definition, *, is_new: bool) -> HttpResponse:
    """A POST shows what would change in the month before; with `save` it holds from then on."""
    newest = history(house.KIND, house.KEY).first()
    form = DefinitionForm(request.POST or None, held=held, number=newest.number if newest else 0)
    error: DomainError | None = None
    trial: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if "save" in request.POST:
                given = form.cleaned_data
                services.save_definition(
                    form.definition(), note=given["note"], expected=given["expected"], by=request.acting
                )
                messages.success(request, _("已保存。"))
                return redirect("standings:definitions")
            house.check(form.definition())
            trial = _trial(request, held, form.definition())
        except DomainError as refusal:
            error = refusal
    context = {
        "form": form,
        "held": held,
        "is_new": is_new,
        "along": held.along.label,
        "error": error,
        "trial": trial,
        "month": _month_before().label,
    }
    status = error.status if error else (400 if form.errors else 200)
    return render(request, "standings/edit.html", context, status=status)


def _new_key(told: str) -> str:
    """The one that the form carries, so that sending it twice makes one; anything else is none of ours."""
    return told if NEW_KEY.fullmatch(told) else uuid4().hex[:KEY_CHARACTERS]


def _trial(request: StaffRequest, held: Definition, given: Definition) -> list[dict[str, Any]]:
    """Each row of the month before, as it stands and as it would stand."""
    at, month = clock.now(), _month_before()
    before = {}
    if held.indicators:
        before = groups_told(selectors.standing(held, month, at=at, acting=request.acting))
    after = selectors.standing(replace(given, key=held.key), month, at=at, acting=request.acting)
    return [
        {
            "group": group.name,
            "name": row.name,
            "before": points_text(before[row.id].score.points) if row.id in before else "",
            "after": points_text(row.score.points),
            "place_before": before[row.id].place if row.id in before else None,
            "place": row.place,
        }
        for group in after
        for row in group.rows
    ]


def _month_before() -> Period:
    return Period.parse(f"{clock.local(clock.now()):%Y-%m}").previous()
