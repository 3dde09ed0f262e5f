"""Reads notes: whose they are, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, any_, exists, select

from services.escalations.notes.models import Note, NoteParty
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import AGENCIES, narrowed, newest_first, of_one_agency, values, within

IS_PARTY = exists().where(NoteParty.note_id == Note.id, NoteParty.agency_id == any_(AGENCIES))
ALL = tuple(Note.__table__.c)


class NoteNotFound(NotFound):
    """There is no such note, or the caller may not know of it."""

    code = "note_not_found"


def _one(reach: Reach, note_id: UUID) -> Select[Any]:
    return select(*ALL).where(Note.id == note_id, within(reach, IS_PARTY))


async def get(tx: Tx, principal: Principal, reach: Reach, note_id: UUID) -> Row[Any]:
    """One note. NoteNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, note_id), values(principal)))


async def for_update(tx: Tx, principal: Principal, reach: Reach, note_id: UUID) -> Row[Any]:
    """One note, locked until the transaction ends. NoteNotFound as with `get`."""
    statement = _one(reach, note_id).with_for_update(of=Note)
    return _found(await tx.row(statement, values(principal)))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NoteNotFound("There is no such note that you may see.")
    return row


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open. What was taken back is listed apart."""

    kind: str | None = None
    theme: str | None = None
    agency_id: str | None = None
    about_agency_id: str | None = None
    happened_from: date | None = None
    happened_before: date | None = None
    retracted: bool = False


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    return narrowed(
        filters,
        Note,
        retracted=lambda yes: Note.retracted_at.is_not(None) if yes else Note.retracted_at.is_(None),
        about_agency_id=lambda agency_id: Note.about_agency_ids.contains([agency_id]),
        happened_from=lambda day: Note.happened_on >= day,
        happened_before=lambda day: Note.happened_on < day,
    )


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` notes, newest first, after a position; an agency's own by the narrow party table."""
    if of_one_agency(principal, reach):
        own = NoteParty.agency_id == principal.agency_id
        statement = select(*ALL).select_from(NoteParty).join(Note, Note.id == NoteParty.note_id).where(own)
        place = NoteParty.noted_at, NoteParty.note_id
    else:
        statement = select(*ALL).where(within(reach, IS_PARTY))
        place = Note.noted_at, Note.id
    statement = statement.where(*_filtered(filters))
    return await tx.rows(newest_first(statement, *place, limit, after), values(principal))
