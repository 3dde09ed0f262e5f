"""What tests of escalations' letters ask for, beside the mail server."""

from datetime import date
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from services.escalations.letters.models import Letter
from services.escalations.post import ERRANDS
from services.escalations.register.models import CONTACTS
from shared import errands
from shared.contracts.governance import DelegationGranted
from tests.post_office import OFFICE_HOURS, PostOffice, contact_named, post_office
from tests.service.escalations.running import Running

__all__ = ["OFFICE_HOURS", "PostOffice", "delegates", "delivered", "due_now", "names", "post_office", "written"]


async def delivered(suite: Running, office: PostOffice) -> list[EmailMessage]:
    """What came since the last time, once everything that is due has been sent."""
    before = len(office.letters)
    for errand in ERRANDS:
        await errands.run(suite.runtime.database, office.settings(suite.runtime.settings), errand)
    return office.letters[before:]


async def names(suite: Running, agency: tuple[str, Any], purpose: str = "single_point_of_contact", **more: Any) -> str:
    """An agency names a contact; the contact's address."""
    event = contact_named(agency[0], purpose, **more)
    async with suite.runtime.database.transaction() as tx:
        await CONTACTS.keep_contact(tx, event)
    return str(event.email)


async def delegates(
    suite: Running, to: tuple[str, Any], of: tuple[str, Any], purpose: str, from_seniority: str | None = None
) -> None:
    """An agency lets another act for it, from now on."""
    event = DelegationGranted(
        subject=str(uuid4()),
        agency_id=to[0],
        for_agency_id=of[0],
        purpose=purpose,
        from_seniority=from_seniority,
        starts_on=date(2026, 9, 1),
        ends_on=None,
    )
    async with suite.runtime.database.transaction() as tx:
        await CONTACTS.keep_delegation(tx, event)


async def written(suite: Running) -> list[Any]:
    """Every letter's row, in the order of writing."""
    async with suite.runtime.database.reading() as tx:
        return list(await tx.rows(select(*Letter.__table__.c).order_by(Letter.id)))


async def due_now(suite: Running, **facts: Any) -> None:
    """Let real time pass for the letters that wait."""
    async with suite.runtime.database.transaction() as tx:
        waiting = update(Letter).where(Letter.attempt_at.is_not(None))
        await tx.execute(waiting.values(attempt_at=tx.wall, **facts))
