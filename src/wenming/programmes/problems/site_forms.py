"""The forms of site visits: what to draw from, whom to send, what was found, why a batch goes back."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period
from wenming.kernel.regions import RegionLevel
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.problems import site_selectors
from wenming.programmes.problems.enums import SiteResult

NOTE_CHARS_MAX: Final = 500


class AnnounceForm(PlainForm):
    period = forms.CharField(
        label=_("审核通过的时间"), max_length=24, help_text=_("例如 2026-11、2026-Q4 或 2026-09..2026-11")
    )
    county = forms.TypedChoiceField(label=_("范围"), required=False, coerce=int, empty_value=None)
    size = forms.IntegerField(
        label=_("抽多少件"),
        min_value=1,
        max_value=site_selectors.VISITS_MAX,
        help_text=_("够的话每个单位至少一件，其余按各单位件数分"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"period": f"{clock.local(clock.now()):%Y-%m}", "size": 30})
        counties = places.regions().filter(level=RegionLevel.COUNTY).values_list("code", "name")
        field = self.fields["county"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("全市")), *counties[:100]]

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error


class DrawForm(PlainForm):
    inspectors = forms.TypedMultipleChoiceField(
        label=_("派谁去看"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("按相邻的街道、乡镇连片分给各人；不选也能抽，谁看到谁去"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["inspectors"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = site_selectors.inspectors()


class VisitForm(PlainForm):
    result = forms.ChoiceField(label=_("实地看到的"), choices=SiteResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=NOTE_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不合格要写看到了什么"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("result") == SiteResult.FAILED and not cleaned.get("note", "").strip():
            self.add_error("note", _("不合格要写看到了什么，例如“桶边仍有垃圾袋”。"))
        return cleaned


class ReturnBatchForm(PlainForm):
    reason = forms.CharField(label=_("退回原因"), max_length=NOTE_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    seen_count = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
