"""The operations on notes: record, list, read, take back."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.escalations.escalations.api import by
from services.escalations.notes import commands, queries
from services.escalations.notes.commands import Said
from services.escalations.notes.schemas import ListNotes, NoteCause, NotePage, NoteShown, RecordNote, RetractNote
from shared.acting import NotYourAgency
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["notes"])


@router.post("/notes", status_code=201, summary="Record a note")
async def record_note(
    body: RecordNote, response: Response, caller: Annotated[Caller, Requires(policy.RECORD_NOTE)], tx: OnceTx
) -> NoteShown:
    """What was settled informally, or went well; it is no escalation, saves no agency from having raised none, and is counted apart."""
    agency_id = body.agency_id or caller.principal.agency_id
    if agency_id not in caller.principal.agencies:
        raise NotYourAgency("You write notes for your own agency, or for one that you act for.")
    note_id = await commands.record(tx, by(caller, None, body), _said(body, agency_id))
    response.headers["location"] = f"/escalations/v1/notes/{note_id}"
    return await _show(tx, caller, note_id, response)


@router.get("/notes", summary="List notes")
async def list_notes(
    caller: Annotated[Caller, Requires(policy.LIST_NOTES)],
    tx: ReadTx,
    wanted: Annotated[ListNotes, Query()],
    pages: Pages,
) -> NotePage:
    """Those that you may see, newest first; an agency sees those that it wrote and those that name it."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.noted_at, row.id), datetime.fromisoformat, UUID)
    return NotePage.model_construct(items=[_shown(row) for row in found.rows], next=found.next)


@router.get("/notes/{note_id}", summary="Read one note")
async def read_note(
    note_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_NOTE)], tx: ReadTx
) -> NoteShown:
    """One note."""
    return await _show(tx, caller, note_id, response)


@router.post("/notes/{note_id}/retract", summary="Take a note back")
async def retract_note(
    note_id: UUID,
    body: RetractNote,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RETRACT_NOTE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> NoteShown:
    """The agency that wrote it, or the business unit, takes it back: its text is deleted, and it is counted no more."""
    await commands.retract(tx, by(caller, if_match, body), note_id, reason=body.reason)
    return await _show(tx, caller, note_id, response)


async def _show(tx: Tx, caller: Caller, note_id: UUID, response: Response) -> NoteShown:
    row = await queries.get(tx, caller.principal, caller.reach, note_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row)


def _shown(row: Row[Any]) -> NoteShown:
    causes = [NoteCause.model_construct(**cause) for cause in row.causes]
    return NoteShown.model_construct(**row._asdict() | {"causes": causes})


def _said(body: RecordNote, agency_id: str) -> Said:
    return Said(
        kind=body.kind,
        theme=body.theme,
        text=body.text,
        happened_on=body.happened_on,
        agency_id=agency_id,
        about_agency_ids=tuple(body.about_agency_ids),
        causes=tuple(cause.cause for cause in body.causes),
    )
