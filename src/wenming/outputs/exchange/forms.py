"""The form that makes a key."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
