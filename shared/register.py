"""What a service keeps of the register: agencies and bodies as governance last said, over the service's own two tables.

A service that names agencies in its records declares the tables in its noun `register`, makes one `Register` of them,
and adds `handlers()` to what it consumes; those that need more than this declare further columns, named as the events
name them.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.governance import (
    AgencyChanged,
    AgencyEvent,
    AgencyRegistered,
    AgencyRestated,
    AgencySucceeded,
    BodyChanged,
    BodyEstablished,
    BodyEvent,
    BodyRestated,
)
from shared.db import ServiceBase, Tx, table_of
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.prepared import Prepared
from shared.problems import FieldError, Invalid
from shared.read_models import ReadModel


class RegisteredAgency:
    """One agency of the register: `class Agency(RegisteredAgency, Base)`."""

    __tablename__ = "agency"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    agency_type: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]  # the last day
    successor_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))


class RegisteredBody:
    """One body of the partnership: `class Body(RegisteredBody, Base)`."""

    __tablename__ = "body"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]


class Register:
    """Keeps and reads one service's agencies and bodies."""

    def __init__(self, agency: type[ServiceBase], body: type[ServiceBase]) -> None:
        self._agency, self._body = table_of(agency), table_of(body)
        agencies, bodies = self._agency.c, self._body.c
        self.NAMED = Prepared(select(*agencies).where(agencies.id == any_(bindparam("ids", type_=ARRAY(Text)))))
        begun = or_(bodies.effective_from.is_(None), bodies.effective_from <= bindparam("day"))
        lasts = or_(bodies.effective_to.is_(None), bodies.effective_to >= bindparam("day"))
        self._standing = select(*bodies).where(bodies.id == bindparam("id"), begun, lasts)

    async def agencies(self, tx: Tx, agency_ids: Collection[str]) -> dict[str, Row[Any]]:
        """Those of these agencies that the register has, by id."""
        return {row.id: row for row in await tx.rows(self.NAMED, {"ids": sorted(agency_ids)})}

    async def heirs(self, tx: Tx, agency_ids: Collection[str], day: date) -> dict[str, str]:
        """Who each of these agencies is on a day: itself, or where it has ended the first-named successor, or hers."""
        heirs = {one: one for one in agency_ids}
        while True:
            known = await self.agencies(tx, set(heirs.values()))
            after = {one: _heir(known.get(heir), heir, day) for one, heir in heirs.items()}
            if after == heirs:
                return heirs
            heirs = after

    async def body(self, tx: Tx, body_id: str, day: date) -> Row[Any] | None:
        """One body of the partnership that exists on a day, or None."""
        return await tx.row(self._standing, {"id": body_id, "day": day})

    async def names_of(self, tx: Tx, given: Mapping[str, str], day: date) -> dict[str, str]:
        """The names on a day of the agencies given, by the fields that give them. Invalid lists those that cannot be."""
        known = await self.agencies(tx, set(given.values()))
        errors = [fault for field, one in given.items() if (fault := _unnamed(field, one, known.get(one), day))]
        if errors:
            raise Invalid(errors[0].message, errors=errors)
        return {field: str(known[one].name) for field, one in given.items()}

    async def must_stand(self, tx: Tx, field: str, body_id: str, day: date) -> Row[Any]:
        """A body that exists on a day. Invalid where it does not."""
        found = await self.body(tx, body_id, day)
        if found is None:
            message = f"The register has no body {body_id!r} today; see /governance/v1/bodies."
            raise Invalid.field(field, "unknown_body", message)
        return found

    def handlers(self) -> Mapping[type[Event], Handler]:
        """What to do with governance's events of agencies and bodies: keep the record as it now stands."""

        async def agency_stands(tx: Tx, event: AgencyEvent, envelope: Envelope) -> None:
            await self.keep_agency(tx, event)

        async def body_stands(tx: Tx, event: BodyEvent, envelope: Envelope) -> None:
            await self.keep_body(tx, event)

        return {
            **dict.fromkeys((AgencyRegistered, AgencyChanged, AgencySucceeded, AgencyRestated), agency_stands),
            **dict.fromkeys((BodyEstablished, BodyChanged, BodyRestated), body_stands),
        }

    def read_model(self) -> ReadModel:
        """The two tables, as `rebuild` makes them again."""
        return ReadModel(tables=(self._agency, self._body), events=tuple(self.handlers()))

    async def keep_agency(self, tx: Tx, event: AgencyEvent) -> None:
        """Keep an agency as the register now has it."""
        await _keep(tx, self._agency, event)

    async def keep_body(self, tx: Tx, event: BodyEvent) -> None:
        """Keep a body as governance now has it."""
        await _keep(tx, self._body, event)


def _heir(found: Row[Any] | None, agency_id: str, day: date) -> str:
    ended = found is not None and found.effective_to is not None and found.effective_to < day
    return str(found.successor_ids[0]) if found is not None and ended and found.successor_ids else agency_id


async def _keep(tx: Tx, table: Table, event: Event) -> None:
    given = {column.name: getattr(event, column.name) for column in table.c if column.name != "id"}
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    statement = insert(table).values(id=event.subject, **facts)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))


def _unnamed(field: str, agency_id: str, found: Row[Any] | None, day: date) -> FieldError | None:
    if found is None:
        message = f"The register has no agency {agency_id!r}; see /governance/v1/agencies."
        return FieldError(field, "unknown_agency", message)
    if found.effective_to and found.effective_to < day:
        successors = ", ".join(found.successor_ids) or "none"
        message = f"{found.name} ended on {found.effective_to}; its successor: {successors}."
        return FieldError(field, "ended_agency", message)
    return None
