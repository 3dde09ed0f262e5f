"""The made-up people of the cases, and how far their grants reach."""

from uuid import NAMESPACE_URL, UUID, uuid5

from shared import policy
from shared.acting import By
from shared.etag import etag
from shared.policy import Access, Action, AgencyType, Principal, Role
from shared.policy.incidents import READ_SCOPE, WRITE_SCOPE

COUNCIL = ("cheshire-east-council", AgencyType.COUNCIL)
POLICE = ("cheshire-constabulary", AgencyType.POLICE)
ICB = ("nhs-cheshire-and-merseyside-icb", AgencyType.ICB)
TRUST = ("mid-cheshire-hospitals-nhs-foundation-trust", AgencyType.ACUTE_TRUST)
SCHOOL = ("adlington-primary-school", AgencyType.SCHOOL_MAINTAINED)
THREE = (COUNCIL, POLICE, ICB)

Agency = tuple[str, AgencyType]


def person_id(agency: Agency, role: Role) -> UUID:
    """The id of the sandbox's person of this role at this agency, which the gateway makes by the same rule."""
    return uuid5(NAMESPACE_URL, f"https://sandbox.example/people/{agency[0]}/{role}")


def acting(agency: Agency, role: Role, action: Action, version: int = 0) -> By:
    """Somebody of an agency who does something to what was read at a version."""
    who = Principal(
        subject=str(person_id(agency, role)),
        client_id="sandbox",
        agency_id=agency[0],
        agency_type=agency[1],
        roles=frozenset({role}),
        scopes=frozenset({READ_SCOPE, WRITE_SCOPE}),
        access=Access.USER,
    )
    return By(who, policy.reach(who, action), etag(version))
