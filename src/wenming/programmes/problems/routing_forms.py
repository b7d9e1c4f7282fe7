"""The form of one routing rule."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.kernel.regions import RegionLevel
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Channel, Lead
from wenming.programmes.problems.forms import UnitChoices
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.rules import (
    CHOICES_MAX,
    HELPERS_MAX,
    NOTE_CHARS_MAX,
    RULES_MAX,
    WORD_CHARS_MAX,
    WORDS_MAX,
    Named,
    Rule,
)
from wenming.programmes.standards.errors import NoCatalogue

Choices = list[tuple[str, Any]]
CATEGORY: Final = "category:"
ANY_SIDE: Final = ""
WORDS_CHARS_MAX: Final = WORDS_MAX * (WORD_CHARS_MAX + 2)
LISTED: Final = ("types", "regions", "point_kinds", "helpers")


class RuleForm(PlainForm):
    """`put_rule` is told what this form says. What the rule named before and is no more on offer stays to choose."""

    types = forms.MultipleChoiceField(
        label=_("类型"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 9}),
        help_text=_("不选就是任何类型。"),
    )
    regions = forms.MultipleChoiceField(
        label=_("地区"), required=False, widget=forms.SelectMultiple(attrs={"size": 9}), help_text=_("不选就是全市。")
    )
    point_kinds = forms.MultipleChoiceField(
        label=_("点位类型"), required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    channels = forms.MultipleChoiceField(
        label=_("来源"), required=False, choices=Channel.choices, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    words = forms.CharField(
        label=_("文字里有"),
        required=False,
        max_length=WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个词，标题或者说明里有其中一个就算。"),
    )
    territory = forms.TypedChoiceField(label=_("属地"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("主管"), required=False, coerce=int, empty_value=None)
    side = forms.ChoiceField(
        label=_("谁牵头"),
        required=False,
        choices=[(ANY_SIDE, _("不改")), *Lead.choices],
        widget=forms.RadioSelect,
    )
    helpers = forms.TypedMultipleChoiceField(
        label=_("另请配合"), required=False, coerce=int, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    note = forms.CharField(
        label=_("依据"), required=False, max_length=NOTE_CHARS_MAX, help_text=_("例如会议纪要或者职责文件的文号。")
    )
    position = forms.IntegerField(
        label=_("排在第几"), min_value=1, max_value=RULES_MAX, help_text=_("从上往下看，第一条对得上的算数。")
    )
    draft = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, acting: Acting, rule: Rule | None, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={**(_initial(rule) if rule else {}), **initial})
        units = UnitChoices(Problem())
        self._region_names: dict[str, str] = {}
        self._type_names: dict[str, str] = {}
        self._offer("types", self._types(rule))
        self._offer("regions", self._regions(rule))
        kinds = dict.fromkeys([*places.point_types(acting), *(rule.point_kinds if rule else ())])
        self._offer("point_kinds", [(kind, kind) for kind in kinds])
        self._offer("territory", [("", _("按点位和位置")), *units.territories])
        self._offer("department", [("", _("按点位和类型")), *units.departments])
        self._offer("helpers", [*units.territories, *units.departments])

    def _offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField))
        field.choices = choices

    def _types(self, rule: Rule | None) -> Choices:
        try:
            on_offer = selectors.types_on_offer()
        except NoCatalogue:
            on_offer = {}
        self._type_names = {each.code: each.name for each in rule.types} if rule else {}
        grouped: dict[str, list[tuple[str, str]]] = {each: [] for each in (rule.categories if rule else ())}
        left = {code: name for code, name in self._type_names.items() if code not in on_offer}
        for code, kind in on_offer.items():
            self._type_names[code] = kind.name
            grouped.setdefault(kind.category, []).append((code, f"{code} {kind.name}"))
        choices: Choices = [
            (category, [(CATEGORY + category, gettext("整个“{category}”").format(category=category)), *types])
            for category, types in grouped.items()
        ]
        return [*choices, (gettext("不在现行目录里"), list(left.items()))] if left else choices

    def _regions(self, rule: Rule | None) -> Choices:
        """Counties with their towns; cities stand above both and are no condition."""
        self._region_names = {each.code: each.name for each in rule.regions} if rule else {}
        left = dict(self._region_names)
        choices: Choices = []
        for county in _counties(places.region_tree()):
            options = [(str(county.code), county.name), *((str(town.code), town.name) for town in county.children)]
            self._region_names.update(options)
            for code, _name in options:
                left.pop(code, None)
            choices.append((county.name, options))
        return [*choices, (gettext("不在现行区划里"), list(left.items()))] if left else choices

    def clean_words(self) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()))
        if len(words) > WORDS_MAX or any(len(word) > WORD_CHARS_MAX for word in words):
            text = gettext("最多 {most} 个词，每个最多 {chars} 个字。").format(most=WORDS_MAX, chars=WORD_CHARS_MAX)
            raise ValidationError(text)
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in LISTED:
            most = HELPERS_MAX if name == "helpers" else CHOICES_MAX
            if len(given.get(name) or ()) > most:
                self.add_error(name, gettext("最多选 {most} 个。").format(most=most))
        if not self.errors and not self.rule("").proposes:
            self.add_error("side", gettext("请至少写明属地、主管、谁牵头、配合单位中的一样。"))
        return given

    def rule(self, key: str, *, is_on: bool = True) -> Rule:
        given = self.cleaned_data
        types = [each for each in given["types"] if not each.startswith(CATEGORY)]
        return Rule(
            key=key,
            is_on=is_on,
            note=given["note"],
            types=tuple(Named(code, self._type_names[code]) for code in types),
            categories=tuple(each[len(CATEGORY) :] for each in given["types"] if each.startswith(CATEGORY)),
            regions=tuple(Named(code, self._region_names[code]) for code in given["regions"]),
            point_kinds=tuple(given["point_kinds"]),
            channels=tuple(Channel(each) for each in given["channels"]),
            words=given["words"],
            territory_id=given["territory"],
            department_id=given["department"],
            side=Lead(given["side"]) if given["side"] else None,
            helper_ids=tuple(given["helpers"]),
        )


def _counties(nodes: Iterable[places.RegionNode]) -> list[places.RegionNode]:
    found = []
    for node in nodes:
        found += [node] if node.level == RegionLevel.COUNTY else _counties(node.children)
    return found


def _initial(rule: Rule) -> dict[str, Any]:
    return {
        "types": [*(CATEGORY + each for each in rule.categories), *(each.code for each in rule.types)],
        "regions": [each.code for each in rule.regions],
        "point_kinds": list(rule.point_kinds),
        "channels": [each.value for each in rule.channels],
        "words": "\n".join(rule.words),
        "territory": rule.territory_id,
        "department": rule.department_id,
        "side": rule.side or ANY_SIDE,
        "helpers": list(rule.helper_ids),
        "note": rule.note,
    }
