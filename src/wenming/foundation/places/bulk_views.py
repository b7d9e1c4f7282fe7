"""Changing many points in one request, seeing first what it does, and taking it or one point's change back."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import DEPARTMENTS
from wenming.foundation.people.selectors import names_of, units
from wenming.foundation.places import selectors, services
from wenming.foundation.places.errors import PointChangedMeanwhile
from wenming.foundation.places.models import Point, PointChange
from wenming.foundation.places.services import PointChanges
from wenming.kernel.ui.query import whole_number

CHOICES_MAX: Final = 1_000
SHOWN_MAX: Final = 100
KEEP, RETIRE, REOPEN = "", "retire", "reopen"
FIELD_LABELS: Final = {
    "name": gettext_lazy("名称"),
    "type_key": gettext_lazy("点位类型"),
    "address": gettext_lazy("地址"),
    "lat": gettext_lazy("纬度"),
    "lon": gettext_lazy("经度"),
    "region_code": gettext_lazy("所在区划"),
    "territory_id": gettext_lazy("属地单位"),
    "department_id": gettext_lazy("主管单位"),
    "is_active": gettext_lazy("在用"),
}


class BulkForm(forms.Form):
    """What is left empty stays as each point has it."""

    type_key = forms.CharField(label=gettext_lazy("点位类型"), max_length=60, required=False)
    department = forms.TypedChoiceField(label=gettext_lazy("主管单位"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=gettext_lazy("停用或恢复"),
        required=False,
        choices=[
            (KEEP, gettext_lazy("不改")),
            (RETIRE, gettext_lazy("停用这些点位")),
            (REOPEN, gettext_lazy("恢复使用")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["type_key"].widget.attrs["list"] = "point-types"
        offered = units().filter(kind__in=DEPARTMENTS).values_list("pk", "name")[:CHOICES_MAX]
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("不改")), *offered]

    def changes(self) -> PointChanges:
        given = self.cleaned_data
        return PointChanges(
            type_key=given["type_key"].strip() or None,
            department_id=given["department"],
            is_active={RETIRE: False, REOPEN: True}.get(given["state"]),
        )


@require_POST
@staff("places.change_point")
def bulk(request: StaffRequest) -> HttpResponse:
    """First the form, then with `preview` how many would change, then with `save` the change and its one result."""
    acting, chosen = request.acting, _chosen(request)
    is_answer = "preview" in request.POST or "save" in request.POST
    form = BulkForm(request.POST if is_answer else None)
    would_change: int | None = None
    if is_answer and form.is_valid():
        changes = form.changes()
        if "save" in request.POST:
            made = services.change_points([point.pk for point in chosen], changes, by=acting.actor)
            context = {"made": made, "unchanged": len(chosen) - len(made), "shown": made[:SHOWN_MAX]}
            return render(request, "places/bulk_done.html", context)
        values = changes.values()
        would_change = sum(any(getattr(point, name) != value for name, value in values.items()) for point in chosen)
    context = {
        "form": form,
        "chosen": chosen,
        "shown": chosen[:SHOWN_MAX],
        "would_change": would_change,
        "types": selectors.point_types(acting),
    }
    return render(request, "places/bulk.html", context, status=400 if is_answer and not form.is_valid() else 200)


@require_POST
@staff("places.change_point")
def undo_bulk(request: StaffRequest) -> HttpResponse:
    """Takes back what the result page lists (`made`: "id:version"), but for points that changed since."""
    asked = dict(_pair(text) for text in request.POST.getlist("made")[: services.POINTS_MAX] if ":" in text)
    points = _visible(request.acting, list(asked))
    wanted = {point.pk: (asked[str(point.public_id)], asked[str(point.public_id)] - 1) for point in points}
    done = services.restore_points(wanted, within=request.acting.scope, by=request.acting.actor)
    text = _("已撤回 {n} 个点位的改动。").format(n=len(done.points))
    if done.skipped:
        text += _("另有 {n} 个同事后来改过，没有动。").format(n=len(done.skipped))
    messages.success(request, text)
    return redirect("places:points")


@require_POST
@staff("places.change_point")
def restore(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One point as it was in version `number`. Raises UnknownPoint, PointChangedMeanwhile, PointOutOfReach."""
    acting = request.acting
    point = selectors.point_for(acting, public_id)
    permissions.require(acting, "places.change_point", point)
    wanted = {point.pk: (whole_number(request.POST.get("expected")), whole_number(request.POST.get("number")))}
    if services.restore_points(wanted, within=acting.scope, by=acting.actor).skipped:
        raise PointChangedMeanwhile(name=point.name)
    messages.success(request, _("已恢复点位“{name}”。").format(name=point.name))
    return redirect("places:change", public_id=public_id)


def history_of(point: Point) -> list[dict[str, Any]]:
    """The versions of a point, the newest first, each with what it changed; two statements."""
    rows = selectors.point_history(point)
    numbers = {
        state[name]
        for row in rows
        for state in (row.before or {}, row.after)
        for name in ("territory_id", "department_id")
        if state.get(name) is not None
    }
    names = names_of(numbers | {row.unit_id for row in rows if row.unit_id is not None})
    return [{"row": row, "unit": names.get(row.unit_id or 0, ""), "changes": _changes(row, names)} for row in rows]


def _changes(row: PointChange, names: dict[int, str]) -> list[tuple[Any, str, str]]:
    before = row.before or {}
    return [
        (label, _shown(name, before.get(name), names), _shown(name, row.after.get(name), names))
        for name, label in FIELD_LABELS.items()
        if row.before is not None and before.get(name) != row.after.get(name)
    ]


def _shown(name: str, value: Any, names: dict[int, str]) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return names.get(value, str(value)) if name.endswith("_id") else str(value)


def _chosen(request: StaffRequest) -> list[Point]:
    return _visible(request.acting, request.POST.getlist("point")[: services.POINTS_MAX])


def _visible(acting: Acting, texts: list[str]) -> list[Point]:
    """Those of the named points that the session may change, in order of their codes."""
    wanted = [each for each in map(_uuid, texts) if each is not None]
    return list(selectors.points_for(acting).filter(public_id__in=wanted).order_by("code"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _pair(text: str) -> tuple[str, int]:
    name, _colon, version = text.partition(":")
    return name, whole_number(version)
