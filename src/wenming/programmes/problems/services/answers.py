"""What the holder of a link can do: answer this one problem, ask for time, or say that it is another's."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from wenming.engines.loop import selectors as loop
from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.programmes.problems import notes
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.errors import NotYourProblem
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.services.limits import house_limits
from wenming.programmes.problems.services.links import holder
from wenming.programmes.problems.services.machine import Attached, carry_out
from wenming.programmes.problems.services.plans import Ask, Situation, command_of

BY_LINK: Final = frozenset(
    {Action.SIGN, Action.REPORT_BACK, Action.ASK_EXTENSION, Action.ASK_HANDBACK, Action.ASK_EXEMPTION, Action.ANSWER}
)
# Whoever does one of these has taken the problem in hand, and need not say so apart.
SIGNS_FIRST: Final = frozenset({Action.REPORT_BACK, Action.ASK_EXTENSION, Action.ASK_EXEMPTION})


def answer_by_link(
    link: ReplyLink, *, photos: tuple[StoredFile, ...], note: str, key: str = "", at: datetime | None = None
) -> Problem:
    """Reports the problem back; signs for it first where nobody has yet. Raises the loop's refusals."""
    ask = Ask(problem=link.problem.public_id, action=Action.REPORT_BACK, photos=photos, note=note, key=key)
    return _carry_out(link, ask, at or clock.now())


def ask_by_link(
    link: ReplyLink,
    *,
    action: Action,
    reason: str,
    extension_value: int | None = None,
    key: str = "",
    at: datetime | None = None,
) -> Problem:
    """Signs, or asks for an extension, for exemption from lateness or to hand the problem back; answers residents."""
    ask = Ask(problem=link.problem.public_id, action=action, reason=reason, extension_value=extension_value, key=key)
    return _carry_out(link, ask, at or clock.now())


def _carry_out(link: ReplyLink, ask: Ask, at: datetime) -> Problem:
    problem = link.problem
    if ask.action not in BY_LINK or problem.lead_id != link.unit_id:
        raise NotYourProblem(action=ask.action.label)
    by = holder(link)
    # As the link's problem was read: what has been given to another unit since is not this one's to answer.
    seen = problem.version
    with transaction.atomic():
        calendar, limits = loop.work_calendar(), house_limits()
        asks = [replace(ask, expected_version=seen)]
        if ask.action in SIGNS_FIRST and problem.state == State.DISPATCHED:
            signing = replace(
                ask, action=Action.SIGN, reason="", key=f"{ask.key}:sign" if ask.key else "", expected_version=seen
            )
            asks = [signing, replace(ask, expected_version=seen + 1)]
        commands: list[Command] = []
        attached: list[Attached] = []
        for one in asks:
            command, extra = command_of(Situation(problem, one, at, calendar, limits, None))
            commands.append(command)
            attached.append(extra)
        outcomes: list[Outcome[Problem]] = carry_out(commands, attached, by=by, at=at)
        last = outcomes[-1]
        if not last.is_done and len(outcomes) > 1:
            # Nobody asked for the signature alone.
            transaction.set_rollback(True)
        if last.is_done and not last.is_replay and last.item is not None:
            notes.tell([(ask.action, last.item, ask.reason)])
    item = last.result().item
    assert item is not None
    return item
