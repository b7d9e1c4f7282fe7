"""Guards that more than one flow needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Act, Situation
from wenming.engines.loop.errors import SameHands
from wenming.engines.loop.flow import Guard
from wenming.kernel.actors import Actor


def is_same_person(by: Actor, act: Act) -> bool:
    return (by.kind, by.id) == (act.actor_kind, act.actor_id)


def is_same_unit(by: Actor, act: Act) -> bool:
    return by.unit_id is not None and by.unit_id == act.unit_id


def somebody_else_than(*actions: str) -> Guard:
    """Who last did one of `actions`, and that person's unit, cannot do this."""

    def check(situation: Situation[Any]) -> None:
        for action in actions:
            act = situation.last.get(action)
            if act and (is_same_person(situation.by, act) or is_same_unit(situation.by, act)):
                raise SameHands(action=situation.transition.label)

    return Guard(
        name="somebody_else_than:" + ",".join(actions),
        label=_("换人换单位"),
        check=check,
        remembers=actions,
    )
