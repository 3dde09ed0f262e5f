"""What an agency may give to its systems and its people, unless the partnership says more or less."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared import policy
from shared.policy import HOLDING, AgencyType, Role, may_hold
from shared.problems import FieldError, Forbidden

OPENID = "openid"
USUAL_ROLES = frozenset({Role.PRACTITIONER, Role.AGENCY_LEAD, Role.DATA_PROVIDER, Role.TRAINING_MANAGER, Role.TRAINER})


class NotGranted(Forbidden):
    """It is more than the partnership grants this agency, or than its type may hold."""

    code = "not_granted"
    title = "The partnership does not grant this agency so much"
    cure = "Ask for less, or the business unit for more."


@dataclass(frozen=True, slots=True)
class Granted:
    """What one agency may give."""

    type: AgencyType
    scopes: frozenset[str]
    roles: frozenset[Role]

    def check_scopes(self, scopes: Sequence[str]) -> None:
        """NotGranted names the scopes that go too far."""
        beyond = sorted(set(scopes) - self.scopes)
        if beyond:
            error = FieldError("scopes", "not_granted", f"Not granted to this agency: {', '.join(beyond)}.")
            raise NotGranted(error.message, errors=[error])

    def check_roles(self, roles: Sequence[Role], path: str = "roles") -> None:
        """NotGranted names the rule that keeps a role from this type of agency, or that it is not granted."""
        for role in roles:
            check_holding(role, self.type, path)
            if role not in self.roles:
                reason = f"This agency may not give the role {role.value}; it may give: {listed(self.roles)}."
                raise NotGranted(reason, errors=[FieldError(path, "not_granted", reason)])


def check_holding(role: Role, kind: AgencyType, path: str = "role") -> None:
    """NotGranted, with the rule, where an agency of this type may not hold the role."""
    if not may_hold(role, kind):
        rule = HOLDING[role].rule
        raise NotGranted(rule, errors=[FieldError(path, "not_held_here", rule)])


def granted(kind: str, scopes: Sequence[str] | None, roles: Sequence[str] | None) -> Granted:
    """What is granted: what the partnership has said of this agency, or else the usual."""
    chosen = frozenset(Role(role) for role in roles) if roles is not None else USUAL_ROLES
    return Granted(AgencyType(kind), frozenset(scopes) if scopes is not None else every_scope(), chosen)


def every_scope() -> frozenset[str]:
    """Every scope of the policy, and OpenID Connect's."""
    return frozenset(action.scope for action in policy.ACTIONS.values()) | {OPENID}


def listed(roles: frozenset[Role]) -> str:
    """Roles in words."""
    return ", ".join(sorted(role.value for role in roles)) or "none"
