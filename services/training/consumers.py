"""What this service does about the events of others."""

from collections.abc import Mapping

from services.training.register.models import CONTACTS, REGISTER, SUSPENSIONS
from services.training.successions import commands as successions
from shared.contracts.governance import AgencySucceeded
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler


async def agency_succeeded(tx: Tx, event: AgencySucceeded, envelope: Envelope) -> None:
    """Keep the agency, and hand what its people have ahead of them to its successor."""
    await REGISTER.keep_agency(tx, event)
    await successions.succeed(tx, event.subject, event.successor_ids)


HANDLERS: Mapping[type[Event], Handler] = {
    **REGISTER.handlers(),
    **CONTACTS.handlers(),
    **SUSPENSIONS.handlers(),
    AgencySucceeded: agency_succeeded,
}
READ_MODELS = (REGISTER.read_model(), CONTACTS.read_model(), SUSPENSIONS.read_model())
