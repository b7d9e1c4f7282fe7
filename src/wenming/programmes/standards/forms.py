"""The forms: who answers at one point, what a type of problem says, and from which day a version holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import DEPARTMENTS, TERRITORIES, UnitKind
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import units
from wenming.kernel import calendar, clock
from wenming.kernel.regions import RegionLevel, cut
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.standards.enums import LimitUnit, TypeKind
from wenming.programmes.standards.models import Responsibility
from wenming.programmes.standards.services import TypeValues

CHOICES_MAX = 1_500


class AssignForm(forms.Form):
    territory = forms.TypedChoiceField(label=_("属地单位"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("主管部门"), required=False, coerce=int, empty_value=None)
    reason = forms.CharField(
        label=_("依据"),
        max_length=300,
        help_text=_("哪次会议、哪份文件，或者现场核对的情况"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, acting: Acting, present: Responsibility | None) -> None:
        initial = {
            "territory": present.territory_id if present else None,
            "department": present.department_id if present else None,
            "seen": present.pk if present else 0,
        }
        super().__init__(data, initial=initial)
        rows = list(units().filter(kind__in=(*TERRITORIES, *DEPARTMENTS))[:CHOICES_MAX])
        self._units = {unit.pk: unit for unit in rows}
        territories = [unit for unit in rows if UnitKind(unit.kind) in TERRITORIES and _is_within(acting, unit)]
        departments = [unit for unit in rows if UnitKind(unit.kind) in DEPARTMENTS]
        for name, offered in (("territory", territories), ("department", departments)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("按规则")), *((unit.pk, unit.name) for unit in offered)]

    def unit(self, name: str) -> Unit | None:
        pk = self.cleaned_data[name]
        return self._units[pk] if pk is not None else None


def _is_within(acting: Acting, unit: Unit) -> bool:
    """A county puts its own streets and towns in charge, not its neighbour's."""
    if acting.scope.column != "county_code":
        return True
    return unit.region_code is not None and cut(unit.region_code, RegionLevel.COUNTY) == acting.scope.value


class PublishForm(forms.Form):
    effective_on = forms.DateField(
        label=_("从哪天起用"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"effective_on": clock.local(clock.now()).date()}, auto_id="id_publish_%s")


class TypeForm(PlainForm):
    """What the office words itself of a type; `seen` is what the person looked at."""

    name = forms.CharField(label=_("小类"), max_length=40)
    filing_condition = forms.CharField(
        label=_("立案条件"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("什么情形才登记")
    )
    limit_value = forms.IntegerField(label=_("处置时限"), min_value=1, max_value=calendar.LIMIT_VALUE_MAX)
    limit_unit = forms.ChoiceField(label=_("时限单位"), choices=LimitUnit.choices)
    close_condition = forms.CharField(
        label=_("结案条件"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("做到什么样才结案")
    )
    lead_name = forms.CharField(
        label=_("责任单位"),
        max_length=100,
        required=False,
        help_text=_("写单位的名称或编码，派遣时就默认提议它；由街道乡镇自己办的，写“属地街道”"),
        widget=forms.TextInput(attrs={"list": "type-leads", "autocomplete": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def leads(self) -> list[str]:
        """The names to choose from: the departments in use."""
        rows = units().filter(kind__in=DEPARTMENTS).order_by("name")
        return list(rows.values_list("name", flat=True)[:CHOICES_MAX])

    def values(self) -> TypeValues:
        given = self.cleaned_data
        return TypeValues(
            name=given["name"],
            filing_condition=given["filing_condition"],
            limit_value=given["limit_value"],
            limit_unit=LimitUnit(given["limit_unit"]),
            close_condition=given["close_condition"],
            lead_name=given["lead_name"],
        )


class NewTypeForm(TypeForm):
    category = forms.TypedChoiceField(label=_("大类"), coerce=int)
    field_order = ("category",)

    def __init__(self, data: Any, *, categories: list[tuple[TypeKind, str, str]]) -> None:
        super().__init__(data)
        self._categories = categories
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (number, f"{kind.label} · {code} {name}") for number, (kind, code, name) in enumerate(categories)
        ]

    def chosen(self) -> tuple[TypeKind, str, str]:
        number: int = self.cleaned_data["category"]
        return self._categories[number]
