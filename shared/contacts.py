"""Whom to reach at an agency: contacts and delegations as governance last said, over a service's own two tables.

A service that writes to agencies declares the tables in its noun `register`, beside those of `shared.register`, makes one
`Contacts` of them, and adds `handlers()` to what it consumes. Governance itself reads its own tables by a `Directories`.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import FromClause, Table, Text, any_, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.governance import (
    ContactChanged,
    ContactEvent,
    ContactNamed,
    ContactRemoved,
    ContactRestated,
    DelegationChanged,
    DelegationEnded,
    DelegationEvent,
    DelegationGranted,
    DelegationRestated,
    DelegationWithdrawn,
)
from shared.db import ServiceBase, Tx, table_of
from shared.directory import Absence, Contact, Delegation, Directory, Hours
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.policy import STATUTORY
from shared.prepared import Prepared
from shared.read_models import ReadModel
from shared.suspensions import Suspensions


class RegisteredContact:
    """Whom an agency names for a purpose: `class Contact(RegisteredContact, Base)`."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    telephone: Mapped[str | None]
    person_id: Mapped[str | None]  # her account, where she has one
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    absences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class RegisteredDelegation:
    """One agency's dated leave to act for another: `class Delegation(RegisteredDelegation, Base)`."""

    __tablename__ = "delegation"

    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str]
    for_agency_id: Mapped[str] = mapped_column(index=True)
    acts_as: Mapped[str]
    from_seniority: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Directories:
    """Reads agencies, contacts and delegations from what has the columns of `shared.register` and of the two above.

    One statement, `SELECT`, for every letter of every move begins with it. Those who give the contacts leave out who
    is suspended, or whose agency is: she could not come in to what a letter tells, and whoever stands in can.
    """

    def __init__(self, agency: FromClause, contact: FromClause, delegation: FromClause) -> None:
        ids, purposes = (bindparam(name, type_=ARRAY(Text)) for name in ("ids", "purposes"))
        partners = select(agency.c.id).where(
            agency.c.agency_type.in_(sorted(STATUTORY)), agency.c.effective_to.is_(None)
        )
        delegates = select(delegation.c.agency_id).where(delegation.c.for_agency_id == any_(ids))
        agencies = select(agency.c.id, agency.c.name, agency.c.agency_type).where(
            or_(agency.c.id == any_(ids), agency.c.id.in_(partners))
        )
        contacts = select(*contact.c).where(
            or_(
                contact.c.agency_id == any_(ids),
                contact.c.agency_id.in_(delegates),
                contact.c.agency_id.in_(partners),
                contact.c.purpose == any_(purposes),
            )
        )
        delegations = select(*delegation.c).where(delegation.c.for_agency_id == any_(ids))
        self.SELECT = Prepared(
            select(
                _all(agencies, "id").label("agencies"),
                _all(contacts, "id").label("contacts"),
                _all(delegations, "starts_on", "id").label("delegations"),
            )
        )

    async def directory(self, tx: Tx, agency_ids: Collection[str], purposes: Collection[str] = ()) -> Directory:
        """These agencies and the statutory three, with their contacts, those of who acts for them, and those for a purpose."""
        found = (await tx.execute(self.SELECT, {"ids": sorted(agency_ids), "purposes": sorted(purposes)})).one()
        return Directory(
            names={row["id"]: row["name"] for row in found.agencies},
            types={row["id"]: row["agency_type"] for row in found.agencies},
            contacts=[_contact(row) for row in found.contacts],
            delegations=[_delegation(row) for row in found.delegations],
        )


