"""Reads about people and units."""

import unicodedata
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from wenming.foundation.people.acting import Acting, acting_under
from wenming.foundation.people.errors import AmbiguousUnit, UnknownUnit
from wenming.foundation.people.models import Grant, Unit, UnitName


def name_key(name: str) -> str:
    """What a unit's name is looked up by: without spaces of any width, in one width of characters."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def open_grants(user_id: int) -> QuerySet[Grant]:
    return (
        Grant.objects.filter(user_id=user_id, revoked_at__isnull=True, user__is_active=True, unit__is_active=True)
        .select_related("user", "unit")
        .order_by("pk")
    )


def acting_of(user_id: int, grant_id: int | None = None) -> Acting | None:
    """The session's grant, or the person's first; None for somebody without one."""
    return acting_among(list(open_grants(user_id)), grant_id)


def acting_among(grants: Sequence[Grant], grant_id: int | None = None) -> Acting | None:
    """The grant of `grant_id` where it is among `grants`, else their first."""
    chosen = next((grant for grant in grants if grant.pk == grant_id), grants[0] if grants else None)
    return acting_under(chosen) if chosen else None


def units() -> QuerySet[Unit]:
    """Units are no secret among staff: who answers for what is the point of the system."""
    return Unit.objects.filter(is_active=True).order_by("code")


class UnitBook:
    """All units by code and by any name that they have or had, read once; for imports of many rows."""

    def __init__(self) -> None:
        self._by_code = {unit.code: unit for unit in Unit.objects.all()}
        by_pk = {unit.pk: unit for unit in self._by_code.values()}
        self._by_name: dict[str, list[Unit]] = {}
        for unit_id, key in UnitName.objects.values_list("unit_id", "key"):
            self._by_name.setdefault(key, []).append(by_pk[unit_id])

    def find(self, text: str) -> Unit:
        """The unit with this code, or with this name now or earlier. Raises UnknownUnit, AmbiguousUnit."""
        if text.strip() in self._by_code:
            return self._by_code[text.strip()]
        found = self._by_name.get(name_key(text), [])
        if not found:
            raise UnknownUnit(name=text.strip())
        if len(found) > 1:
            raise AmbiguousUnit(name=text.strip(), count=len(found))
        return found[0]


def unit_by_any_name(text: str) -> Unit:
    """One unit by code or by a name that it has or had. Raises UnknownUnit, AmbiguousUnit."""
    by_code = Unit.objects.filter(code=text.strip()).first()
    if by_code is not None:
        return by_code
    found = list(Unit.objects.filter(names__key=name_key(text)).distinct()[:20])
    if not found:
        raise UnknownUnit(name=text.strip())
    if len(found) > 1:
        raise AmbiguousUnit(name=text.strip(), count=len(found))
    return found[0]


def names_of(unit_ids: Iterable[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=set(unit_ids)).values_list("pk", "name"))
