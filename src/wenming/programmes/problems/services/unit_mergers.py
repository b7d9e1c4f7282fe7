"""What a merger of units changes in problems: who leads, answers for or helps with those that are open, and their links.

Each is told in its history by an event of its own; what was said before keeps the name of the unit that said it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from wenming.engines.loop.commands import Command
from wenming.foundation.people.errors import MergerOvertaken
from wenming.foundation.people.models import UnitMerger
from wenming.foundation.people.services import Mover, register_mover
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.problems.enums import OPEN_STATES, Action
from wenming.programmes.problems.flow import UNITS_MERGED
from wenming.programmes.problems.models import Problem, ProblemHelper, ReplyLink
from wenming.programmes.problems.services.machine import Attached, carry_out

KEY: Final = "problems.open"
LEAD, TERRITORY, DEPARTMENT = "problems.lead", "problems.territory", "problems.department"
HELPER, LINK = "problems.helper", "problems.link"
LABELS: Final = {
    LEAD: gettext_lazy("未结案问题（牵头）"),
    TERRITORY: gettext_lazy("未结案问题（属地）"),
    DEPARTMENT: gettext_lazy("未结案问题（主管）"),
    HELPER: gettext_lazy("未结案问题（配合）"),
    LINK: gettext_lazy("还有效的回复链接"),
}
SIDES: Final = ("lead_id", "territory_id", "department_id")


def _open() -> QuerySet[Problem]:
    return Problem.objects.filter(state__in=OPEN_STATES)


def _open_links(unit_id: int) -> QuerySet[ReplyLink]:
    return ReplyLink.objects.filter(
        unit=unit_id, revoked_at__isnull=True, expires_at__gt=clock.now(), problem__state__in=OPEN_STATES
    )


def _count(unit_id: int) -> dict[str, int]:
    found: dict[str, int] = _open().aggregate(
        **{side: Count("pk", filter=Q(**{side: unit_id})) for side in SIDES},
    )
    helped = ProblemHelper.objects.filter(unit=unit_id, problem__state__in=OPEN_STATES).count()
    sides = {LEAD: found["lead_id"], TERRITORY: found["territory_id"], DEPARTMENT: found["department_id"]}
    return sides | {HELPER: helped, LINK: _open_links(unit_id).count()}


def _move(merger: UnitMerger, by: Actor) -> dict[str, list[Any]]:
    """The problems, each with its version afterwards, the sides that changed and who helped before; and the links."""
    old, new = merger.absorbed_id, merger.into_id
    helped = Exists(ProblemHelper.objects.filter(problem=OuterRef("pk"), unit=old))
    mine = Q(lead=old) | Q(territory=old) | Q(department=old) | helped
    problems = list(_open().filter(mine).order_by("pk"))
    helpers = _helpers_of(problem.pk for problem in problems)
    reason = gettext("{on} “{name}”并入“{into}”").format(
        on=merger.merged_on, name=merger.absorbed.name, into=merger.into.name
    )
    commands, attached, told = [], [], []
    for problem in problems:
        changes = {side: new for side in SIDES if getattr(problem, side) == old}
        before = helpers.get(problem.pk, [])
        after = {new if unit == old else unit for unit in before} - {changes.get("lead_id", problem.lead_id)}
        commands.append(_command(problem, changes, reason, sorted(after)))
        attached.append(Attached(helper_ids=tuple(sorted(after)) if old in before or after != set(before) else None))
        told.append([list(changes), before])
    versions = _carry_out(commands, attached, by)
    taken = ReplyLink.objects.filter(unit=new, revoked_at__isnull=True, problem=OuterRef("problem"))
    links = _open_links(old).filter(~Exists(taken))
    moved = list(links.order_by("pk").values_list("pk", flat=True))
    ReplyLink.objects.filter(pk__in=moved).update(unit_id=new)
    rows = [[p.pk, versions[p.pk], *each] for p, each in zip(problems, told, strict=True)]
    return {"problems": rows, "links": moved}


def _undo(merger: UnitMerger, moved: Any, by: Actor) -> None:
    rows = {pk: (version, sides, helpers) for pk, version, sides, helpers in moved["problems"]}
    problems = list(Problem.objects.filter(pk__in=rows).order_by("pk"))
    changed = sum(1 for problem in problems if problem.version != rows[problem.pk][0])
    if changed:
        raise MergerOvertaken(what=gettext("未结案问题"), count=changed)
    reason = gettext("撤销“{name}”并入“{into}”").format(name=merger.absorbed.name, into=merger.into.name)
    commands, attached = [], []
    for problem in problems:
        version, sides, helpers = rows[problem.pk]
        commands.append(_command(problem, dict.fromkeys(sides, merger.absorbed_id), reason, helpers, version))
        attached.append(Attached(helper_ids=tuple(helpers)))
    _carry_out(commands, attached, by)
    ReplyLink.objects.filter(pk__in=moved["links"], unit=merger.into_id).update(unit_id=merger.absorbed_id)


def _command(
    problem: Problem, changes: Mapping[str, int], reason: str, helpers: Iterable[int], expected: int | None = None
) -> Command:
    lead_id = changes.get("lead_id", problem.lead_id)
    evidence = {"helpers": list(helpers)} | ({} if lead_id is None else {"lead": lead_id})
    return Command(
        item_id=problem.pk,
        action=Action.HAND_OVER.value,
        reason=reason,
        evidence=evidence,
        expected_version=problem.version if expected is None else expected,
        changes=changes,
        known={UNITS_MERGED: True},
    )


def _carry_out(commands: list[Command], attached: list[Attached], by: Actor) -> dict[int, int]:
    """The versions afterwards, by problem. Raises what refused one of them, so that all or none go."""
    outcomes = carry_out(commands, attached, by=by)
    return {outcome.item_id: outcome.result().version for outcome in outcomes}


def _helpers_of(problem_ids: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = ProblemHelper.objects.filter(problem__in=list(problem_ids)).order_by("unit_id")
    for problem_id, unit_id in rows.values_list("problem_id", "unit_id"):
        found.setdefault(problem_id, []).append(unit_id)
    return found


def register() -> None:
    register_mover(Mover(key=KEY, order=30, labels=LABELS, count=_count, move=_move, undo=_undo))
