"""The forms that make a key and a subscription."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.outputs.exchange.enums import HookKind
from wenming.outputs.exchange.hooks import making
from wenming.outputs.exchange.hooks.addresses import URL_CHARS_MAX
from wenming.outputs.exchange.keys.making import DAYS_MAX, NAME_CHARS_MAX, PER_DAY_MAX, PER_MINUTE_MAX
from wenming.outputs.exchange.keys.rights import Right


class KeyForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=NAME_CHARS_MAX, help_text=_("写给谁用，例如“热线平台对接”。"))
    rights = forms.MultipleChoiceField(
        label=_("用途"), choices=Right.choices, widget=forms.CheckboxSelectMultiple, help_text=_("只选用得到的。")
    )
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=DAYS_MAX, initial=90)
    per_minute = forms.IntegerField(label=_("每分钟最多次数"), min_value=1, max_value=PER_MINUTE_MAX, initial=300)
    per_day = forms.IntegerField(label=_("每天最多次数"), min_value=1, max_value=PER_DAY_MAX, initial=20_000)


class HookForm(forms.Form):
    name = forms.CharField(
        label=_("名称"), max_length=making.NAME_CHARS_MAX, help_text=_("写给谁，例如“12345 热线平台”。")
    )
    url = forms.CharField(
        label=_("接收地址"),
        max_length=URL_CHARS_MAX,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("对方给的 https 地址。内网地址要请管理员先放行。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("推送哪些事"), choices=HookKind.choices, widget=forms.CheckboxSelectMultiple
    )
    region = forms.TypedChoiceField(label=_("区域"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, regions: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.TypedChoiceField)
        region.choices = [("", _("我的全部范围")), *regions]
