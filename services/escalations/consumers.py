"""What this service does about the events of others."""

from collections.abc import Mapping

from services.escalations.escalations import commands as escalations
from services.escalations.learning import commands as learning
from services.escalations.learning.queries import ACTION_TABLE
from services.escalations.register.models import CONTACTS, REGISTER, SUSPENSIONS
from services.escalations.tables import Base
from services.escalations.ways import commands as ways
from services.escalations.ways.models import Way, WayStop
from shared.contracts import governance_actions
from shared.contracts import governance_threads as threads
from shared.contracts.governance import AgencySucceeded
from shared.contracts.governance_actions import ActionEvent
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel


async def agency_succeeded(tx: Tx, event: AgencySucceeded, envelope: Envelope) -> None:
    """Keep the agency, and hand its live matters, and what it still had to learn, to its successors."""
    await REGISTER.keep_agency(tx, event)
    await escalations.succeed(tx, event.subject, event.successor_ids)
    await learning.succeed(tx, event.subject, event.successor_ids)


async def action_stands(tx: Tx, event: ActionEvent, envelope: Envelope) -> None:
    """Show on the learning point what became of it."""
    await learning.hear(tx, event, envelope.causes)


async def way_stands(tx: Tx, event: threads.ThreadEvent, envelope: Envelope) -> None:
    """Keep how far a learning point has come."""
    await ways.keep(tx, event)


ACTIONS = tuple(event for event in governance_actions.ALL if issubclass(event, ActionEvent))
HANDLERS: Mapping[type[Event], Handler] = {
    **REGISTER.handlers(),
    **CONTACTS.handlers(),
    **SUSPENSIONS.handlers(),
    AgencySucceeded: agency_succeeded,
    **dict.fromkeys(ACTIONS, action_stands),
    **dict.fromkeys(threads.ALL, way_stands),
}
READ_MODELS = (
    REGISTER.read_model(),
    CONTACTS.read_model(),
    SUSPENSIONS.read_model(),
    ReadModel((ACTION_TABLE,), ACTIONS),
    ReadModel(
        tables=[Base.metadata.tables[f"escalations.{one.__tablename__}"] for one in (Way, WayStop)], events=threads.ALL
    ),
)
