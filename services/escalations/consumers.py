"""What this service does about the events of others."""

from collections.abc import Mapping

from services.escalations.escalations import commands as escalations
from services.escalations.learning import commands as learning
from services.escalations.register import commands as register
from services.escalations.register.models import REGISTER
from services.escalations.tables import Base
from services.escalations.ways import commands as ways
from services.escalations.ways.models import Way, WayStop
from shared.contracts import governance_threads as threads
from shared.contracts.governance import (
    AgencySucceeded,
    ContactChanged,
    ContactEvent,
    ContactNamed,
    ContactRemoved,
    ContactRestated,
    DelegationChanged,
    DelegationEnded,
    DelegationEvent,
    DelegationGranted,
    DelegationRestated,
    DelegationWithdrawn,
)
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel


async def agency_succeeded(tx: Tx, event: AgencySucceeded, envelope: Envelope) -> None:
    """Keep the agency, and hand its live matters, and what it still had to learn, to its successors."""
    await REGISTER.keep_agency(tx, event)
    await escalations.succeed(tx, event.subject, event.successor_ids)
    await learning.succeed(tx, event.subject, event.successor_ids)


async def contact_stands(tx: Tx, event: ContactEvent, envelope: Envelope) -> None:
    """Keep the contact as the agency now names it."""
    await register.name_contact(tx, event)


async def contact_removed(tx: Tx, event: ContactRemoved, envelope: Envelope) -> None:
    """Forget the contact."""
    await register.remove_contact(tx, event.subject)


async def delegation_stands(tx: Tx, event: DelegationEvent, envelope: Envelope) -> None:
    """Keep the delegation as it now stands."""
    await register.delegate(tx, event)


async def delegation_withdrawn(tx: Tx, event: DelegationWithdrawn, envelope: Envelope) -> None:
    """Forget the delegation."""
    await register.withdraw_delegation(tx, event.subject)


async def way_stands(tx: Tx, event: threads.ThreadEvent, envelope: Envelope) -> None:
    """Keep how far a learning point has come."""
    await ways.keep(tx, event)


HANDLERS: Mapping[type[Event], Handler] = {
    **REGISTER.handlers(),
    AgencySucceeded: agency_succeeded,
    ContactNamed: contact_stands,
    ContactChanged: contact_stands,
    ContactRestated: contact_stands,
    ContactRemoved: contact_removed,
    DelegationGranted: delegation_stands,
    DelegationChanged: delegation_stands,
    DelegationEnded: delegation_stands,
    DelegationRestated: delegation_stands,
    DelegationWithdrawn: delegation_withdrawn,
    **dict.fromkeys(threads.ALL, way_stands),
}
READ_MODELS = (
    ReadModel(
        tables=[Base.metadata.tables[f"escalations.{one.__tablename__}"] for one in (Way, WayStop)], events=threads.ALL
    ),
)
