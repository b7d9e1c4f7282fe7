"""One evaluation as a form: each rate that could count, with its share and its two marks."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import named
from wenming.engines.metrics.definitions import Metric
from wenming.kernel.ui.forms import PlainForm
from wenming.outputs.standings.definitions import (
    LEAST_MAX,
    NAME_CHARACTERS_MAX,
    WEIGHT_MAX,
    Definition,
    Indicator,
    indicators_along,
)
from wenming.outputs.standings.enums import Level

NOTE_CHARACTERS_MAX: Final = 200
HUNDRED: Final = 100
PERCENT_DECIMALS: Final = 2
PERCENT_DIGITS: Final = 5


class DefinitionForm(PlainForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_CHARACTERS_MAX)
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=Level.choices)
    least = forms.IntegerField(
        label=gettext_lazy("参加排名的最少件数"),
        min_value=0,
        max_value=LEAST_MAX,
        help_text=gettext_lazy("占分最多的那个指标，分母少于这个数的只列出，不排名。"),
    )
    is_active = forms.BooleanField(label=gettext_lazy("在用"), required=False)
    note = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=NOTE_CHARACTERS_MAX,
        help_text=gettext_lazy("哪次会议、哪份文件。"),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, held: Definition, number: int) -> None:
        initial = {
            "name": held.name,
            "level": held.level,
            "least": held.least,
            "is_active": held.is_active,
            "expected": number,
        }
        super().__init__(data, initial=initial)
        self.held = held
        self.metrics = indicators_along(held.along)
        known = {each.figure: each for each in held.indicators}
        for metric in self.metrics:
            self._add(metric, known.get(metric.key))

    def _add(self, metric: Metric, held: Indicator | None) -> None:
        label = named.find(metric.key).label
        self.fields[f"{metric.key}:weight"] = forms.IntegerField(
            label=_("{name}占的分").format(name=label),
            min_value=0,
            max_value=WEIGHT_MAX,
            required=False,
            initial=held.weight if held else None,
        )
        for part, words, mark in (
            ("full", _("{name}的满分线"), held.full if held else None),
            ("nought", _("{name}的零分线"), held.nought if held else None),
        ):
            self.fields[f"{metric.key}:{part}"] = forms.DecimalField(
                label=words.format(name=label),
                min_value=0,
                max_value=HUNDRED,
                decimal_places=PERCENT_DECIMALS,
                max_digits=PERCENT_DIGITS,
                required=False,
                initial=None if mark is None else percent_of(mark),
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"label": named.find(metric.key).label, "fields": [self[f"{metric.key}:{part}"] for part in PARTS]}
            for metric in self.metrics
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for metric in self.metrics:
            if cleaned.get(f"{metric.key}:weight"):
                for part in ("full", "nought"):
                    name = f"{metric.key}:{part}"
                    if name not in self.errors and cleaned.get(name) is None:
                        self.add_error(name, _("占了分的指标，两条线都要写。"))
        return cleaned

    def definition(self) -> Definition:
        """The heaviest first: what a place rests on."""
        given = self.cleaned_data
        indicators = [
            Indicator(
                metric.key,
                given[f"{metric.key}:weight"],
                Fraction(given[f"{metric.key}:full"]) / HUNDRED,
                Fraction(given[f"{metric.key}:nought"]) / HUNDRED,
            )
            for metric in self.metrics
            if given[f"{metric.key}:weight"]
        ]
        return Definition(
            key=self.held.key,
            name=given["name"],
            level=Level(given["level"]),
            along=self.held.along,
            least=given["least"],
            is_active=given["is_active"],
            indicators=tuple(sorted(indicators, key=lambda each: (-each.weight, each.figure))),
        )


# In the order of the columns.
PARTS: Final = ("weight", "nought", "full")


def percent_of(mark: Fraction) -> Decimal:
    """0.95 → 95, without noughts at its end."""
    value = Decimal(mark.numerator * HUNDRED) / Decimal(mark.denominator)
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
