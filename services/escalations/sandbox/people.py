"""The made-up people of the history, and how far their grants reach."""

from services.escalations.escalations.commands import By
from shared import policy
from shared.policy import Access, Action, AgencyType, Principal, Role, Seniority
from shared.policy import escalations as actions

SCOPES = frozenset({actions.READ_SCOPE, actions.WRITE_SCOPE})
TOP = Seniority.CHIEF_OFFICER


def person(agency_id: str, role: Role = Role.PRACTITIONER, agency_type: AgencyType = AgencyType.COUNCIL) -> Principal:
    """Somebody of an agency; of which type it is matters to votes alone."""
    return Principal(
        subject=f"sandbox/{agency_id}/{role}",
        client_id="sandbox",
        agency_id=agency_id,
        agency_type=agency_type,
        roles=frozenset({role}),
        scopes=SCOPES,
        access=Access.USER,
    )


def acting(
    agency_id: str,
    role: Role,
    action: Action,
    *,
    version: int | None = None,
    agency_type: AgencyType = AgencyType.COUNCIL,
) -> By:
    """Somebody of an agency who does something to what was read at a version."""
    who = person(agency_id, role, agency_type)
    return By(who, policy.reach(who, action), TOP, f'"{version}"')
