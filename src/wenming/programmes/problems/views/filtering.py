"""What the address of a list asks for: filters, tabs, chips and the order of its rows."""

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
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
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.ui import query as queries
from wenming.kernel.ui.filters import Chip, chip
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import OPEN_STATES, Action, Channel, PendingRequest, State
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


def tabs(acting: Acting, query: QueryDict) -> list[Tab]:
    """The states with how many there are under the other filters; two statements."""
    filters = filters_of(query)
    counts = selectors.counts_by_state(selectors.find_problems(acting, replace(filters, state="", late="")))
    is_late = bool(filters.late)
    total = sum(counts.get(state, 0) for state in TAB_STATES)

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
    """Those that are shown, the set ones among them, and those that are folded away."""
    first = [
        *_region_chips(acting, query),
        chip(query, param="unit", label=_("牵头单位"), options=_unit_options(acting, query)),
        chip(query, param="type", label=_("类型"), options=_type_options(acting, query)),
        chip(query, param="period", label=_("发现时间"), options=_period_options()),
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
    shown = [each for each in first if each.choices or each.chosen] + [each for each in more if each.chosen]
    return shown, [each for each in more if not each.chosen]


def _region_chips(acting: Acting, query: QueryDict) -> list[Chip]:
    """County and town share one parameter: the deeper one says both."""
    code = _code(query.get("region", ""))
    scope = acting.scope
    if code is None and scope.column.endswith("_code"):
        code = scope.value
    county = cut(code, RegionLevel.COUNTY) if code is not None and level_of(code) >= RegionLevel.COUNTY else None
    known = places.regions().filter(level=RegionLevel.COUNTY)
    if county is not None:
        known = known | places.children(county)
    rows = list(known.values_list("code", "name", "level"))
    counties = [(str(each), name) for each, name, level in rows if level == RegionLevel.COUNTY]
    towns = [(str(each), name) for each, name, level in rows if level == RegionLevel.TOWN]
    found = []
    if scope.is_everything or scope.column == "department_id":
        chosen = {**query.dict(), "region": str(county)} if query.get("region") and county is not None else {}
        found.append(_chip_of(query, chosen, _("县区"), counties))
    if county is not None and scope.column not in ("town_code", "village_code"):
        is_town = query.get("region", "") in dict(towns)
        found.append(_chip_of(query, query.dict() if is_town else {}, _("乡镇街道"), towns, up=str(county)))
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


def _unit_options(acting: Acting, query: QueryDict) -> list[tuple[str, str]]:
    rows = selectors.visible_to(acting).filter(state__in=OPEN_STATES, lead__isnull=False).order_by()
    found = rows.values("lead_id", "lead__name").annotate(n=Count("pk")).order_by("-n", "lead_id")[:OPTIONS_MAX]
    options = [(str(row["lead_id"]), row["lead__name"]) for row in found]
    asked = query.get("unit", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19 and asked not in dict(options):
        options += [(str(pk), name) for pk, name in people.names_of([int(asked)]).items()]
    return options


def _type_options(acting: Acting, query: QueryDict) -> list[tuple[str, str]]:
    rows = selectors.visible_to(acting).filter(state__in=OPEN_STATES).exclude(type_code="").order_by()
    found = rows.values("type_code", "type_name").annotate(n=Count("pk")).order_by("-n", "type_code")[:OPTIONS_MAX]
    options = {row["type_code"]: row["type_name"] for row in found}
    asked = query.get("type", "")
    if asked and asked not in options:
        name = selectors.visible_to(acting).filter(type_code=asked).values_list("type_name", flat=True).first()
        options |= {asked: name} if name else {}
    return list(options.items())


def _point_options(acting: Acting, query: QueryDict) -> list[tuple[str, str]]:
    found = places.points_for(acting).filter(code=query["point"]).values_list("code", "name")
    return [(code, name) for code, name in found[:1]]


def _period_options() -> list[tuple[str, str]]:
    today = clock.local(clock.now()).date()
    year, month = today.year, today.month
    last_year, last_month = (year, month - 1) if month > 1 else (year - 1, 12)
    return [
        (f"{year}-{month:02}", _("本月")),
        (f"{last_year}-{last_month:02}", _("上月")),
        (f"{year}-Q{(month + 2) // 3}", _("本季度")),
        (f"{year}", _("今年")),
        (f"{year - 1}", _("去年")),
    ]


def _code(text: str) -> int | None:
    if not (len(text) == 12 and text.isascii() and text.isdecimal() and text[0] != "0"):
        return None
    return int(text) if level_of(int(text)) >= RegionLevel.CITY else None


def words_of(acting: Acting, query: QueryDict) -> str:
    """The filters as a line of words, for paper."""
    first, more = chips(acting, query)
    set_ones = [f"{each.label}：{each.chosen}" for each in (*first, *more) if each.chosen]
    state = next((str(tab.label) for tab in tabs(acting, query) if tab.is_on), "")
    found = [state, *set_ones, *([f"“{query['q']}”"] if query.get("q") else [])]
    return "；".join(part for part in found if part)


def outlines_url(acting: Acting, *, county: int | None = None) -> str:
    """The ground of a map: the towns of one county, or the counties of the city."""
    scope = acting.scope
    if county is None and scope.column.endswith("_code") and scope.value is not None:
        county = cut(scope.value, RegionLevel.COUNTY)
    asked = {"level": "town", "within": str(county)} if county is not None else {"level": "county"}
    return f"{reverse('places:regions_geojson')}?{urlencode(asked)}"
