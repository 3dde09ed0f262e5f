"""Writes what the read model of the register has of contacts and delegations, as governance's events tell it."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.escalations.register.models import Contact, Delegation
from shared.contracts.governance import ContactEvent, DelegationEvent
from shared.db import Tx


async def name_contact(tx: Tx, event: ContactEvent) -> None:
    """Keep a contact as the agency now names it."""
    absences = [{"starts_on": str(one.starts_on), "ends_on": str(one.ends_on)} for one in event.absences]
    facts = {
        "agency_id": event.agency_id,
        "purpose": event.purpose,
        "name": event.name,
        "email": event.email,
        "telephone": event.telephone,
        "hours": [asdict(one) for one in event.working_hours],
        "absences": absences,
    }
    await _keep(tx, Contact, event.subject, facts)


async def remove_contact(tx: Tx, contact_id: str) -> None:
    """Forget a contact who no longer serves."""
    await tx.execute(delete(Contact).where(Contact.id == contact_id))


async def delegate(tx: Tx, event: DelegationEvent) -> None:
    """Keep a delegation as it now stands; its days say when it holds."""
    facts = {
        "agency_id": event.agency_id,
        "for_agency_id": event.for_agency_id,
        "acts_as": event.purpose,
        "from_seniority": event.from_seniority,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
    }
    await _keep(tx, Delegation, event.subject, facts)


async def withdraw_delegation(tx: Tx, delegation_id: str) -> None:
    """Forget a delegation that never came to hold."""
    await tx.execute(delete(Delegation).where(Delegation.id == delegation_id))


async def _keep(tx: Tx, table: type[Contact | Delegation], record_id: str, facts: dict[str, Any]) -> None:
    statement = insert(table).values(id=record_id, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))
