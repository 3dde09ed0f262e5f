"""Names contacts, changes and removes them; escalations learns whom to tell from the events."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.agencies import queries as agencies
from services.governance.contacts import queries
from services.governance.contacts.domain import (
    Absence,
    AlreadyNamed,
    Hours,
    Purpose,
    Weekday,
    check_absences,
    check_host,
    check_hours,
    check_reachable,
    usual_hours,
)
from services.governance.contacts.models import Contact
from shared.acting import By
from shared.contracts import governance as events
from shared.db import Tx, new_id
from shared.outbox import emit


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whom an agency names; without hours, those usual for the purpose."""

    agency_id: str
    purpose: Purpose
    name: str
    post: str | None = None
    person_id: UUID | None = None
    email: str | None = None
    telephone: str | None = None
    working_hours: Sequence[Hours] | None = None
    absences: Sequence[Absence] = ()


async def name(tx: Tx, by: By, named: Named, contact_id: UUID | None = None) -> UUID:
    """Name a contact; its id. NotYourAgency; AlreadyNamed where one serves for the purpose; Invalid."""
    by.must_reach(named.agency_id)
    check_host(named.purpose, (await agencies.in_effect(tx, "agency_id", named.agency_id)).agency_type)
    hours = usual_hours(named.purpose) if named.working_hours is None else named.working_hours
    check_reachable(named.email, named.telephone)
    check_hours(hours)
    check_absences(named.absences)
    values = asdict(named) | {"working_hours": hours_data(hours), "absences": absences_data(named.absences)}
    row = values | {"id": contact_id or new_id(), "version": 1} | _written(tx, by)
    added = await tx.execute(upsert(Contact).values(row).on_conflict_do_nothing().returning(*queries.COLUMNS))
    contact = added.one_or_none()
    if contact is None:
        raise AlreadyNamed(f"{named.agency_id} has a {named.purpose} already: change that contact, or remove it first.")
    await emit(tx, events.ContactNamed(**_facts(contact)))
    contact_id = contact.id
    assert contact_id
    return contact_id


def typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """A request's fields, its hours and absences as values of the domain."""
    fields = dict(given)
    if fields.get("working_hours") is not None:
        fields["working_hours"] = [Hours(**one) for one in fields["working_hours"]]
    if "absences" in fields:
        fields["absences"] = [Absence(**one) for one in fields["absences"]]
    return fields


async def change(tx: Tx, by: By, contact_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change a contact's details, hours or absences. ContactNotFound; NotYourAgency; Invalid."""
    row = await queries.as_read(tx, by, contact_id)
    values = typed(changes)
    check_reachable(values.get("email", row.email), values.get("telephone", row.telephone))
    if "working_hours" in values:
        check_hours(values["working_hours"])
        values["working_hours"] = hours_data(values["working_hours"])
    if "absences" in values:
        check_absences(values["absences"])
        values["absences"] = absences_data(values["absences"])
    if any(getattr(row, field) != value for field, value in values.items()):
        await _write(tx, by, row, values, events.ContactChanged)


async def remove(tx: Tx, by: By, contact_id: UUID) -> None:
    """The contact no longer serves. ContactNotFound; NotYourAgency."""
    row = await queries.as_read(tx, by, contact_id)
    await _write(tx, by, row, {"removed_at": tx.now}, events.ContactRemoved)


async def remove_of_agency(tx: Tx, by: By, agency_id: str) -> None:
    """Remove the contacts of an agency that has ended."""
    statement = select(*queries.COLUMNS).where(queries.SERVING, Contact.agency_id == agency_id).with_for_update()
    for row in await tx.rows(statement):
        await _write(tx, by, row, {"removed_at": tx.now}, events.ContactRemoved)


async def restate(tx: Tx) -> int:
    """Tell every serving contact's present state again; how many."""
    statement = select(*queries.COLUMNS).where(queries.SERVING).order_by(Contact.id).with_for_update(read=True)
    rows = await tx.rows(statement)
    for row in rows:
        await emit(tx, events.ContactRestated(**_facts(row)))
    return len(rows)


def hours_data(hours: Sequence[Hours]) -> list[dict[str, str]]:
    """Hours as they are stored and told, in the order of the week."""
    ordered = sorted(hours, key=lambda one: (list(Weekday).index(one.weekday), one.opens))
    return [{"weekday": one.weekday.value, "opens": one.opens, "closes": one.closes} for one in ordered]


def absences_data(absences: Sequence[Absence]) -> list[dict[str, str]]:
    """Absences as they are stored and told, the earliest first."""
    ordered = sorted(absences, key=lambda one: one.starts_on)
    return [{"starts_on": str(one.starts_on), "ends_on": str(one.ends_on)} for one in ordered]


async def _write(tx: Tx, by: By, row: Row[Any], changes: Mapping[str, Any], event: type[events.ContactEvent]) -> None:
    values = {**changes, **_written(tx, by), "version": row.version + 1}
    statement = update(Contact).where(Contact.id == row.id).values(values).returning(*queries.COLUMNS)
    await emit(tx, event(**_facts((await tx.execute(statement)).one())))


def _written(tx: Tx, by: By) -> dict[str, Any]:
    return {"changed_at": tx.now, "changed_by": by.subject, "changed_by_agency_id": by.agency_id}


def _facts(row: Row[Any]) -> dict[str, Any]:
    days = [(date.fromisoformat(one["starts_on"]), date.fromisoformat(one["ends_on"])) for one in row.absences]
    return {
        "subject": str(row.id),
        "agency_id": row.agency_id,
        "purpose": row.purpose,
        "name": row.name,
        "post": row.post,
        "person_id": row.person_id,
        "email": row.email,
        "telephone": row.telephone,
        "working_hours": tuple(events.Hours(**one) for one in row.working_hours),
        "absences": tuple(events.Absence(starts_on=first, ends_on=last) for first, last in days),
    }
