"""The chain of signatures that a dossier goes through: an ordered list of steps, each of a role and perhaps of one unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.programmes.dossiers.errors import ChainUnusable

STEPS_MAX: Final = 6
STEP_NAME_CHARS_MAX: Final = 30
SIGNING_ROLES: Final = (Role.OFFICE, Role.LEADER, Role.AUTHOR, Role.INSPECTOR)


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Whoever holds `role`, in `unit_id` where one is given, may sign it."""

    name: str
    role: Role
    unit_id: int | None = None

    def is_for(self, acting: Acting) -> bool:
        return acting.role is self.role and self.unit_id in (None, acting.unit_id)


Chain = tuple[ChainStep, ...]

# Until the office sets its own.
BROUGHT: Final[Chain] = (
    ChainStep("科室复核", Role.OFFICE),
    ChainStep("主要负责人签批", Role.LEADER),
)


def as_body(chain: Sequence[ChainStep]) -> list[dict[str, Any]]:
    """As a revision and a dossier keep it."""
    return [{"name": step.name, "role": step.role.value, "unit": step.unit_id} for step in chain]


def of_body(body: Any) -> Chain:
    return tuple(ChainStep(step["name"], Role(step["role"]), step["unit"]) for step in body)


def checked(chain: Sequence[ChainStep]) -> Chain:
    """Raises ChainUnusable."""
    named = tuple(ChainStep(step.name.strip(), step.role, step.unit_id) for step in chain)
    is_usable = 0 < len(named) <= STEPS_MAX and all(
        0 < len(step.name) <= STEP_NAME_CHARS_MAX and step.role in SIGNING_ROLES for step in named
    )
    if not is_usable:
        raise ChainUnusable(most=STEPS_MAX, fields={"name_0": _("请写明第一步。")})
    return named