class Contacts(Directories):
    """Keeps and reads one service's contacts and delegations."""

    def __init__(
        self,
        agency: type[ServiceBase],
        contact: type[ServiceBase],
        delegation: type[ServiceBase],
        suspensions: Suspensions,
    ) -> None:
        self._contact, self._delegation = table_of(contact), table_of(delegation)
        reached = select(self._contact).where(~suspensions.of(self._contact.c.agency_id, self._contact.c.person_id))
        super().__init__(table_of(agency), reached.subquery("reached"), self._delegation)

    def handlers(self) -> dict[type[Event], Handler]:
        """What a service consumes to keep them."""

        async def contact_stands(tx: Tx, event: ContactEvent, envelope: Envelope) -> None:
            await self.keep_contact(tx, event)

        async def contact_removed(tx: Tx, event: ContactRemoved, envelope: Envelope) -> None:
            await self.forget_contact(tx, event.subject)

        async def delegation_stands(tx: Tx, event: DelegationEvent, envelope: Envelope) -> None:
            await self.keep_delegation(tx, event)

        async def delegation_withdrawn(tx: Tx, event: DelegationWithdrawn, envelope: Envelope) -> None:
            await tx.execute(delete(self._delegation).where(self._delegation.c.id == event.subject))

        return {
            **dict.fromkeys((ContactNamed, ContactChanged, ContactRestated), contact_stands),
            ContactRemoved: contact_removed,
            **dict.fromkeys(
                (DelegationGranted, DelegationChanged, DelegationEnded, DelegationRestated), delegation_stands
            ),
            DelegationWithdrawn: delegation_withdrawn,
        }

    def read_model(self) -> ReadModel:
        """The two tables, as `rebuild` makes them again."""
        return ReadModel(tables=(self._contact, self._delegation), events=tuple(self.handlers()))

    async def keep_contact(self, tx: Tx, event: ContactEvent) -> None:
        """Keep a contact as the agency now names it."""
        absences = [{"starts_on": str(one.starts_on), "ends_on": str(one.ends_on)} for one in event.absences]
        facts = {
            "agency_id": event.agency_id,
            "purpose": event.purpose,
            "name": event.name,
            "email": event.email,
            "telephone": event.telephone,
            "person_id": str(event.person_id) if event.person_id else None,
            "hours": [asdict(one) for one in event.working_hours],
            "absences": absences,
        }
        await _keep(tx, self._contact, event.subject, facts)

    async def forget_contact(self, tx: Tx, contact_id: str) -> None:
        """Forget a contact who no longer serves."""
        await tx.execute(delete(self._contact).where(self._contact.c.id == contact_id))

    async def keep_delegation(self, tx: Tx, event: DelegationEvent) -> None:
        """Keep a delegation as it now stands; its days say when it holds."""
        facts = {
            "agency_id": event.agency_id,
            "for_agency_id": event.for_agency_id,
            "acts_as": event.purpose,
            "from_seniority": event.from_seniority,
            "starts_on": event.starts_on,
            "ends_on": event.ends_on,
        }
        await _keep(tx, self._delegation, event.subject, facts)


async def _keep(tx: Tx, table: Table, record_id: str, facts: dict[str, Any]) -> None:
    statement = insert(table).values(id=record_id, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))


def _all(rows: Any, *order: str) -> Any:
    """All these rows as one column, in order."""
    one = rows.subquery()
    row = aggregate_order_by(func.row_to_json(one.table_valued()), *(one.c[name] for name in order))
    return select(func.coalesce(func.json_agg(row), func.json_build_array())).scalar_subquery()


def _contact(row: Mapping[str, Any]) -> Contact:
    return Contact(
        id=row["id"],
        agency_id=row["agency_id"],
        purpose=row["purpose"],
        name=row["name"],
        email=row["email"],
        hours=tuple(Hours(**one) for one in row["hours"]),
        absences=tuple(
            Absence(*map(date.fromisoformat, (one["starts_on"], one["ends_on"]))) for one in row["absences"]
        ),
    )


def _delegation(row: Mapping[str, Any]) -> Delegation:
    return Delegation(
        agency_id=row["agency_id"],
        for_agency_id=row["for_agency_id"],
        acts_as=row["acts_as"],
        from_seniority=row["from_seniority"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
    )
