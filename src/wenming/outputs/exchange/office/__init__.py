"""The office's own workbooks: units, people, points, problems and declared figures."""

from wenming.outputs.exchange import kinds
from wenming.outputs.exchange.office.appeals import take_appeals
from wenming.outputs.exchange.office.cases import take_problems
from wenming.outputs.exchange.office.declared import take_declared
from wenming.outputs.exchange.office.people import take_accounts, take_roles
from wenming.outputs.exchange.office.points import take_points
from wenming.outputs.exchange.office.units import take_people, take_units


def register() -> None:
    kinds.register("units", take_units)
    kinds.register("people", take_people)
    kinds.register("accounts", take_accounts)
    kinds.register("roles", take_roles)
    kinds.register("points", take_points)
    kinds.register("problems", take_problems)
    kinds.register("declared", take_declared)
    kinds.register("appeals", take_appeals)


__all__ = [
    "register",
    "take_accounts",
    "take_appeals",
    "take_declared",
    "take_people",
    "take_points",
    "take_problems",
    "take_roles",
    "take_units",
]
