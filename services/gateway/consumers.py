"""What the gateway does about others' events: it keeps agencies, seats on bodies and on cases' panels with their roles, delegations."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.gateway.models import Agency, Base, Delegation, Membership
from shared.contracts.governance import (
    AgencyChanged,
    AgencyEvent,
    AgencyRegistered,
    AgencyRestated,
    AgencySucceeded,
    DelegationChanged,
    DelegationEnded,
    DelegationEvent,
    DelegationGranted,
    DelegationRestated,
    DelegationWithdrawn,
    MembershipAssigned,
    MembershipChanged,
    MembershipEnded,
    MembershipEvent,
    MembershipRestated,
    MembershipWithdrawn,
)
from shared.contracts.rapid_reviews import (
    PanelMemberChairs,
    PanelMemberDeclared,
    PanelMemberEvent,
    PanelMemberNamed,
    PanelMemberReleased,
)
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel


async def agency_stands(tx: Tx, event: AgencyEvent, envelope: Envelope) -> None:
    """Keep the agency's name, type and last day."""
    values = {"name": event.name, "type": event.agency_type, "ends_on": event.effective_to}
    await _keep(tx, Agency, "agency_id", event.subject, values)


async def membership_stands(tx: Tx, event: MembershipEvent, envelope: Envelope) -> None:
    """Keep a seat with its roles and days; the day itself, not this event, gives and takes the roles."""
    values = {
        "person_id": event.person_id,
        "agency_id": event.agency_id,
        "body_id": event.body_id,
        "roles": list(event.roles),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
    }
    await _keep(tx, Membership, "membership_id", event.subject, values)


async def membership_withdrawn(tx: Tx, event: MembershipEvent, envelope: Envelope) -> None:
    """Forget a seat that was never taken."""
    await tx.execute(delete(Membership).where(Membership.membership_id == event.subject))


async def panel_member_stands(tx: Tx, event: PanelMemberEvent, envelope: Envelope) -> None:
    """Keep a seat on one case's panel. The role alone reaches no case: the case asks by name, and while it lasts."""
    values = {
        "person_id": event.person_id,
        "agency_id": event.agency_id,
        "body_id": event.review_id,
        "roles": list(event.roles),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
    }
    await _keep(tx, Membership, "membership_id", event.subject, values)


async def delegation_stands(tx: Tx, event: DelegationEvent, envelope: Envelope) -> None:
    """Keep who acts for whom, and on which days."""
    values = {
        "agency_id": event.agency_id,
        "for_agency_id": event.for_agency_id,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
    }
    await _keep(tx, Delegation, "delegation_id", event.subject, values)


async def delegation_withdrawn(tx: Tx, event: DelegationEvent, envelope: Envelope) -> None:
    """Forget a delegation that had not begun."""
    await tx.execute(delete(Delegation).where(Delegation.delegation_id == event.subject))


async def _keep(tx: Tx, table: type[Base], key: str, subject: str, values: dict[str, Any]) -> None:
    statement = insert(table).values({key: subject} | values)
    await tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=values))


HANDLERS: Mapping[type[Event], Handler] = {
    AgencyRegistered: agency_stands,
    AgencyChanged: agency_stands,
    AgencySucceeded: agency_stands,
    AgencyRestated: agency_stands,
    MembershipAssigned: membership_stands,
    MembershipChanged: membership_stands,
    MembershipEnded: membership_stands,
    MembershipRestated: membership_stands,
    MembershipWithdrawn: membership_withdrawn,
    PanelMemberNamed: panel_member_stands,
    PanelMemberDeclared: panel_member_stands,
    PanelMemberChairs: panel_member_stands,
    PanelMemberReleased: panel_member_stands,
    DelegationGranted: delegation_stands,
    DelegationChanged: delegation_stands,
    DelegationEnded: delegation_stands,
    DelegationRestated: delegation_stands,
    DelegationWithdrawn: delegation_withdrawn,
}
READ_MODELS = (
    ReadModel(
        tables=[Base.metadata.tables[f"gateway.{table.__tablename__}"] for table in (Agency, Membership, Delegation)],
        events=tuple(HANDLERS),
    ),
)
