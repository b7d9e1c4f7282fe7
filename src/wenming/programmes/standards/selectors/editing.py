"""What the editor of the catalogue shows: the version that is worked on, and how one type came to be what it is."""

from dataclasses import dataclass
from typing import Final

from wenming.programmes.standards import content
from wenming.programmes.standards.content import Fields
from wenming.programmes.standards.enums import Status, TypeKind
from wenming.programmes.standards.errors import NoCatalogue, UnknownType
from wenming.programmes.standards.models import ProblemCatalogue, ProblemType
from wenming.programmes.standards.selectors.catalogues import catalogues
from wenming.programmes.standards.selectors.diffs import Change, changes_between

HISTORY_VERSIONS_MAX: Final = 50
SEEN_CHARACTERS: Final = 16


@dataclass(frozen=True, slots=True)
class TypeVersion:
    """What one version did to a type: `kind` is added, changed or retired; `row` is None where it was retired."""

    catalogue: ProblemCatalogue
    kind: str
    row: ProblemType | None
    changes: tuple[Change, ...] = ()


def working_catalogue() -> ProblemCatalogue:
    """The open draft, else the last version, from which the next draft is copied. Raises NoCatalogue."""
    found = catalogues().first()
    if found is None:
        raise NoCatalogue
    return found


def draft_in_work() -> ProblemCatalogue | None:
    return ProblemCatalogue.objects.filter(status=Status.DRAFT).first()


def type_in_work(code: str) -> ProblemType:
    """As it stands in the version that is worked on; where that has it no more, as it last was. Raises UnknownType."""
    rows = ProblemType.objects.filter(code=code).select_related("catalogue", "lead")
    found = rows.order_by("-catalogue__version").first()
    if found is None:
        raise UnknownType(text=code[:20])
    return found


def seen_of(row: ProblemType) -> str:
    """What a person saw of a type, as a short word that any change of it changes."""
    return content.fingerprint({row.code: fields_of(row)})[1][:SEEN_CHARACTERS]


def fields_of(row: ProblemType) -> Fields:
    return {name: getattr(row, name) for name in content.TYPE_FIELDS}


def type_history(code: str) -> list[TypeVersion]:
    """The versions that did something to a type, the newest first; three statements at most."""
    versions = list(catalogues()[:HISTORY_VERSIONS_MAX])
    versions.reverse()
    rows = {row.catalogue_id: row for row in ProblemType.objects.filter(code=code, catalogue__in=versions)}
    found: list[TypeVersion] = []
    before: ProblemType | None = None
    for version in versions:
        row = rows.get(version.pk)
        if row is None and before is not None:
            found.append(TypeVersion(version, "retired", None))
        elif row is not None and before is None:
            found.append(TypeVersion(version, "added", row))
        elif row is not None and before is not None:
            changes = changes_between(fields_of(before), fields_of(row))
            if changes:
                found.append(TypeVersion(version, "changed", row, changes))
        before = row
    found.reverse()
    return found


def categories_in(catalogue: ProblemCatalogue) -> list[tuple[TypeKind, str, str]]:
    """(kind, code, name) of each category, in the catalogue's order."""
    rows = ProblemType.objects.filter(catalogue=catalogue).order_by("position", "pk")
    pairs = dict.fromkeys(rows.values_list("kind", "category_code", "category"))
    return [(TypeKind(kind), code, name) for kind, code, name in pairs]
