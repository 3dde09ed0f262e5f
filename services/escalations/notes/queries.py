"""Reads notes: whose they are, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    any_,
    bindparam,
    exists,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.escalations.notes.models import Note, NoteParty
from shared.db import Tx
from shared.policy import Principal, Reach, Scope
from shared.problems import NotFound

AGENCIES = bindparam("agencies", type_=ARRAY(Text))
IS_PARTY = exists().where(NoteParty.note_id == Note.id, NoteParty.agency_id == any_(AGENCIES))
ALL = tuple(Note.__table__.c)


class NoteNotFound(NotFound):
    """There is no such note, or the caller may not know of it."""

    code = "note_not_found"


def visible_to(reach: Reach) -> ColumnElement[bool]:
    """The clause that keeps what these grants reach; the statement needs the value `agencies`."""
    own = IS_PARTY if reach.view(Scope.OWN) else false()
    return true() if reach.view(Scope.ALL) else own


def _one(reach: Reach, note_id: UUID) -> Select[Any]:
    return select(*ALL).where(Note.id == note_id, visible_to(reach), func.cardinality(AGENCIES) > 0)


async def get(tx: Tx, principal: Principal, reach: Reach, note_id: UUID) -> Row[Any]:
    """One note. NoteNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, note_id), {"agencies": list(principal.agencies)}))


async def for_update(tx: Tx, principal: Principal, reach: Reach, note_id: UUID) -> Row[Any]:
    """One note, locked until the transaction ends. NoteNotFound as with `get`."""
    statement = _one(reach, note_id).with_for_update(of=Note)
    return _found(await tx.row(statement, {"agencies": list(principal.agencies)}))


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
    equal: dict[Any, Any] = {
        Note.kind: filters.kind,
        Note.theme: filters.theme,
        Note.agency_id: filters.agency_id,
    }
    clauses: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    clauses.append(Note.retracted_at.is_not(None) if filters.retracted else Note.retracted_at.is_(None))
    if filters.about_agency_id:
        clauses.append(Note.about_agency_ids.contains([filters.about_agency_id]))
    if filters.happened_from:
        clauses.append(Note.happened_on >= filters.happened_from)
    if filters.happened_before:
        clauses.append(Note.happened_on < filters.happened_before)
    return clauses


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` notes, newest first, after a position; an agency's own by the narrow party table."""
    own_only = reach.view(Scope.ALL) is None and len(principal.agencies) == 1
    noted, identity = (NoteParty.noted_at, NoteParty.note_id) if own_only else (Note.noted_at, Note.id)
    if own_only:
        own = NoteParty.agency_id == principal.agency_id
        statement = select(*ALL).select_from(NoteParty).join(Note, Note.id == NoteParty.note_id).where(own)
    else:
        statement = select(*ALL).where(visible_to(reach), func.cardinality(AGENCIES) > 0)
    statement = statement.where(*_filtered(filters)).order_by(noted.desc(), identity.desc()).limit(limit + 1)
    if after:
        statement = statement.where(tuple_(noted, identity) < tuple_(literal(after[0]), literal(after[1])))
    return await tx.rows(statement, None if own_only else {"agencies": list(principal.agencies)})
