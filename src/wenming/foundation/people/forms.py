"""The forms of signing in, of one's own account, and of those who administer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import selectors
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Grant, Unit
from wenming.kernel import clock
from wenming.kernel.ui.forms import PlainForm


def _password(label: Any, kind: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, max_length=200, strip=False, widget=widget, **more)


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = _password(_("密码"), "current-password")


class CodeForm(PlainForm):
    code = forms.CharField(
        label=_("验证码"),
        max_length=40,
        help_text=_("验证器上的 6 位数字，或者一个没用过的恢复码"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class PasswordForm(PlainForm):
    current = _password(_("现在的密码"), "current-password")
    new = _password(_("新密码"), "new-password", help_text=_("至少 10 位，不能是常见密码，不能和姓名、用户名相近"))
    again = _password(_("再写一遍新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两遍写的不一样。"))
        return cleaned


class PersonForm(PlainForm):
    name = forms.CharField(label=_("姓名"), max_length=60)


class NewPersonForm(PersonForm):
    username = forms.CharField(label=_("用户名"), max_length=60, help_text=_("登录时用，定了不能改"))
    field_order = ("username", "name")


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Units in use, by code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), empty_label=_("不选"), **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.code}）"


class GrantForm(PlainForm):
    role = forms.ChoiceField(label=_("岗位"), choices=[("", _("不选")), *Role.choices])
    unit = UnitChoice(label=_("单位"))
    region = forms.RegexField(
        r"^\d{12}$",
        label=_("范围（12 位区划代码）"),
        required=False,
        help_text=_("留空就是这个单位所在的地方"),
        error_messages={"invalid": _("请写 12 位区划代码，或者留空。")},
    )
    ends_on = forms.DateField(
        label=_("最后一天"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("留空就是一直有效"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = selectors.units()  # type: ignore[attr-defined]


class UnitForm(PlainForm):
    code = forms.CharField(label=_("编码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类型"), choices=UnitKind.choices)
    parent = UnitChoice(label=_("上级单位"), required=False)
    region = forms.RegexField(
        r"^\d{12}$",
        label=_("所在区划代码"),
        required=False,
        error_messages={"invalid": _("请写 12 位区划代码，或者留空。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = selectors.units()  # type: ignore[attr-defined]


class UnitEditForm(PlainForm):
    name = forms.CharField(label=_("名称"), max_length=100)
    parent = UnitChoice(label=_("上级单位"), required=False)
    also = forms.CharField(
        label=_("再加一个简称或曾用名"), max_length=100, required=False, help_text=_("导入旧表格时凭它认出这个单位")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = selectors.units()  # type: ignore[attr-defined]


class GroupForm(PlainForm):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("分组名"), max_length=40)
    units = forms.CharField(
        label=_("单位"), max_length=8000, widget=forms.Textarea, help_text=_("一行一个，写单位名称或编码。")
    )


class MergeForm(PlainForm):
    into = UnitChoice(label=_("并入哪个单位"))
    on = forms.DateField(
        label=_("合并日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("机构改革文件上的日子，不晚于今天"),
    )
    note = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("哪份文件、哪次会议"))

    def __init__(self, data: Any, *, unit: Unit) -> None:
        super().__init__(data, initial={"on": clock.local(clock.now()).date()})
        self.fields["into"].queryset = selectors.units().exclude(pk=unit.pk)  # type: ignore[attr-defined]


class MoveGrantsForm(forms.Form):
    grants = forms.MultipleChoiceField()

    def __init__(self, data: Any, *, grants: Iterable[Grant]) -> None:
        super().__init__(data)
        field = self.fields["grants"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(grant.pk), grant.user.name) for grant in grants]
