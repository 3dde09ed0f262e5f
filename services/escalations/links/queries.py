"""Reads what a link was made for, and where its matter stands."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.escalations.escalations.domain import Status
from services.escalations.escalations.models import Escalation
from services.escalations.ladders.queries import ladder
from services.escalations.letters.models import Letter
from services.escalations.links.domain import Link, LinkNotFound, Standing
from services.escalations.register.models import SUSPENSIONS, Agency, Contact
from shared.db import Tx
from shared.directory import Purpose

LETTER = (
    select(
        *Letter.__table__.c,
        Contact.email.label("contact_email"),
        Agency.agency_type.label("contact_agency_type"),
        SUSPENSIONS.of(Letter.contact_agency_id, Contact.person_id).label("contact_suspended"),
    )
    .outerjoin(Contact, Contact.id == Letter.contact_id)
    .outerjoin(Agency, Agency.id == Letter.contact_agency_id)
)


async def letter(tx: Tx, letter_id: UUID) -> Row[Any]:
    """The letter that carries a link, with its contact as of now. LinkNotFound where it carries none."""
    row = await tx.row(LETTER.where(Letter.id == letter_id, Letter.link_expires_at.is_not(None)))
    if row is None:
        raise LinkNotFound("This is not a link of ours, or not the whole of it.")
    return row


async def matter(tx: Tx, escalation_id: UUID) -> Row[Any]:
    """The matter as it stands."""
    return (await tx.execute(select(*Escalation.__table__.c).where(Escalation.id == escalation_id))).one()


async def telephone(tx: Tx, agency_id: str) -> str | None:
    """The number at which an agency's single point of contact is rung."""
    named = Contact.agency_id == agency_id, Contact.purpose == Purpose.SINGLE_POINT_OF_CONTACT
    number: str | None = await tx.scalar(select(Contact.telephone).where(*named).limit(1))
    return number


def link_from(row: Row[Any]) -> Link:
    """The link as a value. A contact stands while its agency still names it at the same address, and is let in."""
    return Link(
        agency_id=row.agency_id,
        stage_order=row.stage_order,
        contact_stands=row.contact_email is not None and row.contact_email == row.address and not row.contact_suspended,
        expires_at=row.link_expires_at,
        used_at=row.link_used_at,
    )


def standing_from(row: Row[Any]) -> Standing:
    """The matter as a value."""
    return Standing(Status(row.status), row.stage_order, row.receiving_agency_id, bool(row.stage_decided_by))


async def stage_of(tx: Tx, row: Row[Any]) -> tuple[str, str]:
    """The name of a matter's present stage, and the seniority that it needs."""
    stage = (await ladder(tx, row.ladder_code, row.ladder_version)).stage(row.stage_order)
    return stage.name, stage.seniority
