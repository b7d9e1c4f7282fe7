"""Who did it: a person, the holder of a link, a resident, an import or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    LINK = "link"
    RESIDENT = "resident"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change. `id` is the user's primary key, the link's or the import's name; never a person's name."""

    kind: ActorKind
    id: str
    unit_id: int | None = None
    role: str = ""

    @classmethod
    def importer(cls, name: str, unit_id: int | None = None) -> "Actor":
        return cls(ActorKind.IMPORT, name[:64], unit_id)


SYSTEM = Actor(ActorKind.SYSTEM, "system")
