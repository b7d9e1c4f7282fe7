"""The units that a source names: ours where a name fits, else made under one parent of their own."""

import hashlib
from collections.abc import Iterable
from typing import Final

from wenming.foundation.people.errors import AmbiguousUnit, UnknownUnit
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import UnitBook, name_key
from wenming.foundation.people.services import UnitDraft, create_units
from wenming.kernel.actors import Actor
from wenming.outputs.exchange.mapping import UnknownUnits
from wenming.outputs.exchange.mapping.model import UnitRule

_DIGITS: Final = 10


class Agencies:
    """Read once; `created` counts the units that had to be made."""

    def __init__(self, rule: UnitRule, *, by: Actor) -> None:
        self._rule, self._by = rule, by
        self._book = UnitBook()
        self.created = 0

    def find(self, name: str) -> Unit | None:
        """None for no name. Raises UnknownUnit, AmbiguousUnit."""
        return self._book.find(name) if name else None

    def make(self, names: Iterable[str]) -> None:
        """Makes the units that nobody has yet, if the mapping says so, in the transaction of the rows that name them."""
        if self._rule.unknown is not UnknownUnits.CREATE:
            return
        wanted: dict[str, str] = {}
        for name in names:
            if name and not self._is_known(name):
                wanted.setdefault(self._code(name), name)
        if not wanted:
            return
        drafts = [
            UnitDraft(code=code, name=name, kind=self._rule.kind, parent_code=self._rule.code)
            for code, name in wanted.items()
        ]
        if not self._is_known(self._rule.code):
            drafts.insert(0, UnitDraft(code=self._rule.code, name=self._rule.name, kind=self._rule.kind))
        self.created += len(create_units(drafts, by=self._by))
        self._book = UnitBook()

    def forget(self) -> None:
        """After a transaction that was rolled back."""
        self._book = UnitBook()

    def _is_known(self, name: str) -> bool:
        try:
            return self._book.find(name) is not None
        except UnknownUnit:
            return False
        except AmbiguousUnit:
            return True

    def _code(self, name: str) -> str:
        """The same name has the same code in every run."""
        return f"{self._rule.code}-{hashlib.sha256(name_key(name).encode()).hexdigest()[:_DIGITS]}"
