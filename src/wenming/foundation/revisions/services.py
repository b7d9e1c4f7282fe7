"""Saving a new state, and taking one back: nothing is lost by either."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from wenming.foundation.audit.services import Entry, record_all
from wenming.foundation.revisions import selectors
from wenming.foundation.revisions.errors import RevisionMissing, RevisionStale, RevisionTooLarge
from wenming.foundation.revisions.models import Revision
from wenming.kernel.actors import Actor
from wenming.kernel.clock import now

BODY_CHARS_MAX: Final = 500_000
KEYS_MAX: Final = 500
"""How many things one call of `save_all` may hold."""


def save(
    *, kind: str, key: str, body: Any, by: Actor, note: str = "", expected: int | None = None, undoes: int | None = None
) -> Revision:
    """`save_all` of one."""
    given = None if expected is None else {key: expected}
    return save_all(kind=kind, bodies={key: body}, by=by, note=note, expected=given, undoes=undoes)[key]


@transaction.atomic
def save_all(
    *,
    kind: str,
    bodies: Mapping[str, Any],
    by: Actor,
    note: str = "",
    expected: Mapping[str, int] | None = None,
    undoes: int | None = None,
) -> dict[str, Revision]:
    """The revision that holds afterwards, by key; all are saved or none, and an unchanged body makes no new one.

    `expected` holds the numbers that the person saw, 0 where there was none; a key that is not in it is not checked.
    At most KEYS_MAX keys. Raises RevisionStale, RevisionTooLarge.
    """
    if len(bodies) > KEYS_MAX:
        raise ValueError(f"one call saves {KEYS_MAX} keys, not {len(bodies)}")
    plain = {key: _plain(body) for key, body in bodies.items()}
    held = selectors.currents(kind, list(plain))
    numbers = {key: held[key].number if key in held else 0 for key in plain}
    for key, seen in (expected or {}).items():
        if key in numbers and numbers[key] != seen:
            raise RevisionStale(number=numbers[key])
    changed = [key for key in plain if key not in held or held[key].body != plain[key]]
    made = [
        Revision(
            kind=kind,
            key=key,
            number=numbers[key] + 1,
            body=plain[key],
            note=note,
            undoes=undoes,
            made_at=now(),
            actor_kind=by.kind,
            actor_id=by.id,
            unit_id=by.unit_id,
        )
        for key in changed
    ]
    _insert(made)
    record_all(
        [
            Entry("revisions.save", row.kind, row.key, {"number": row.number - 1}, {"number": row.number, "note": note})
            for row in made
        ],
        by=by,
    )
    return held | {row.key: row for row in made}


def restore(*, kind: str, key: str, number: int, by: Actor, note: str = "", expected: int) -> Revision:
    """Makes the body of revision `number` hold again, as a new revision that undoes `expected`, the one seen to hold.

    Raises RevisionMissing, RevisionStale.
    """
    former = Revision.objects.filter(kind=kind, key=key, number=number).first()
    if former is None:
        raise RevisionMissing(number=number)
    return save(kind=kind, key=key, body=former.body, by=by, note=note, expected=expected, undoes=expected)


def _insert(rows: list[Revision]) -> None:
    """Whoever took the number between our look and our writing was first."""
    try:
        with transaction.atomic():
            Revision.objects.bulk_create(rows)
    except IntegrityError as error:
        raise RevisionStale(number=rows[0].number) from error


def _plain(body: Any) -> Any:
    """What JSON gives back, so that an unchanged body is known as such. Raises RevisionTooLarge."""
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    if len(text) > BODY_CHARS_MAX:
        raise RevisionTooLarge(most=BODY_CHARS_MAX)
    return json.loads(text)
