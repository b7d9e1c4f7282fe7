"""How long each stage may take: the house's own values, every state of them kept.

A clock holds the limit that it was started with, so a change moves nothing that runs.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.programmes.problems.flow import LIMITS

KIND: Final = "problems.limits"
KEY: Final = "house"

Limits = Mapping[str, Limit]
"""By stage; each stage of `flow.LIMITS` is in it."""


def house_limits() -> Limits:
    """What holds now. One small statement."""
    return limits_in(revisions.body(KIND, KEY))


def limits_in(body: Any) -> Limits:
    """The limits that a revision's body holds; a stage that it does not know has what the software brings."""
    held = body or {}
    return {
        stage: Limit(held[stage]["value"], LimitUnit(held[stage]["unit"])) if stage in held else brought
        for stage, brought in LIMITS.items()
    }


@transaction.atomic
def set_limits(limits: Limits, *, note: str, expected: int, by: Actor) -> None:
    """For whatever starts from now on. `expected` is the revision that the person saw, 0 for none.

    What held before is kept as a first revision, so that even the first change can be taken back. Raises RevisionStale.
    """
    held = revisions.current(KIND, KEY)
    number = held.number if held else 0
    if number != expected:
        raise RevisionStale(number=number)
    if held is None:
        saving.save(kind=KIND, key=KEY, body=_body(LIMITS), by=by, expected=0)
    saving.save(kind=KIND, key=KEY, body=_body(limits), note=note, by=by)


def restore_limits(number: int, *, expected: int, by: Actor) -> None:
    """Raises RevisionMissing, RevisionStale."""
    saving.restore(kind=KIND, key=KEY, number=number, expected=expected, by=by)


def _body(limits: Limits) -> dict[str, Any]:
    return {stage: {"value": limits[stage].value, "unit": limits[stage].unit.value} for stage in LIMITS}
