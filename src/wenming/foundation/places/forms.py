"""The form of a point."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import DEPARTMENTS, UnitKind
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import units
from wenming.foundation.places import selectors
from wenming.foundation.places.errors import PositionNotBelieved
from wenming.foundation.places.models import Point
from wenming.foundation.places.services import PointDraft, PointEdit
from wenming.kernel.regions import RegionLevel, cut, level_of

CHOICES_MAX = 1_000
GROUND_UNITS = (UnitKind.STREET, UnitKind.TOWN)


class PointForm(forms.Form):
    name = forms.CharField(
        label=_("名称"),
        max_length=100,
        help_text=_("现场的人一看就知道在哪里，例如“人民路与建设路口”"),
        error_messages={"required": _("请写点位名称，例如“人民路与建设路口”。")},
    )
    code = forms.CharField(label=_("编码"), max_length=40, required=False, help_text=_("留空由系统编号"), strip=True)
    type_key = forms.CharField(label=_("点位类型"), max_length=60, required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    region = forms.TypedChoiceField(
        label=_("所在乡镇（街道）"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("不选就按地图上的位置判断"),
    )
    territory = forms.TypedChoiceField(label=_("属地单位"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("主管单位"), required=False, coerce=int, empty_value=None)
    is_retired = forms.BooleanField(label=_("停用这个点位"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, acting: Acting, types: Iterable[str], point: Point | None = None) -> None:
        super().__init__(data, initial=_initial(point) if point else None)
        self.point = point
        self.types = tuple(types)
        self.fields["type_key"].widget.attrs["list"] = "point-types"
        _choose(self.fields["region"], _town_choices(acting, point))
        territories, departments = _unit_choices(point)
        _choose(self.fields["territory"], territories)
        _choose(self.fields["department"], departments)
        for name in ("code",) if point else ("is_retired", "version"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lat, lon = cleaned.get("lat"), cleaned.get("lon")
        if self.errors.keys() & {"lat", "lon"}:
            return cleaned
        if (lat is None) != (lon is None):
            self.add_error("lat", _("经度和纬度要一起填，或者都不填。"))
        elif lat is not None:
            fault = selectors.place_fault(lat, lon)
            if fault is not None:
                self.add_error("lat", str(PositionNotBelieved(fault=fault.label)))
        return cleaned

    def region_code(self) -> int | None:
        """What was chosen, or something deeper in it that the position lies in; the position alone where nothing was."""
        chosen: int | None = self.cleaned_data["region"]
        located = selectors.locate(self.cleaned_data["lat"], self.cleaned_data["lon"])
        if chosen is None or (located is not None and cut(located, level_of(chosen)) == chosen):
            return located
        return chosen

    def draft(self, region_code: int | None) -> PointDraft:
        return PointDraft(code=self.cleaned_data["code"], region_code=region_code, **self._common())

    def edit(self, region_code: int | None) -> PointEdit:
        is_active = not self.cleaned_data["is_retired"]
        return PointEdit(region_code=region_code, is_active=is_active, **self._common())

    def _common(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        plain = {name: cleaned[name] for name in ("name", "type_key", "address", "lat", "lon")}
        return plain | {"territory_id": cleaned["territory"], "department_id": cleaned["department"]}


def _choose(field: forms.Field, choices: list[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("不选")), *choices]


def _initial(point: Point) -> dict[str, Any]:
    names = ("name", "type_key", "address", "lat", "lon", "version")
    return {name: getattr(point, name) for name in names} | {
        "region": point.town_code,
        "territory": point.territory_id,
        "department": point.department_id,
        "is_retired": not point.is_active,
    }


def _town_choices(acting: Acting, point: Point | None) -> list[tuple[Any, Any]]:
    """Towns of the session's reach, in groups by county."""
    tree = selectors.region_tree(RegionLevel.TOWN)
    scope = acting.scope
    groups: list[tuple[Any, Any]] = []
    for county in (child for top in tree for child in top.children):
        if scope.column == "county_code" and scope.value != county.code:
            continue
        groups.append((county.name, [(town.code, town.name) for town in county.children]))
    known = {code for _name, towns in groups for code, _town in towns}
    if point is not None and point.town_code is not None and point.town_code not in known:
        groups.append((_("现在的"), [(point.town_code, str(point.town_code))]))
    return groups


def _unit_choices(point: Point | None) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    kinds = (*GROUND_UNITS, *DEPARTMENTS)
    rows = list(units().filter(kind__in=kinds)[:CHOICES_MAX])
    territories = _with([unit for unit in rows if unit.kind in GROUND_UNITS], point.territory if point else None)
    departments = _with([unit for unit in rows if unit.kind in DEPARTMENTS], point.department if point else None)
    return [(unit.pk, unit.name) for unit in territories], [(unit.pk, unit.name) for unit in departments]


def _with(rows: list[Unit], present: Unit | None) -> list[Unit]:
    """What is set now stays on offer, also where the unit is of another kind or closed."""
    return rows if present is None or present in rows else [*rows, present]
