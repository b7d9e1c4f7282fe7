"""The forms of dossiers: opening one, acting on one, and the chain."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.telling import ActForm
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import units
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.dossiers.chain import SIGNING_ROLES, STEP_NAME_CHARS_MAX, STEPS_MAX, Chain, ChainStep
from wenming.programmes.dossiers.enums import Action
from wenming.programmes.dossiers.models import ISSUE_CHARS_MAX, MEASURES_CHARS_MAX, SOURCE_CHARS_MAX
from wenming.programmes.dossiers.rules import HOUSE

UNITS_MAX: Final = 200
REASON_CHARS_MAX: Final = 500
NOTE_CHARS_MAX: Final = 200
ACT_FIELDS: Final[dict[Action, tuple[str, ...]]] = {
    Action.PLAN: ("measures",),
    Action.SUBMIT: ("result", "paper"),
    Action.RETURN: ("reason",),
    Action.VOID: ("reason",),
}


def house_units() -> list[Unit]:
    return list(units().filter(kind__in=HOUSE)[:UNITS_MAX])


class DossierForm(PlainForm):
    issue = forms.CharField(
        label=_("反馈的问题"),
        max_length=ISSUE_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("照反馈意见的原文写，一个问题一卷。"),
    )
    source = forms.CharField(
        label=_("哪次检查反馈的"), max_length=SOURCE_CHARS_MAX, help_text=_("例如“市委巡察第二轮反馈意见”")
    )
    owner = forms.TypedChoiceField(label=_("责任科室"), coerce=int)
    found_on = forms.DateField(label=_("反馈日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    due_on = forms.DateField(label=_("整改期限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, owners: list[Unit], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((unit.pk, unit.name) for unit in owners)]


class DossierActForm(ActForm):
    """Every field that some action asks for; `ACT_FIELDS` says which."""

    measures = forms.CharField(
        label=_("整改措施"), max_length=MEASURES_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    result = forms.CharField(
        label=_("整改结果"), max_length=MEASURES_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    paper = forms.FileField(label=_("佐证材料"), required=False, help_text=_("Word、Excel、PDF 或图片，一份。"))
    reason = forms.CharField(label=_("原因"), max_length=REASON_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def text(self) -> str:
        return str(self.cleaned_data.get("measures") or self.cleaned_data.get("result") or "")


class ChainForm(PlainForm):
    """Up to STEPS_MAX lines in order; an empty name is no step."""

    note = forms.CharField(label=_("依据"), max_length=NOTE_CHARS_MAX, help_text=_("哪次会议、哪份文件。"))
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, held: Chain, number: int, offered: list[Unit]) -> None:
        super().__init__(data, initial={"expected": number})
        roles = [(role.value, role.label) for role in SIGNING_ROLES]
        options = [("", _("不限单位")), *((unit.pk, unit.name) for unit in offered)]
        for index in range(STEPS_MAX):
            step = held[index] if index < len(held) else None
            label = _("第 {n} 步").format(n=index + 1)
            self.fields[f"name_{index}"] = forms.CharField(
                label=label,
                max_length=STEP_NAME_CHARS_MAX,
                required=index == 0,
                initial=step.name if step else "",
            )
            self.fields[f"role_{index}"] = forms.ChoiceField(
                label=_("岗位"), choices=roles, initial=step.role.value if step else roles[0][0]
            )
            self.fields[f"unit_{index}"] = forms.TypedChoiceField(
                label=_("单位"),
                choices=options,
                required=False,
                coerce=int,
                empty_value=None,
                initial=step.unit_id if step else None,
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"name_{i}"], self[f"role_{i}"], self[f"unit_{i}"]) for i in range(STEPS_MAX)]

    def chain(self) -> Chain:
        given = self.cleaned_data
        return tuple(
            ChainStep(given[f"name_{i}"], Role(given[f"role_{i}"]), given[f"unit_{i}"])
            for i in range(STEPS_MAX)
            if given[f"name_{i}"].strip()
        )
