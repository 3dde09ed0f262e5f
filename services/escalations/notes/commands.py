"""Records notes, and takes one back that should not have been written."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from services.escalations.escalations.commands import By
from services.escalations.escalations.domain import Theme, quarantines
from services.escalations.ladders.domain import Priority
from services.escalations.notes import queries
from services.escalations.notes.domain import Kind, check, must_retract
from services.escalations.notes.models import Note, NoteParty
from services.escalations.register.models import REGISTER
from shared.contracts import escalations as events
from shared.days import today
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit

RETENTION = "note"


@dataclass(frozen=True)
class Said:
    """What a note says, and of whom."""

    kind: Kind
    theme: Theme
    text: str
    happened_on: date | None
    agency_id: str
    about_agency_ids: tuple[str, ...]
    causes: tuple[Cause, ...]


async def record(tx: Tx, by: By, said: Said) -> UUID:
    """Record a note; its id. Invalid where it contradicts itself, names an unknown agency or seems to identify somebody."""
    happened_on = said.happened_on or today(tx.now)
    check(happened_on, said.agency_id, said.about_agency_ids, tx.now)
    quarantines(Priority.STANDARD, by.doubts)
    about = {f"about_agency_ids.{index}": one for index, one in enumerate(said.about_agency_ids)}
    await REGISTER.names_of(tx, {"agency_id": said.agency_id} | about, happened_on)
    note_id = new_id()
    row: dict[str, Any] = {
        "id": note_id,
        "version": 1,
        "kind": said.kind,
        "theme": said.theme,
        "text": said.text,
        "happened_on": happened_on,
        "noted_at": tx.now,
        "noted_by": by.principal.subject,
        "agency_id": said.agency_id,
        "about_agency_ids": list(said.about_agency_ids),
        "causes": causes_data(said.causes),
        "retention_class": RETENTION,
    }
    await tx.add(Note, row)
    parties = [
        {"agency_id": one, "noted_at": tx.now, "note_id": note_id} for one in (said.agency_id, *said.about_agency_ids)
    ]
    await tx.add(NoteParty, parties)
    await emit(tx, events.NoteRecorded(**_facts(tx, row)), causes=said.causes)
    return note_id


async def retract(tx: Tx, by: By, note_id: UUID, *, reason: str) -> None:
    """Take a note back: its text goes, that it was there and why it went stays, and it is counted no more."""
    row = await queries.for_update(tx, by.principal, by.reach, note_id)
    must_match(by.if_match, row.version)
    must_retract(row.agency_id, row.retracted_at, by.principal, legal_hold=row.legal_hold)
    quarantines(Priority.STANDARD, by.doubts)
    changed = {
        "text": None,
        "version": row.version + 1,
        "retracted_at": tx.now,
        "retracted_by": by.principal.subject,
        "retraction": reason,
    }
    await tx.execute(update(Note).where(Note.id == note_id).values(**changed))
    await emit(tx, events.NoteRetracted(**_facts(tx, row._asdict())), causes=causes_from(row.causes))


def _facts(tx: Tx, row: dict[str, Any]) -> dict[str, Any]:
    kept = ("kind", "theme", "happened_on", "agency_id")
    about = {"about_agency_ids": tuple(row["about_agency_ids"])}
    return {name: row[name] for name in kept} | about | {"subject": str(row["id"]), "at": tx.now}
