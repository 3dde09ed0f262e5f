"""What this service does about the events of others."""

from collections.abc import Mapping

from services.reviews.incidents import commands as incidents
from services.reviews.register.models import REGISTER
from shared.contracts.governance import AgencySucceeded
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler


async def agency_succeeded(tx: Tx, event: AgencySucceeded, envelope: Envelope) -> None:
    """Keep the agency, and hand what was its own to its successors."""
    await REGISTER.keep_agency(tx, event)
    await incidents.succeed(tx, event.subject, event.successor_ids)


HANDLERS: Mapping[type[Event], Handler] = {**REGISTER.handlers(), AgencySucceeded: agency_succeeded}
READ_MODELS = (REGISTER.read_model(),)
