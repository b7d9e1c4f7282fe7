"""Who may do what with a dossier: the city office's own people; no county and no unit outside it."""

from typing import Any, Final

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.permissions import declare, has_role, predicate
from wenming.programmes.dossiers.chain import SIGNING_ROLES, ChainStep, of_body
from wenming.programmes.dossiers.enums import Action

HOUSE: Final = frozenset({UnitKind.OFFICE, UnitKind.SECTION})
is_office = has_role(Role.OFFICE)


@predicate
def is_of_the_house(acting: Acting, _thing: Any) -> bool:
    """An inspector may also be a contractor's or a county's."""
    return acting.is_any(*SIGNING_ROLES) and acting.unit_kind in HOUSE


@predicate
def owns(acting: Acting, dossier: Any) -> bool:
    return dossier is None or bool(dossier.owner_id == acting.unit_id)


@predicate
def is_next(acting: Acting, dossier: Any) -> bool:
    """Whose turn it is; once all have signed, whoever signed the last step may still return it."""
    if dossier is None:
        return True
    chain = of_body(dossier.chain)
    step: ChainStep = chain[min(dossier.signed_count, len(chain) - 1)]
    return step.is_for(acting)


def permission(action: Action) -> str:
    return f"dossiers.{action.value}"


def register() -> None:
    declare("dossiers.view_dossier", is_of_the_house)
    declare("dossiers.set_chain", is_office)
    for action in (Action.OPEN, Action.CANCEL, Action.VOID):
        declare(permission(action), is_office & is_of_the_house)
    for action in (Action.PLAN, Action.SUBMIT):
        declare(permission(action), is_of_the_house & owns)
    for action in (Action.SIGN, Action.RETURN):
        declare(permission(action), is_of_the_house & is_next)
