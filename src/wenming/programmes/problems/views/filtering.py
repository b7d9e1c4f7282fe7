"""What the address of a list asks for: filters, tabs, chips and the order of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count as Number
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import maps
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.paging import COUNT_CAP, Count
from wenming.kernel.periods import Period
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.ui import query as queries
from wenming.kernel.ui.filters import Chip, chip
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import OPEN_STATES, Action, Channel, PendingRequest, State
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.selectors import ProblemFilters

OPEN: Final = "open"
EVERY: Final = "all"
BY_DUE: Final = "due"
BY_FOUND: Final = "found"
OPTIONS_MAX: Final = 60
REQUESTS: Final = (*PendingRequest.choices, (selectors.EXEMPTION, Action.ASK_EXEMPTION.label))
TAB_STATES: Final = (
    State.REPORTED,
    State.FILED,
    State.DISPATCHED,
    State.HANDLING,
    State.SUSPENDED,
    State.REPORTED_BACK,
    State.REVIEWED,
)
SORTS: Final[dict[str, Promise]] = {BY_DUE: gettext_lazy("时限近的在前"), BY_FOUND: gettext_lazy("新发现的在前")}

# Words that move with time, so that a list that is kept under a name is always of the month in which it is opened.
PERIODS: Final[dict[str, Promise]] = {
    "this-month": gettext_lazy("本月"),
    "last-month": gettext_lazy("上月"),
    "this-quarter": gettext_lazy("本季度"),
    "this-year": gettext_lazy("今年"),
    "last-year": gettext_lazy("去年"),
}

# Beside number, title and state, which a row is not known without.
COLUMNS: Final[dict[str, Promise]] = {
    "units": gettext_lazy("属地 / 主管"),
    "lead": gettext_lazy("牵头单位"),
    "found": gettext_lazy("发现时间"),
    "dispatched": gettext_lazy("派遣时间"),
    "due": gettext_lazy("时限"),
}
COLUMNS_SHOWN: Final = ("units", "due")


def filters_of(query: QueryDict) -> ProblemFilters:
    """Without a state in the address a list shows what is open."""
    filters = ProblemFilters.read(query)
    return filters if filters.state else replace(filters, state=OPEN)


def rows_of(acting: Acting, query: QueryDict) -> QuerySet[Problem]:
    """Raises BadPeriod and BadBox for an address that cannot be meant."""
    rows = selectors.find_problems(acting, filters_of(query))
    text = query.get("bbox", "")
    if not text:
        return rows
    box = maps.box_of(text)
    return rows.filter(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)


def sort_of(query: QueryDict) -> str:
    """By deadline while things are open; what is closed has none."""
    asked = query.get("sort", "")
    if asked in SORTS:
        return asked
    return BY_DUE if filters_of(query).state in (OPEN, *OPEN_STATES) else BY_FOUND


def columns_of(query: QueryDict) -> tuple[str, ...]:
    """Those that the address asks for, in the order of the table; without any the usual ones."""
    asked = [name for name in COLUMNS if name in query.getlist("cols")]
    return tuple(asked) or COLUMNS_SHOWN


def order_of(query: QueryDict) -> tuple[str, ...]:
    return selectors.BY_DUE if sort_of(query) == BY_DUE else selectors.BY_FOUND


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    is_on: bool
    count: int | None = None
    is_late: bool = False


def counts_of(acting: Acting, query: QueryDict) -> dict[str, int]:
    """How many open ones there are in each state under the other filters, and how many are late; one statement."""
    return selectors.counts_by_state(selectors.find_problems(acting, replace(filters_of(query), state="", late="")))


def count_of(query: QueryDict, counts: Mapping[str, int]) -> Count | None:
    """How many rows the list has, where the tabs say so already."""
    filters = filters_of(query)
    if query.get("bbox") or (filters.late and filters.state != OPEN):
        return None
    if filters.state == OPEN:
        number = counts["late"] if filters.late else _open_count(counts)
    elif filters.state in TAB_STATES:
        number = counts.get(filters.state, 0)
    else:
        return None
    return Count(min(number, COUNT_CAP), number > COUNT_CAP)


def _open_count(counts: Mapping[str, int]) -> int:
    return sum(counts.get(state, 0) for state in TAB_STATES)


def tabs(query: QueryDict, counts: Mapping[str, int]) -> list[Tab]:
    """The states with how many there are under the other filters, as `counts_of` says."""
    filters = filters_of(query)
    is_late = bool(filters.late)
    total = _open_count(counts)

    def tab(state: str, label: str | Promise, count: int | None) -> Tab:
        url = queries.changed(query, {"state": state, "late": None, "sort": None})
        return Tab(label, url, filters.state == state and not is_late, count)

    late_url = queries.changed(query, {"state": None, "late": "1", "sort": None})
    return [
        tab(OPEN, _("未结案"), total),
        *(tab(state, state.label, counts.get(state, 0)) for state in TAB_STATES),
        Tab(_("已超期"), late_url, is_late, counts["late"], is_late=True),
        tab(State.CLOSED, State.CLOSED.label, None),
        tab(EVERY, _("全部"), None),
    ]


def chips(acting: Acting, query: QueryDict) -> tuple[list[Chip], list[Chip]]:
    """Those that are shown, the set ones among them, and those that are folded away. What the set ones are called costs a
    statement each; what the others offer is asked for when they are opened.
    """
    first = [
        *(_later(query, name, each) for name, each in _region_chips(acting, query, _chosen_regions(query)).items()),
        _later(query, "unit", _unit_chip(query, _chosen_unit(query))),
        _later(query, "type", _type_chip(query, _chosen_type(acting, query))),
        chip(query, param="period", label=_("发现时间"), options=PERIODS.items()),
    ]
    more = [
        chip(query, param="channel", label=_("来源"), options=Channel.choices),
        chip(query, param="request", label=_("申请"), options=REQUESTS),
        chip(query, param="unlocated", label=_("位置"), options=[("1", _("没有定位"))]),
        *(
            [chip(query, param="point", label=_("点位"), options=_point_options(acting, query))]
            if query.get("point")
            else []
        ),
    ]
    shown = first + [each for each in more if each.chosen]
    return shown, [each for each in more if not each.chosen]


def chip_on_offer(acting: Acting, query: QueryDict, name: str) -> Chip:
    """One chip with all that it offers, each choice leading to the list. Raises ProblemNotFound for a name of none."""
    regions = _region_chips(acting, query, _regions_on_offer(acting, query)) if name in ("county", "town") else {}
    if name in regions:
        found = regions[name]
    elif name == "unit":
        found = _unit_chip(query, _unit_options(acting))
    elif name == "type":
        found = _type_chip(query, _type_options(acting))
    else:
        raise ProblemNotFound
    there = reverse("problems:list")
    return replace(found, choices=tuple(replace(each, url=f"{there}{each.url}") for each in found.choices))


def _later(query: QueryDict, name: str, made: Chip) -> Chip:
    """The chip without its choices, where they are asked for, unless it is set."""
    if made.chosen:
        return made
    return replace(
        made, choices=(), options_url=f"{reverse('problems:choices')}{queries.changed(query, {'chip': name})}"
    )


def _unit_chip(query: QueryDict, options: Iterable[tuple[str, str]]) -> Chip:
    return chip(query, param="unit", label=_("牵头单位"), options=options)


def _type_chip(query: QueryDict, options: Iterable[tuple[str, str]]) -> Chip:
    return chip(query, param="type", label=_("类型"), options=options)


def _county_of(acting: Acting, query: QueryDict) -> int | None:
    """The county that is asked for or, without one, in which the session works."""
    code, scope = _code(query.get("region", "")), acting.scope
    if code is None and scope.column.endswith("_code"):
        code = scope.value
    return cut(code, RegionLevel.COUNTY) if code is not None and level_of(code) >= RegionLevel.COUNTY else None


def _regions_on_offer(acting: Acting, query: QueryDict) -> dict[int, str]:
    """All counties, and the towns of the county that is asked for; one statement."""
    county = _county_of(acting, query)
    known = places.regions().filter(level=RegionLevel.COUNTY)
    if county is not None:
        known = known | places.children(county)
    return dict(known.values_list("code", "name"))


def _chosen_regions(query: QueryDict) -> dict[int, str]:
    """Those that the address names; no statement where it names none."""
    code = _code(query.get("region", ""))
    if code is None or level_of(code) < RegionLevel.COUNTY:
        return {}
    return places.region_names([cut(code, RegionLevel.COUNTY), code])


def _region_chips(acting: Acting, query: QueryDict, regions: Mapping[int, str]) -> dict[str, Chip]:
    """County and town share one parameter: the deeper one says both."""
    scope, county = acting.scope, _county_of(acting, query)
    asked = _code(query.get("region", ""))
    counties = [(str(code), name) for code, name in regions.items() if level_of(code) == RegionLevel.COUNTY]
    towns = [(str(code), name) for code, name in regions.items() if level_of(code) == RegionLevel.TOWN]
    found = {}
    if scope.is_everything or scope.column == "department_id":
        chosen = {**query.dict(), "region": str(county)} if query.get("region") and county is not None else {}
        found["county"] = _chip_of(query, chosen, _("县区"), counties)
    if county is not None and scope.column not in ("town_code", "village_code"):
        is_town = asked is not None and level_of(asked) == RegionLevel.TOWN
        found["town"] = _chip_of(query, query.dict() if is_town else {}, _("乡镇街道"), towns, up=str(county))
    return found


def _chip_of(
    query: QueryDict, chosen: dict[str, Any], label: str, options: list[tuple[str, str]], *, up: str = ""
) -> Chip:
    """A chip of the shared parameter; clearing a town goes up to its county where the session sees more than one."""
    current = query.copy()
    current.pop("region", None)
    if chosen:
        current["region"] = chosen["region"]
    made = chip(current, param="region", label=label, options=options)
    return replace(made, clear_url=queries.changed(current, {"region": up or None})) if chosen else made


def _unit_options(acting: Acting) -> list[tuple[str, str]]:
    rows = selectors.visible_to(acting).filter(selectors.IS_OPEN, lead__isnull=False).order_by()
    found = rows.values("lead_id", "lead__name").annotate(n=Number("pk")).order_by("-n", "lead_id")[:OPTIONS_MAX]
    return [(str(row["lead_id"]), row["lead__name"]) for row in found]


def _chosen_unit(query: QueryDict) -> list[tuple[str, str]]:
    asked = query.get("unit", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return []
    return [(str(pk), name) for pk, name in people.names_of([int(asked)]).items()]


def _type_options(acting: Acting) -> list[tuple[str, str]]:
    rows = selectors.visible_to(acting).filter(selectors.IS_OPEN).exclude(type_code="").order_by()
    found = rows.values("type_code", "type_name").annotate(n=Number("pk")).order_by("-n", "type_code")[:OPTIONS_MAX]
    return list({row["type_code"]: row["type_name"] for row in found}.items())


def _chosen_type(acting: Acting, query: QueryDict) -> list[tuple[str, str]]:
    asked = query.get("type", "")
    if not asked:
        return []
    name = selectors.visible_to(acting).filter(type_code=asked).values_list("type_name", flat=True).first()
    return [(asked, name)] if name else []


def _point_options(acting: Acting, query: QueryDict) -> list[tuple[str, str]]:
    found = places.points_for(acting).filter(code=query["point"]).values_list("code", "name")
    return [(code, name) for code, name in found[:1]]


def _code(text: str) -> int | None:
    if not (len(text) == 12 and text.isascii() and text.isdecimal() and text[0] != "0"):
        return None
    return int(text) if level_of(int(text)) >= RegionLevel.CITY else None


def words_of(acting: Acting, query: QueryDict) -> str:
    """The filters as a line of words, for paper: next month it must still say which month it was."""
    word = str(query.get("period", ""))
    if word in PERIODS:
        query = query.copy()
        query["period"] = Period.asked(word, at=clock.now()).label
    first, more = chips(acting, query)
    set_ones = [f"{each.label}：{each.chosen}" for each in (*first, *more) if each.chosen]
    state = next((str(tab.label) for tab in tabs(query, counts_of(acting, query)) if tab.is_on), "")
    found = [state, *set_ones, *([f"“{query['q']}”"] if query.get("q") else [])]
    return "；".join(part for part in found if part)


def outlines_url(acting: Acting, *, county: int | None = None) -> str:
    """The ground of a map: the towns of one county, or the counties of the city."""
    scope = acting.scope
    if county is None and scope.column.endswith("_code") and scope.value is not None:
        county = cut(scope.value, RegionLevel.COUNTY)
    asked = {"level": "town", "within": str(county)} if county is not None else {"level": "county"}
    return f"{reverse('places:regions_geojson')}?{urlencode(asked)}"
