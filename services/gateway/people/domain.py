"""Who may give which role to whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.gateway.agencies.domain import Granted, NotGranted, check_holding, listed
from shared.policy import Role
from shared.problems import FieldError, Forbidden, Invalid

BY_PLATFORM_ADMIN = frozenset({Role.AGENCY_LEAD, Role.PLATFORM_ADMIN})
BY_BUSINESS_UNIT = frozenset(Role) - {Role.PLATFORM_ADMIN}


class OwnAccount(Forbidden):
    """Nobody does this to her own account."""

    code = "own_account"
    title = "Not to your own account"
    cure = "Somebody else with the role does."


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives a role: her subject, her roles, and whether the person is of another agency."""

    subject: str
    roles: Collection[Role]
    elsewhere: bool


def check_role(giver: Giver, person_id: str, role: Role, granted: Granted) -> None:
    """NotGranted, with the rule, where the agency's type may not hold it or this giver may not give it; OwnAccount.

    The business unit gives every role that the type may hold but the platform's; the platform's administrator gives its
    own and each agency's first lead; an agency's lead gives what the partnership grants that agency.
    """
    if giver.subject == person_id:
        raise OwnAccount("Nobody gives herself a role: ask another lead, or the business unit.")
    check_holding(role, granted.type)
    may: frozenset[Role] = frozenset() if giver.elsewhere else granted.roles
    if Role.BUSINESS_UNIT in giver.roles:
        may |= BY_BUSINESS_UNIT
    if Role.PLATFORM_ADMIN in giver.roles:
        may |= BY_PLATFORM_ADMIN
    if role not in may:
        reason = f"You may not give the role {role.value}; you may give: {listed(may)}."
        raise NotGranted(reason, errors=[FieldError("role", "not_granted", reason)])


def check_term(starts_on: date, ends_on: date | None) -> None:
    """Invalid for a term that ends before it begins."""
    if ends_on is not None and ends_on < starts_on:
        raise Invalid.field("ends_on", "before_start", "The last day cannot be before the first.")
