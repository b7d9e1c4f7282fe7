"""Verbs about people and units."""

from wenming.foundation.people.services.accounts import (
    UserDraft,
    activate_user,
    change_password,
    create_user,
    create_users,
    deactivate_user,
    register_user,
    rename_user,
    reset_password,
    sign_out_everywhere,
)
from wenming.foundation.people.services.grants import confirm_grant, grant_role, revoke_grant
from wenming.foundation.people.services.mergers import (
    Going,
    absorb_unit,
    check_merger,
    move_grants,
    undo_merger,
    what_went,
    what_would_go,
)
from wenming.foundation.people.services.movers import Mover, register_mover
from wenming.foundation.people.services.signing import forget_sessions, sign_in, unlock_accounts
from wenming.foundation.people.services.units import (
    UnitDraft,
    add_unit_name,
    change_unit,
    close_unit,
    create_unit,
    create_units,
    move_unit,
    rename_unit,
    reopen_unit,
)

__all__ = [
    "Going",
    "Mover",
    "UnitDraft",
    "UserDraft",
    "absorb_unit",
    "activate_user",
    "add_unit_name",
    "change_password",
    "change_unit",
    "check_merger",
    "close_unit",
    "confirm_grant",
    "create_unit",
    "create_units",
    "create_user",
    "create_users",
    "deactivate_user",
    "forget_sessions",
    "grant_role",
    "move_grants",
    "move_unit",
    "register_mover",
    "register_user",
    "rename_unit",
    "rename_user",
    "reopen_unit",
    "reset_password",
    "revoke_grant",
    "sign_in",
    "sign_out_everywhere",
    "undo_merger",
    "unlock_accounts",
    "what_went",
    "what_would_go",
]
