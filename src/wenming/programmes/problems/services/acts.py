"""What people do with problems: each verb asked for many at once, allowed or refused one by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from wenming.engines.loop import selectors as loop
from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import notes, rules
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import NotYourProblem, ProblemNotFound, TooManyAtOnce
from wenming.programmes.problems.flow import HANDLE
from wenming.programmes.problems.models import Problem, ProblemClock
from wenming.programmes.problems.selectors import problems_to_act_on
from wenming.programmes.problems.services import flags, links, merging
from wenming.programmes.problems.services.limits import house_limits
from wenming.programmes.problems.services.machine import Attached, carry_out
from wenming.programmes.problems.services.plans import Ask, Situation, command_of

ASKS_MAX: Final = 1_000
READS_CLOCK: Final = frozenset({Action.GRANT_EXTENSION, Action.RESUME})


def perform(acting: Acting, asks: Sequence[Ask], *, at: datetime | None = None) -> list[Outcome[Problem]]:
    """Carries out what is allowed and says why the rest is not, in the order asked.

    One transaction; a refusal of one problem does not undo the others. Raises TooManyAtOnce.
    """
    if len(asks) > ASKS_MAX:
        raise TooManyAtOnce(most=ASKS_MAX)
    at = at or clock.now()
    with transaction.atomic():
        problems = _problems_of(acting, asks)
        clocks = _handle_clocks([p.pk for p in problems.values()], asks)
        open_flags = _open_flags(problems, asks)
        mergers = merging.look_at(acting, problems, asks)
        calendar, limits = loop.work_calendar(), house_limits()
        outcomes: list[Outcome[Problem]] = []
        planned: list[tuple[int, Command, Attached]] = []
        for index, ask in enumerate(asks):
            problem = problems.get(ask.problem)
            try:
                problem = _check(acting, ask, problem)
                mergers.check(problem, ask)
                version = problem.version if ask.expected_version is None else ask.expected_version
                seen = replace(ask, expected_version=version)
                clock_of, flags_of = clocks.get(problem.pk), open_flags.get(problem.pk)
                command, attached = command_of(Situation(problem, seen, at, calendar, limits, clock_of, flags_of))
                planned.append((index, command, attached))
                outcomes.append(Outcome(item_id=command.item_id))
            except DomainError as error:
                outcomes.append(_refused(problem, error))
        commands, attached_to = [c for _i, c, _a in planned], [a for _i, _c, a in planned]
        done = carry_out(commands, attached_to, by=acting.actor, at=at, calendar=calendar)
        for (index, _command, _attached), outcome in zip(planned, done, strict=True):
            outcomes[index] = outcome
        happened = [
            (asks[index], outcome.item)
            for (index, _c, _a), outcome in zip(planned, done, strict=True)
            if outcome.is_done and not outcome.is_replay and outcome.item is not None
        ]
        links.follow([(ask.action, item) for ask, item in happened], at=at)
        merging.file_parts([each for each in happened if each[0].action == Action.SPLIT], by=acting.actor)
        notes.tell([(ask.action, item, ask.reason) for ask, item in happened])
    return outcomes


def perform_one(acting: Acting, ask: Ask, *, at: datetime | None = None) -> Problem:
    """The problem after the act; raises what refused it."""
    outcome = perform(acting, [ask], at=at)[0].result()
    assert outcome.item is not None
    return outcome.item


def _problems_of(acting: Acting, asks: Sequence[Ask]) -> dict[UUID, Problem]:
    wanted = {ask.problem for ask in asks}
    return {problem.public_id: problem for problem in problems_to_act_on(acting, wanted)}


def _handle_clocks(problem_ids: list[int], asks: Sequence[Ask]) -> dict[int, ProblemClock]:
    if all(ask.action not in READS_CLOCK for ask in asks):
        return {}
    running = ProblemClock.objects.filter(item_id__in=problem_ids, stage=HANDLE, stopped_at__isnull=True)
    return {row.item_id: row for row in running}


def _open_flags(problems: dict[UUID, Problem], asks: Sequence[Ask]) -> dict[int, int]:
    passed = {ask.problem for ask in asks if ask.action == Action.PASS_REVIEW}
    asked = [problem.pk for public_id, problem in problems.items() if public_id in passed]
    return flags.open_counts(asked) if asked else {}


def _check(acting: Acting, ask: Ask, problem: Problem | None) -> Problem:
    """Raises ProblemNotFound for what the person cannot see, NotYourProblem for what is another's to do."""
    if problem is None:
        raise ProblemNotFound
    if not permissions.can(acting, rules.permission(ask.action), problem):
        raise NotYourProblem(action=ask.action.label)
    return problem


def _refused(problem: Problem | None, error: DomainError) -> Outcome[Problem]:
    if problem is None:
        return Outcome(item_id=0, error=error)
    return Outcome(item_id=problem.pk, error=error, state=problem.state, version=problem.version, item=problem)
