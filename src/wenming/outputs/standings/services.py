"""Changing by what units are evaluated: one state after the other, none of them lost."""

from collections.abc import Sequence

from django.db import transaction

from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.foundation.revisions.errors import RevisionStale
from wenming.outputs.standings.definitions import (
    BROUGHT,
    DEFINITIONS_MAX,
    KEY,
    KIND,
    Definition,
    body_of,
    check,
    definitions_in,
    with_one,
)
from wenming.outputs.standings.errors import TooManyEvaluations


def save_definition(definition: Definition, *, note: str, expected: int, by: Acting) -> None:
    """This one beside the others as they stand. `expected` is the revision that the person saw, 0 for none.

    Raises Refused, NoIndicator, IndicatorTwice, MarksAlike, TooManyEvaluations, RevisionStale.
    """
    permissions.require(by, "standings.define")
    check(definition)
    with transaction.atomic():
        held = revisions.current(KIND, KEY)
        _save(with_one(definitions_in(held.body if held else None), definition), note=note, expected=expected, by=by)


def restore_definitions(number: int, *, expected: int, by: Acting) -> None:
    """All of them as they stood then. Raises Refused, RevisionMissing, RevisionStale."""
    permissions.require(by, "standings.define")
    saving.restore(kind=KIND, key=KEY, number=number, expected=expected, by=by.actor)


def _save(definitions: Sequence[Definition], *, note: str, expected: int, by: Acting) -> None:
    """What the software brought is kept as a first revision, so that even the first change can be taken back."""
    if len(definitions) > DEFINITIONS_MAX:
        raise TooManyEvaluations(most=DEFINITIONS_MAX)
    held = revisions.current(KIND, KEY)
    number = held.number if held else 0
    if number != expected:
        raise RevisionStale(number=number)
    if held is None:
        saving.save(kind=KIND, key=KEY, body=body_of(BROUGHT), by=by.actor, expected=0)
    saving.save(kind=KIND, key=KEY, body=body_of(definitions), note=note, by=by.actor)
