"""One rule: under which conditions it holds, what it then proposes, and both in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from wenming.kernel.regions import RegionLevel, level_of
from wenming.programmes.problems.enums import Channel, Lead
from wenming.programmes.problems.models import Problem

RULES_MAX: Final = 200
WORDS_MAX: Final = 20
WORD_CHARS_MAX: Final = 20
CHOICES_MAX: Final = 100
HELPERS_MAX: Final = 10
NOTE_CHARS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Named:
    """A code with the name that it had when the rule was written, so that a rule reads the same years later."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Every condition that is given must hold; of what one condition lists, one is enough. Without any it always holds.

    `types` and `categories` are one condition. `territory_id`, `department_id` and `side` are None where the rule
    leaves them to the register, the position and the catalogue.
    """

    key: str
    is_on: bool = True
    note: str = ""
    types: tuple[Named, ...] = ()
    categories: tuple[str, ...] = ()
    regions: tuple[Named, ...] = ()
    point_kinds: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    words: tuple[str, ...] = ()
    territory_id: int | None = None
    department_id: int | None = None
    side: Lead | None = None
    helper_ids: tuple[int, ...] = ()

    @property
    def unit_ids(self) -> tuple[int, ...]:
        named = (self.territory_id, self.department_id, *self.helper_ids)
        return tuple(unit for unit in named if unit is not None)

    @property
    def proposes(self) -> bool:
        return bool(self.unit_ids) or self.side is not None

    def as_body(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> "Rule":
        return cls(
            key=body["key"],
            is_on=body["is_on"],
            note=body["note"],
            types=tuple(Named(**each) for each in body["types"]),
            categories=tuple(body["categories"]),
            regions=tuple(Named(**each) for each in body["regions"]),
            point_kinds=tuple(body["point_kinds"]),
            channels=tuple(Channel(each) for each in body["channels"]),
            words=tuple(body["words"]),
            territory_id=body["territory_id"],
            department_id=body["department_id"],
            side=Lead(body["side"]) if body["side"] else None,
            helper_ids=tuple(body["helper_ids"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule looks at, and what the register and the catalogue say without any rule."""

    type_code: str
    category: str
    region_codes: frozenset[str]
    point_kind: str
    channel: str
    text: str
    type_name: str = ""
    town_code: int | None = None
    type_lead_id: int | None = None
    point_territory_id: int | None = None
    point_department_id: int | None = None

    @classmethod
    def of(cls, problem: Problem) -> "Case":
        """Expects `type` and `point` to be loaded."""
        codes = (problem.city_code, problem.county_code, problem.town_code, problem.village_code)
        point, kind = problem.point, problem.type
        return cls(
            type_code=problem.type_code,
            category=problem.category_name,
            region_codes=frozenset(str(code) for code in codes if code is not None),
            point_kind=point.type_key if point is not None else "",
            channel=problem.channel,
            text=f"{problem.title}\n{problem.description}".casefold(),
            type_name=problem.type_name,
            town_code=problem.town_code,
            type_lead_id=kind.lead_id if kind is not None else None,
            point_territory_id=point.territory_id if point is not None else None,
            point_department_id=point.department_id if point is not None else None,
        )


class Matcher:
    """A rule made ready for many cases."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._types = frozenset(each.code for each in rule.types)
        self._categories = frozenset(rule.categories)
        self._regions = frozenset(each.code for each in rule.regions)
        self._kinds = frozenset(rule.point_kinds)
        self._channels = frozenset(each.value for each in rule.channels)
        self.words = frozenset(word.casefold() for word in rule.words)

    def holds(self, case: Case, found: Collection[str]) -> bool:
        """`found` are the words of any rule that the case's text has."""
        is_any_type = not self._types and not self._categories
        return (
            (is_any_type or case.type_code in self._types or case.category in self._categories)
            and (not self._regions or not self._regions.isdisjoint(case.region_codes))
            and (not self._kinds or case.point_kind in self._kinds)
            and (not self._channels or case.channel in self._channels)
            and (not self.words or not self.words.isdisjoint(found))
        )


class WordIndex:
    """All words of all rules by their first character, so that a text is searched once and only for what it may have."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for word in words:
            self._by_first.setdefault(word[0], []).append(word)

    def found_in(self, text: str) -> frozenset[str]:
        firsts = self._by_first.keys() & set(text)
        return frozenset(word for first in firsts for word in self._by_first[first] if word in text)


def conditions_in_words(rule: Rule) -> str:
    """类型=占道经营 且 县区=历下区."""
    parts = []
    types = [*rule.categories, *(each.name for each in rule.types)]
    if types:
        parts.append(_("类型={names}").format(names=_joined(types)))
    if rule.regions:
        names = _joined([each.name for each in rule.regions])
        parts.append(_("{level}={names}").format(level=_level_word(rule.regions), names=names))
    if rule.point_kinds:
        parts.append(_("点位类型={names}").format(names=_joined(rule.point_kinds)))
    if rule.channels:
        parts.append(_("来源={names}").format(names=_joined([str(each.label) for each in rule.channels])))
    if rule.words:
        parts.append(_("文字有“{words}”").format(words=_("”或“").join(rule.words)))
    return _(" 且 ").join(parts) or _("任何问题")


def reason(number: int, rule: Rule) -> str:
    return _("规则 {n}：{conditions}").format(n=number, conditions=conditions_in_words(rule))


def result_in_words(rule: Rule, names: Mapping[int, str]) -> str:
    """`names` holds the units in use by primary key."""
    gone = _("（已停用的单位）")
    parts = []
    if rule.territory_id is not None:
        parts.append(_("属地：{name}").format(name=names.get(rule.territory_id, gone)))
    if rule.department_id is not None:
        parts.append(_("主管：{name}").format(name=names.get(rule.department_id, gone)))
    if rule.side is not None:
        parts.append(str(rule.side.label))
    if rule.helper_ids:
        helpers = _joined([names.get(unit, gone) for unit in rule.helper_ids])
        parts.append(_("配合：{names}").format(names=helpers))
    return _("；").join(parts)


def _joined(names: Sequence[str]) -> str:
    return _("、").join(names)


def _level_word(regions: Sequence[Named]) -> str:
    levels = {level_of(int(each.code)) for each in regions}
    if levels == {RegionLevel.COUNTY}:
        return _("县区")
    return _("乡镇街道") if levels == {RegionLevel.TOWN} else _("地区")
