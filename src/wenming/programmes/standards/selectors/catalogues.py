"""The catalogue of problem types: which version holds, and which type a text means."""

import re
from collections import defaultdict
from datetime import date

from django.db.models import Count, QuerySet

from wenming.foundation.people.selectors import name_key
from wenming.kernel import clock
from wenming.kernel.kept import KeptModels
from wenming.programmes.standards.enums import Status, TypeKind
from wenming.programmes.standards.errors import AmbiguousType, NoCatalogue, NoLocalCodeLeft, UnknownType
from wenming.programmes.standards.models import ProblemCatalogue, ProblemType
from wenming.programmes.standards.models.catalogue import LOCAL_CODE_MAX

_KIND_WORDS = {kind: str(word) for kind, word in ((TypeKind.COMPONENT, "部件"), (TypeKind.EVENT, "事件"))}
_PUBLISHED = KeptModels(
    lambda: ProblemCatalogue.objects.filter(status=Status.PUBLISHED).order_by("effective_on", "version")
)
_TYPE = KeptModels(
    lambda catalogue_id, code: ProblemType.objects.filter(catalogue_id=catalogue_id, code=code), (int, str)
)
_BRACKETS = re.compile(r"^(.+?)\((.+)\)$")
_JOINTS = re.compile(r"[-—/／>·|:：、]+")


def catalogues() -> QuerySet[ProblemCatalogue]:
    return ProblemCatalogue.objects.order_by("-version")


def catalogues_with_counts() -> QuerySet[ProblemCatalogue]:
    """With `types_count`."""
    return catalogues().annotate(types_count=Count("types"))


def find_catalogue(version: int) -> ProblemCatalogue:
    """Raises NoCatalogue."""
    found = ProblemCatalogue.objects.filter(version=version).first()
    if found is None:
        raise NoCatalogue
    return found


def current_catalogue(*, on: date | None = None) -> ProblemCatalogue:
    """The published version in force on a day (today by default); before the first, the first. Raises NoCatalogue."""
    day = on or clock.local(clock.now()).date()
    published = _PUBLISHED.all()
    if not published:
        raise NoCatalogue
    in_force = [catalogue for catalogue in published if catalogue.effective_on and catalogue.effective_on <= day]
    return in_force[-1] if in_force else published[0]


def problem_types(catalogue: ProblemCatalogue | None = None) -> QuerySet[ProblemType]:
    """In the catalogue's order. Raises NoCatalogue where none is given and none is published."""
    catalogue = catalogue or current_catalogue()
    return ProblemType.objects.filter(catalogue=catalogue).order_by("position", "pk")


def types_by_code(catalogue: ProblemCatalogue | None = None) -> dict[str, ProblemType]:
    """`{"E0110": ProblemType, ...}`, in the catalogue's order."""
    return {row.code: row for row in problem_types(catalogue)}


def type_by_code(code: str) -> ProblemType | None:
    """The type of the catalogue in force, without reading the others. Raises NoCatalogue."""
    return _TYPE.first(current_catalogue().pk, code)


class TypeBook:
    """All types of a version by whatever a workbook may call them, read once; for imports of many rows.

    A text may be the code (E0110), the number with its kind (事件0110) or, where only one kind has it, alone (0290),
    the name, the name without its brackets or what is in them, or category and name (市容环境-暴露垃圾).
    """

    def __init__(self, catalogue: ProblemCatalogue | None = None) -> None:
        self._found: dict[str, list[ProblemType]] = defaultdict(list)
        self._aliases: dict[str, list[ProblemType]] = defaultdict(list)
        for row in problem_types(catalogue):
            for key in (row.code, _KIND_WORDS[TypeKind(row.kind)] + row.type_code, row.type_code, row.name):
                self._add(self._found, key, row)
            self._add(self._found, row.category + row.name, row)
            brackets = _BRACKETS.match(name_key(row.name))
            for alias in brackets.groups() if brackets else ():
                self._add(self._aliases, alias, row)

    def _add(self, index: dict[str, list[ProblemType]], text: str, row: ProblemType) -> None:
        rows = index[_key(text)]
        if row not in rows:
            rows.append(row)

    def find(self, text: str) -> ProblemType:
        """Raises UnknownType, AmbiguousType."""
        key = _key(text)
        found = self._found.get(key) or self._aliases.get(key)
        if not found:
            last = _JOINTS.split(name_key(text))[-1]
            found = self._found.get(_key(last)) or self._aliases.get(_key(last))
        if not found:
            raise UnknownType(text=text.strip()[:40])
        if len(found) > 1:
            names = "、".join(f"{row.code} {row.name}" for row in found[:5])
            raise AmbiguousType(text=text.strip()[:40], count=len(found), names=names)
        return found[0]


def _key(text: str) -> str:
    return _JOINTS.sub("", name_key(text)).upper()


def type_for(text: str, *, catalogue: ProblemCatalogue | None = None) -> ProblemType:
    """One type by code or name; for many rows make a `TypeBook`. Raises UnknownType, AmbiguousType, NoCatalogue."""
    return TypeBook(catalogue).find(text)


def next_local_code(*, kind: TypeKind, category_code: str) -> str:
    """The next `type_code` of a local extension that no version ever used: 0199, then 0198 … Raises NoLocalCodeLeft."""
    rows = ProblemType.objects.filter(kind=kind, category_code=category_code)
    taken = {code[:4] for code in rows.values_list("type_code", flat=True)}
    for serial in range(LOCAL_CODE_MAX, 0, -1):
        if f"{category_code}{serial:02}" not in taken:
            return f"{category_code}{serial:02}"
    raise NoLocalCodeLeft(category=category_code)
