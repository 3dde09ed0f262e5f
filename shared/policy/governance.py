"""Who may do what to the register of agencies, bodies, memberships, contacts and delegations: data only."""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "governance.read", "governance.write"

LIST_AGENCIES = Action("governance.agency.list", READ_SCOPE, "See the register of agencies.", system=True)

ACTIONS = (LIST_AGENCIES,)

GRANTS = tuple(Grant(role, (LIST_AGENCIES,), Scope.ALL, View.ANONYMISED) for role in Role)
