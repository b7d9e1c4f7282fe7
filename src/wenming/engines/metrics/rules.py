"""Who may see figures, and who may give or confirm one that nobody can compute."""

from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.permissions import declare, has_role

keeps_figures = has_role(Role.OFFICE, Role.AUTHOR)

declare("metrics.view_figures", has_role(*WORKING))
declare("metrics.declare_figure", keeps_figures)
# That it is another person than the declarer is the service's business, and the database's.
declare("metrics.confirm_figure", keeps_figures | has_role(Role.LEADER))
declare("metrics.withdraw_figure", keeps_figures)
