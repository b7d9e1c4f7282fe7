"""The chain as the office sets it: every state of it kept, and any of them brought back."""

from typing import Any, Final

from django.db import transaction

from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import Actor
from wenming.programmes.dossiers.chain import BROUGHT, Chain, as_body, checked, of_body

KIND: Final = "dossiers.chain"
KEY: Final = "house"


def house_chain() -> Chain:
    """What holds for dossiers that are opened now. One small statement."""
    return chain_in(revisions.body(KIND, KEY))


def chain_in(body: Any) -> Chain:
    return of_body(body) if body else BROUGHT


@transaction.atomic
def set_chain(chain: Chain, *, note: str, expected: int, by: Actor) -> None:
    """For dossiers opened from now on. `expected` is the revision that the person saw, 0 for none.

    What held before is kept as a first revision. Raises ChainUnusable, RevisionStale.
    """
    fresh = checked(chain)
    held = revisions.current(KIND, KEY)
    number = held.number if held else 0
    if number != expected:
        raise RevisionStale(number=number)
    if held is None:
        saving.save(kind=KIND, key=KEY, body=as_body(BROUGHT), by=by, expected=0)
    saving.save(kind=KIND, key=KEY, body=as_body(fresh), note=note, by=by)


def restore_chain(number: int, *, expected: int, by: Actor) -> None:
    """Raises RevisionMissing, RevisionStale."""
    saving.restore(kind=KIND, key=KEY, number=number, expected=expected, by=by)
