"""The roles, and the rule that says at which types of agency each may be held."""

from dataclasses import dataclass
from enum import StrEnum

from shared.policy.agency_types import EVERY, STATUTORY, AgencyType


class Role(StrEnum):
    """What a person (or a system) is in the partnership."""

    PRACTITIONER = "practitioner"
    AGENCY_LEAD = "agency_lead"
    DELEGATED_PARTNER = "delegated_partner"
    LEAD_PARTNER = "lead_partner"
    EXECUTIVE_MEMBER = "executive_member"
    OPERATIONAL_MEMBER = "operational_member"
    BODY_CHAIR = "body_chair"
    DEPUTY = "deputy"
    MEDIATOR = "mediator"
    IMPROVEMENT_ADVISER = "improvement_adviser"
    BUSINESS_UNIT = "business_unit"
    LI_MEMBER = "li_member"
    QA_MEMBER = "qa_member"
    PANEL_MEMBER = "panel_member"
    REVIEWER = "reviewer"
    SCRUTINEER = "scrutineer"
    TRAINING_MANAGER = "training_manager"
    TRAINER = "trainer"
    DATA_PROVIDER = "data_provider"
    LAY_MEMBER = "lay_member"
    YOUNG_ADVISER = "young_adviser"
    OBSERVER = "observer"
    INSPECTOR = "inspector"
    PLATFORM_ADMIN = "platform_admin"


@dataclass(frozen=True)
class Holding:
    """At which types of agency a role may be held, and the sentence that says so to whom it is refused."""

    types: frozenset[AgencyType]
    rule: str


ANY = Holding(EVERY, "Any agency may hold this role.")
_STATUTORY = Holding(
    STATUTORY,
    "Only the council, the integrated care board and the police are safeguarding partners "
    "(Children Act 2004, section 16E), so only they hold this role.",
)
_INDEPENDENT = Holding(
    frozenset({AgencyType.INDEPENDENT, AgencyType.OTHER_AREA}),
    "This role is independent of the partnership's agencies, so none of them holds it.",
)
_HOST = Holding(
    frozenset({AgencyType.COUNCIL}), "The council hosts the business unit, so only the council holds this role."
)
_INSPECTORATE = Holding(frozenset({AgencyType.INSPECTORATE}), "Only an inspectorate holds this role.")

HOLDING: dict[Role, Holding] = dict.fromkeys(Role, ANY) | {
    Role.DELEGATED_PARTNER: _STATUTORY,
    Role.LEAD_PARTNER: _STATUTORY,
    Role.MEDIATOR: _INDEPENDENT,
    Role.IMPROVEMENT_ADVISER: _INDEPENDENT,
    Role.REVIEWER: _INDEPENDENT,
    Role.SCRUTINEER: _INDEPENDENT,
    Role.BUSINESS_UNIT: _HOST,
    Role.INSPECTOR: _INSPECTORATE,
}

SYSTEMS_MAY_HOLD = frozenset({Role.AGENCY_LEAD, Role.PRACTITIONER, Role.DATA_PROVIDER})


def may_hold(role: Role, agency_type: AgencyType) -> bool:
    """Whether the role may be held at an agency of this type."""
    return agency_type in HOLDING[role].types
