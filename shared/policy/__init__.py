"""One access policy behind every door: roles, actions and grants as data, and the two questions asked of them."""

from collections import defaultdict
from functools import lru_cache

from shared.policy import escalations, gateway, governance, governance_actions, reviews, training
from shared.policy.agency_types import EDUCATION, HEALTH_WITHOUT_CONTACT, STATUTORY, AgencyType
from shared.policy.model import Access, Action, Grant, Principal, Reach, Scope, View
from shared.policy.roles import HOLDING, SYSTEMS_MAY_HOLD, Role, may_hold
from shared.policy.seniority import Seniority

__all__ = [
    "ACTIONS",
    "EDUCATION",
    "GRANTS",
    "HEALTH_WITHOUT_CONTACT",
    "HOLDING",
    "STATUTORY",
    "SYSTEMS_MAY_HOLD",
    "Access",
    "Action",
    "AgencyType",
    "Grant",
    "Principal",
    "Reach",
    "Role",
    "Scope",
    "Seniority",
    "View",
    "may_hold",
    "reach",
    "refusal",
]

_SERVICES = (gateway, governance, governance_actions, escalations, reviews, training)
ACTIONS: dict[str, Action] = {action.name: action for service in _SERVICES for action in service.ACTIONS}
GRANTS: tuple[Grant, ...] = tuple(grant for service in _SERVICES for grant in service.GRANTS)
_GRANTS_OF: defaultdict[Action, list[Grant]] = defaultdict(list)
for _grant in GRANTS:
    for _action in _grant.actions:
        _GRANTS_OF[_action].append(_grant)


@lru_cache(maxsize=4096)
def _granted(roles: frozenset[Role], agency_type: AgencyType, action: Action) -> Reach:
    widest: dict[Scope, View] = {}
    for grant in _GRANTS_OF[action]:
        if grant.role in roles and may_hold(grant.role, agency_type):
            held = widest.get(grant.scope)
            if held is None or grant.view.width > held.width:
                widest[grant.scope] = grant.view
    return Reach(tuple(sorted(widest.items(), key=lambda pair: -pair[1].width)))


NOTHING = Reach(())


def reach(principal: Principal, action: Action) -> Reach:
    """Which rows this principal reaches for this action, and with which view; empty means none at all.

    A token's OAuth scopes and the absence of a person narrow what the roles grant; nothing widens it.
    """
    if action.scope not in principal.scopes:
        return NOTHING
    if principal.access is Access.APPLICATION and not action.system:
        return NOTHING
    return _granted(principal.roles, principal.agency_type, action)


def refusal(principal: Principal, action: Action) -> str | None:
    """Why this principal may never do this, as a sentence that says what would be needed; None where it may."""
    if action.scope not in principal.scopes:
        return f"The token does not carry the scope {action.scope}."
    if principal.access is Access.APPLICATION and not action.system:
        return "A system acting alone may not do this: it needs a person, signed in."
    if _granted(principal.roles, principal.agency_type, action).views:
        return None
    return _what_lacks(principal.roles, principal.agency_type, action)


@lru_cache(maxsize=4096)
def _what_lacks(roles: frozenset[Role], agency_type: AgencyType, action: Action) -> str:
    given = {grant.role for grant in _GRANTS_OF[action]}
    for role in sorted(roles & given):
        if not may_hold(role, agency_type):
            return HOLDING[role].rule
    return f"{action.about} This is for: {', '.join(sorted(given))}."
