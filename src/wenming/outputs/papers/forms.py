"""What a person writes in a draft, and what an office sets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period
from wenming.kernel.ui.forms import PlainForm
from wenming.outputs.papers.enums import OF_PERIODS, Urgency
from wenming.outputs.papers.models import TEXT_CHARACTERS_MAX, Paper, PaperSettings, PaperTemplate
from wenming.outputs.papers.services import PaperTexts


class TextsForm(PlainForm):
    title = forms.CharField(label=_("标题"), max_length=100, required=False)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices)
    due_on = forms.DateField(
        label=_("整改时限"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cc = forms.CharField(label=_("抄送"), max_length=100, required=False)
    intro = forms.CharField(
        label=_("开头一段"),
        max_length=TEXT_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea,
        help_text=_("不写就由系统按数据写。写了就照您写的印，数字请自己核对。"),
    )
    next_steps = forms.CharField(
        label=_("下一步要求"), max_length=TEXT_CHARACTERS_MAX, required=False, widget=forms.Textarea
    )

    def texts(self) -> PaperTexts:
        return PaperTexts(**self.cleaned_data)


class PeriodForm(PlainForm):
    kind = forms.ChoiceField(label=_("种类"), choices=[(kind.value, kind.label) for kind in OF_PERIODS])
    period = forms.CharField(
        label=_("期间"), max_length=20, help_text=_("一周写 2024-W09，一月写 2024-03，一季度写 2024-Q1。")
    )

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"])
        except DomainError as error:
            raise ValidationError(str(error)) from error


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter when it runs
    class Meta:
        model = PaperSettings
        fields = (
            "issuer", "masthead", "contact", "phone", "order_prefix", "reminder_prefix", "supervision_prefix",
            "circular_counting", "rate_decimals", "ranked_from", "overdue_colour", "reply_days", "is_weekly_drafted",
            "is_monthly_drafted",
        )  # fmt: skip
        labels = {
            "issuer": _("发文单位"),
            "masthead": _("通报刊头"),
            "contact": _("联系人"),
            "phone": _("联系电话"),
            "order_prefix": _("交办单字头"),
            "reminder_prefix": _("催办函字头"),
            "supervision_prefix": _("督办单字头"),
            "circular_counting": _("通报期号"),
            "rate_decimals": _("百分比的小数位"),
            "ranked_from": _("参加排名的最少问题数"),
            "overdue_colour": _("超期的颜色名"),
            "reply_days": _("反馈时限（工作日）"),
            "is_weekly_drafted": _("每周自动起草上周的通报和清单"),
            "is_monthly_drafted": _("每月自动起草上月的通报和清单"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("rate_decimals", 4), ("ranked_from", 1000), ("reply_days", 90)):
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, min_value=0 if name != "reply_days" else 1, max_value=most
            )


class TemplateForm(PlainForm):
    file = forms.FileField(label=_("Word 模板"))
    note = forms.CharField(label=_("改了什么"), max_length=200, required=False)
    paper = forms.ChoiceField(label=_("用哪一份试填"), required=False)

    def __init__(self, *args: Any, papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [("", _("系统的样例")), *_named(papers)]  # type: ignore[attr-defined]  # a ChoiceField


class TryForm(PlainForm):
    """A version that is kept, with one of the office's own papers."""

    version = forms.TypedChoiceField(label=_("版本"), coerce=int)
    paper = forms.ChoiceField(label=_("用哪一份试填"))

    def __init__(self, *args: Any, versions: Sequence[PaperTemplate], papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [*((each.version, f"{each.version}　{each.note}") for each in versions), (0, _("0　系统自带"))]
        self.fields["version"].choices = numbers  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["paper"].choices = _named(papers)  # type: ignore[attr-defined]  # a ChoiceField


def _named(papers: Sequence[Paper]) -> list[tuple[str, str]]:
    """By number or as a draft, with whom it is for."""
    return [(str(each.public_id), "　".join(_words_of(each))) for each in papers]


def _words_of(paper: Paper) -> list[str]:
    words = [paper.number or gettext("草稿"), paper.title]
    return [*words, paper.unit.name] if paper.unit is not None else words


class WithdrawForm(PlainForm):
    reason = forms.CharField(label=_("撤回原因"), max_length=500)
