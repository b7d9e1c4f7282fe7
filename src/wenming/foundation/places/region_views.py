"""The table of divisions as the office keeps it: what lies below a region, its name, and what is no more."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import names_of
from wenming.foundation.places import selectors, services
from wenming.foundation.places.models import Point, Region
from wenming.foundation.places.services.divisions import ADDED, EDITED, KIND, NAME_CHARS_MAX, key_of
from wenming.foundation.revisions.selectors import history
from wenming.kernel import paging
from wenming.kernel.errors import DomainError
from wenming.kernel.regions import COLUMNS, RegionLevel, cut
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.query import whole_number

HISTORY_MAX: Final = 20
NOTE_CHARS_MAX: Final = 200
SAVE: Final = "save"


class RegionForm(PlainForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_CHARS_MAX)
    is_retired = forms.BooleanField(label=gettext_lazy("停用（已撤销）"), required=False)
    note = forms.CharField(
        label=gettext_lazy("依据"), max_length=NOTE_CHARS_MAX, help_text=gettext_lazy("批复的文号，或者哪次调整。")
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)


class AddForm(PlainForm):
    code = forms.RegexField(
        label=gettext_lazy("编码"),
        regex=r"^[1-9]\d{11}$",
        error_messages={"invalid": gettext_lazy("编码要 12 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_CHARS_MAX)


@require_safe
@staff("places.change_regions")
def regions(request: StaffRequest) -> HttpResponse:
    """The counties; each leads to what lies below it."""
    rows = selectors.regions().filter(level=RegionLevel.COUNTY)
    page = paging.page(rows, order=("code", "id"), cursor=request.GET.get("cursor"))
    return render(request, "places/regions.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff("places.change_regions")
def region(request: StaffRequest, code: int) -> HttpResponse:
    """A POST shows how far the change would reach; with `save` it holds. Raises UnknownRegion."""
    found = selectors.region(code)
    form = RegionForm(request.POST or None, initial=_initial(found))
    error: DomainError | None = None
    reach: dict[str, int] | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if SAVE in request.POST:
            try:
                services.change_region(code, **given, by=request.acting.actor)
                messages.success(request, _("已保存。已经印发的公文不变。"))
                return redirect("places:region", code)
            except DomainError as refusal:
                error = refusal
        else:
            reach = _reach(found)
    status = error.status if error else 400 if form.errors else 200
    return _page(request, found, form=form, error=error, reach=reach, status=status)


@require_POST
@staff("places.change_regions")
def add(request: StaffRequest, code: int) -> HttpResponse:
    """A region right below `code`."""
    found = selectors.region(code)
    form = AddForm(request.POST)
    error: DomainError | None = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = services.add_region(code, code=int(given["code"]), name=given["name"], by=request.acting.actor)
            messages.success(request, _("已加上“{name}”。").format(name=made.name))
            return redirect("places:region", code)
        except DomainError as refusal:
            error = refusal
    status = error.status if error else 400
    return _page(request, found, form=None, add_form=form, error=error, status=status)


@require_POST
@staff("places.change_regions")
def restore(request: StaffRequest, code: int) -> HttpResponse:
    number, expected = (whole_number(request.POST.get(name)) for name in ("number", "expected"))
    services.restore_region(code, number, expected=expected, by=request.acting.actor)
    messages.success(request, _("已恢复。"))
    return redirect("places:region", code)


def _page(
    request: StaffRequest,
    found: Region,
    *,
    form: RegionForm | None,
    add_form: AddForm | None = None,
    error: DomainError | None = None,
    reach: dict[str, int] | None = None,
    status: int = 200,
) -> HttpResponse:
    level = RegionLevel(found.level)
    rows = list(history(KIND, key_of(found))[:HISTORY_MAX])
    units = names_of(row.unit_id for row in rows if row.unit_id is not None)
    below = paging.page(
        selectors.children(found.code),
        order=("code", "id"),
        cursor=request.GET.get("cursor"),
        size=paging.PAGE_SIZE_MAX,
    )
    context = {
        "region": found,
        "form": form or RegionForm(None, initial=_initial(found)),
        "add_form": add_form or AddForm(None),
        "error": error,
        "reach": reach,
        "below": below,
        "is_edited": level in EDITED,
        "is_parent": level < RegionLevel.VILLAGE and RegionLevel(level + 1) in ADDED,
        "up": _up(found),
        "number": rows[0].number if rows else 0,
        "kept": [{"revision": row, "unit": units.get(row.unit_id or 0, "")} for row in rows],
    }
    return render(request, "places/region.html", context, status=status)


def _initial(found: Region) -> dict[str, Any]:
    newest = history(KIND, key_of(found)).values_list("number", flat=True).first()
    return {"name": found.name, "is_retired": found.is_retired, "expected": newest or 0}


def _reach(found: Region) -> dict[str, int]:
    """How many points and units lie there."""
    column = COLUMNS[RegionLevel(found.level)]
    return {
        "points": Point.objects.filter(**{column: found.code}, is_active=True).count(),
        "units": Unit.objects.filter(region_code=found.code, is_active=True).count(),
    }


def _up(found: Region) -> str:
    level = RegionLevel(found.level)
    if level <= RegionLevel.COUNTY:
        return reverse("places:regions")
    return reverse("places:region", args=[cut(found.code, RegionLevel(level - 1))])
