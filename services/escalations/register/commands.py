"""Writes the read model of the register, as governance's events tell it."""

from sqlalchemy.dialects.postgresql import insert

from services.escalations.register.models import Agency, Body
from shared.contracts.governance import AgencyEvent, BodyEvent
from shared.db import Tx


async def register(tx: Tx, event: AgencyEvent) -> None:
    """Keep an agency as the register now has it."""
    facts = {
        "name": event.name,
        "agency_type": event.agency_type,
        "effective_from": event.effective_from,
        "effective_to": event.effective_to,
        "successor_ids": list(event.successor_ids),
        "expected_to_raise": event.expected_to_raise,
    }
    statement = insert(Agency).values(id=event.subject, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))


async def establish(tx: Tx, event: BodyEvent) -> None:
    """Keep a body as governance now has it."""
    facts = {"name": event.name, "effective_from": event.effective_from, "effective_to": event.effective_to}
    statement = insert(Body).values(id=event.subject, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))
