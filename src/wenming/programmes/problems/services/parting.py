"""What was merged into a problem that its source takes back stands by itself again."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from wenming.engines.loop import selectors as loop
from wenming.kernel.actors import Actor
from wenming.programmes.problems import notes
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.limits import Limits
from wenming.programmes.problems.services.machine import carry_out
from wenming.programmes.problems.services.plans import Ask, Situation, command_of


def part_from_void(voided: Collection[Problem], *, limits: Limits, by: Actor) -> list[Problem]:
    """Unmerges all that were merged into these, and tells the county offices; they wait for a dispatch.

    Must be called inside a transaction, after the voiding; a fixed number of statements. One where nothing was merged,
    none where nothing was voided.
    """
    if not voided:
        return []
    into = {problem.pk: problem for problem in voided}
    merged = list(
        Problem.objects.select_for_update(no_key=True, of=("self",))
        .filter(duplicate_of__in=into, state=State.MERGED)
        .select_related("type")
        .order_by("pk")
    )
    if not merged:
        return []
    calendar = loop.work_calendar()
    planned = []
    for problem in merged:
        taker = into[problem.duplicate_of_id or 0]
        ask = Ask(
            problem=problem.public_id,
            action=Action.UNMERGE,
            reason=_("并入的 {code} 已按来源作废").format(code=taker.code),
            expected_version=problem.version,
        )
        at = max(problem.last_happened_at, taker.last_happened_at)
        planned.append(command_of(Situation(problem, ask, at, calendar, limits, None)))
    done = carry_out([command for command, _more in planned], [more for _command, more in planned], by=by)
    parted = [item for outcome in done if (item := outcome.result().item) is not None]
    notes.tell_parted(parted)
    return parted
