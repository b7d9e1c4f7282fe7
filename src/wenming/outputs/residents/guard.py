"""Who may send something in: many an hour with an answered challenge, a few without, for browsers without scripts.

An address is counted for an hour and then forgotten; nothing of it is written down. One address may be a whole town's,
where the telephone company puts them behind one, so that the limits keep off floods and nobody else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.cache import cache

from wenming.foundation.audit import context
from wenming.kernel.errors import TooMany
from wenming.outputs.residents import challenge

HOUR_SECONDS: Final = 3600


class Try(StrEnum):
    """What is counted."""

    PROVED = "proved"
    BARE = "bare"
    CODE = "code"


AN_HOUR_MAX: Final = {Try.PROVED: 120, Try.BARE: 6, Try.CODE: 30}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may go on; without an answer, under the smaller limit."""

    answer: challenge.Answer | None

    def spend(self) -> None:
        """Within the transaction of what is sent in. Raises ProofWrong where the answer was taken meanwhile."""
        if self.answer is not None:
            challenge.spend(self.answer)


def admit(proof: str) -> Admitted:
    """Raises TooMany, ProofWrong, ProofOld."""
    if not proof:
        count(Try.BARE)
        return Admitted(None)
    count(Try.PROVED)
    return Admitted(challenge.read(proof))


def count(what: Try) -> None:
    """One more of these from this address. Raises TooMany beyond so many an hour."""
    key = f"residents:{what}:{context.address()}"
    cache.add(key, 0, HOUR_SECONDS)
    if cache.incr(key) > AN_HOUR_MAX[what]:
        raise TooMany
