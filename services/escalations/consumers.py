"""What this service does about the events of others."""

from collections.abc import Mapping
from typing import Any

from services.escalations.register import commands as register
from shared.contracts.governance import AgencyRegistered
from shared.db import Tx
from shared.events import Envelope, Event


async def agency_registered(tx: Tx, event: Event, envelope: Envelope) -> None:
    """Keep the agency in the read model."""
    assert isinstance(event, AgencyRegistered)
    await register.register(tx, event)


HANDLERS: Mapping[type[Event], Any] = {AgencyRegistered: agency_registered}
