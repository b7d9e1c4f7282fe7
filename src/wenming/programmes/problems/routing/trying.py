"""What rules would have proposed for problems whose lead is known by now; nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from wenming.foundation.people.selectors import names_of
from wenming.kernel.periods import Period
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.routes import Directory, Route, Router
from wenming.programmes.problems.routing.rules import Case, Rule

PROBLEMS_MAX: Final = 3_000
GROUPS_MAX: Final = 20
ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those whose lead is known the rules would have sent there."""

    same: int
    known: int

    @property
    def ratio(self) -> float | None:
        return self.same / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Tried:
    """One problem: whom the rules in force and those of the draft would propose, and who leads it."""

    problem: Problem
    now: Route
    then: Route

    @property
    def is_changed(self) -> bool:
        return self.now.lead_id != self.then.lead_id

    @property
    def is_other(self) -> bool:
        return self.then.lead_id != self.problem.lead_id


@dataclass(frozen=True, slots=True)
class Group:
    """So many problems would go from one unit to another (None for nobody), for one reason."""

    before_id: int | None
    after_id: int | None
    route: Route
    count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """`total` are the problems of the period, `tried` the newest of them, at most PROBLEMS_MAX; `names` of all units."""

    total: int
    tried: Sequence[Tried]
    now: Share
    then: Share
    waiting: int
    names: dict[int, str]

    def changed(self) -> list[Tried]:
        return [each for each in self.tried if each.is_changed]

    def others(self) -> list[Tried]:
        """Those that the draft would not have sent where they finally went; without those that nobody leads yet."""
        return [each for each in self.tried if each.problem.lead_id is not None and each.is_other]


def try_rules(rows: QuerySet[Problem], *, period: Period, in_force: Sequence[Rule], draft: Sequence[Rule]) -> Trial:
    """Over the problems found in the period and not void, in three statements; who named a unit when it came in is
    left out of account, since its lead was decided with that.
    """
    found = rows.filter(found_at__gte=period.start, found_at__lt=period.end).exclude(state=State.VOID)
    problems = list(found.select_related("type", "point").only(*_COLUMNS).order_by("-found_at", "-pk")[:PROBLEMS_MAX])
    total = len(problems) if len(problems) < PROBLEMS_MAX else found.order_by().count()
    cases = [Case.of(problem) for problem in problems]
    directory = Directory(cases, [*in_force, *draft])
    now, then = Router(in_force, directory), Router(draft, directory)
    tried = [Tried(p, now.route(case), then.route(case)) for p, case in zip(problems, cases, strict=True)]
    known = [each for each in tried if each.problem.lead_id is not None]
    return Trial(
        total=total,
        tried=tried,
        now=Share(sum(each.now.lead_id == each.problem.lead_id for each in known), len(known)),
        then=Share(sum(not each.is_other for each in known), len(known)),
        waiting=len(tried) - len(known),
        names=names_of({unit for each in tried for unit in _units_of(each) if unit is not None}),
    )


def groups(tried: Sequence[Tried], *, is_against_now: bool) -> list[Group]:
    """Grouped by from, to and rule, the largest first; at most GROUPS_MAX."""
    counts: Counter[tuple[int | None, int | None, int]] = Counter()
    routes: dict[tuple[int | None, int | None, int], Route] = {}
    for each in tried:
        before = each.now.lead_id if is_against_now else each.problem.lead_id
        key = (before, each.then.lead_id, each.then.rule_number)
        counts[key] += 1
        routes.setdefault(key, each.then)
    return [
        Group(before, after, routes[before, after, n], count)
        for (before, after, n), count in counts.most_common(GROUPS_MAX)
    ]


def page_after(tried: Sequence[Tried], after: int | None) -> tuple[Sequence[Tried], int | None]:
    """At most ROWS behind the problem of this key, and the key behind which the next ones stand, if any."""
    start = 0
    if after is not None:
        start = next((at + 1 for at, each in enumerate(tried) if each.problem.pk == after), len(tried))
    shown = tried[start : start + ROWS]
    return shown, shown[-1].problem.pk if start + ROWS < len(tried) else None


def why(route: Route, lead: int | None) -> str:
    """Why the route leads to `lead`."""
    return route.territory_why if lead is not None and lead == route.territory_id else route.department_why


def _units_of(each: Tried) -> tuple[Any, ...]:
    return each.problem.lead_id, each.now.lead_id, each.then.lead_id


_COLUMNS: Final = (
    "public_id",
    "code",
    "title",
    "description",
    "channel",
    "type_code",
    "type_name",
    "category_name",
    "city_code",
    "county_code",
    "town_code",
    "village_code",
    "lead",
    "type__lead",
    "point__type_key",
    "point__territory",
    "point__department",
)
