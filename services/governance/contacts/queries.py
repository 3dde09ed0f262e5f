"""Reads contacts. Whoever works in the partnership may know whom to reach; those removed are not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, cast, select

from services.governance.contacts.domain import Purpose
from services.governance.contacts.models import Contact
from services.governance.suspensions.models import SUSPENSIONS
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.problems import NotFound
from shared.scoping import in_order, narrowed


class ContactNotFound(NotFound):
    """No contact serves under this id."""

    code = "contact_not_found"
    cure = "Look in `/governance/v1/contacts`."


@dataclass(frozen=True)
class Filters:
    """Which contacts."""

    agency_id: str | None = None
    purpose: Purpose | None = None


COLUMNS = tuple(Contact.__table__.c)
SERVING = Contact.removed_at.is_(None)
_SHOWN = (*COLUMNS, SUSPENSIONS.of(Contact.agency_id, cast(Contact.person_id, Text)).label("suspended"))
_ONE = select(*_SHOWN).where(Contact.id == bindparam("id"), SERVING)
_LOCKED = _ONE.with_for_update()


async def get(tx: Tx, contact_id: UUID) -> Row[Any]:
    """One contact. ContactNotFound."""
    row = await tx.row(_ONE, {"id": contact_id})
    if row is None:
        raise ContactNotFound("There is no such contact.")
    return row


async def as_read(tx: Tx, by: By, contact_id: UUID) -> Row[Any]:
    """One contact of the caller's own, locked, in the version that it read. ContactNotFound; NotYourAgency."""
    row = await tx.row(_LOCKED, {"id": contact_id})
    if row is None:
        raise ContactNotFound("There is no such contact.")
    by.must_reach(row.agency_id)
    must_match(by.if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` contacts in the order of their naming."""
    statement = select(*_SHOWN).where(SERVING, *narrowed(filters, Contact))
    return await tx.rows(in_order(statement, (Contact.id,), limit, after))


def absent(row: Row[Any], tx: Tx) -> bool:
    """Whether the contact is away today."""
    day = today(tx.now).isoformat()
    return any(absence["starts_on"] <= day <= absence["ends_on"] for absence in row.absences)
