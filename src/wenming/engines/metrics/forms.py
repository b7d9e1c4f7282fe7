"""The form that declares a figure."""

import re
import unicodedata
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import named, numbers, registry
from wenming.engines.metrics.models import NOTE_CHARACTERS_MAX
from wenming.engines.metrics.named import NamedFigure
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period

_NUMBER: Final = re.compile(r"(?P<digits>\d{1,18}(\.\d{1,10})?)(?P<scale>万|亿)?(?P<percent>%)?", re.ASCII)
_SCALES: Final = {"": 1, "万": 10_000, "亿": 100_000_000}


class DeclareForm(forms.Form):
    key = forms.ChoiceField(label=gettext_lazy("指标"))
    period = forms.CharField(
        label=gettext_lazy("期间"),
        max_length=20,
        help_text=gettext_lazy("可以写 2024、2024-H1、2024-Q3、2024-03 或 2024-01..2024-09。"),
    )
    value = forms.CharField(
        label=gettext_lazy("数值"),
        max_length=30,
        help_text=gettext_lazy(
            "照来源文件写，例如 932000、93.2万、95.07%。“全部”“均为”这类说法，成立写 1，不成立写 0。"
        ),
    )
    source_file = forms.FileField(
        label=gettext_lazy("来源文件"), help_text=gettext_lazy("文件、截图的 PDF，或平台导出的表格。")
    )
    source_note = forms.CharField(
        label=gettext_lazy("来源说明"),
        max_length=NOTE_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("谁发布的、哪一天读取的、在文件的哪一处。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.key, _choice(each)) for each in declarable()]

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "value" in cleaned and "key" in cleaned:
            exact = read_value(cleaned["value"], named.find(cleaned["key"]))
            if exact is None:
                self.add_error("value", _("看不懂这个数值。请照来源写数字，例如 932000、93.2万 或 95.07%。"))
            else:
                cleaned["value"] = numbers.exact_text(exact)
        return cleaned


def declarable() -> list[NamedFigure]:
    return [each for each in named.figures() if each.is_declarable and not registry.has_metric(each.key)]


def read_value(text: str, figure: NamedFigure) -> Fraction | None:
    """What a person wrote, in the figure's unit. A rate is written in per cent, with or without the sign."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    found = _NUMBER.fullmatch(plain)
    if found is None or (found["percent"] and figure.unit != "%"):
        return None
    value = Fraction(found["digits"]) * _SCALES[found["scale"] or ""]
    if figure.is_universal and value not in (0, 1):
        return None
    return value / 100 if figure.unit == "%" else value


def _choice(figure: NamedFigure) -> str:
    return f"{figure.label}（{figure.unit}）" if figure.unit else figure.label
