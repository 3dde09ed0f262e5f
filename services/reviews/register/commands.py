"""Keeps who sits where, as governance last said."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.reviews.register.models import Seat
from services.reviews.tables import Base
from shared.contracts.governance import MembershipEvent, MembershipWithdrawn
from shared.db import Tx

SEAT_TABLE = Base.metadata.tables["reviews.seat"]


async def keep_seat(tx: Tx, event: MembershipEvent) -> None:
    """Keep a seat whose holder can be written to; one that was taken back, or has no address, is forgotten."""
    if event.email is None or isinstance(event, MembershipWithdrawn):
        await tx.execute(delete(Seat).where(Seat.id == event.subject))
        return
    facts = {
        "person_id": event.person_id,
        "agency_id": event.agency_id,
        "roles": list(event.roles),
        "name": event.person_name,
        "email": event.email,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
    }
    statement = insert(Seat).values(id=event.subject, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))
