"""Who may send something in: many an hour with an answered challenge, a few without, for browsers without scripts.

One address may be a whole town's, where the telephone company puts them behind one, so that the rates keep off floods
and nobody else.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from wenming.foundation.throttle import services as throttle
from wenming.foundation.throttle.services import Rate
from wenming.outputs.residents import challenge

PROVED: Final = Rate("residents.proved", at_once=120, every=timedelta(seconds=30))
BARE: Final = Rate("residents.bare", at_once=6, every=timedelta(minutes=10))
VOICES: Final = Rate("residents.voice", at_once=20, every=timedelta(minutes=2))
# Somebody who reads a code from paper mistakes it a few times; a list of guesses is longer.
WRONG_CODES: Final = Rate("residents.wrong_code", at_once=30, every=timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may go on; without an answer, under the smaller rate."""

    answer: challenge.Answer | None

    def spend(self) -> None:
        """Within the transaction of what is sent in. Raises ProofWrong where the answer was taken meanwhile."""
        if self.answer is not None:
            challenge.spend(self.answer)


def admit(proof: str) -> Admitted:
    """Raises TooOften, ProofWrong, ProofOld."""
    throttle.take(PROVED if proof else BARE, who=throttle.here())
    return Admitted(challenge.read(proof) if proof else None)


def count_voice() -> None:
    """Before the photos of a "not solved" are stored. Raises TooOften."""
    throttle.take(VOICES, who=throttle.here())


def count_wrong_code() -> None:
    """Raises TooOften for who tries one code after another."""
    throttle.take(WRONG_CODES, who=throttle.here())
