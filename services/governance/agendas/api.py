"""The operations on agendas and papers, and the one that opens a meeting."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.governance.agendas import commands, queries
from services.governance.agendas.domain import Item
from services.governance.agendas.schemas import (
    AddItem,
    Agenda,
    Hold,
    ItemShown,
    PaperShown,
    PlaceItem,
    RemoveItem,
    SupplyPaper,
)
from services.governance.meetings import queries as meetings
from services.governance.meetings.api import show
from services.governance.meetings.schemas import MeetingWhole
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["meetings"])


@router.get("/meetings/{meeting_id}/agenda", summary="Read a meeting's agenda")
async def read_agenda(
    meeting_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> Agenda:
    """It opens with the voice of the child; then the last minutes, what comes back by itself, the business, the closing."""
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/agenda", summary="Put business on the agenda", status_code=201)
async def add_agenda_item(
    meeting_id: UUID,
    body: AddItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ADD_AGENDA_ITEM)],
    tx: OnceTx,
) -> Agenda:
    """One line of business, at its place; until the meeting is held."""
    given = body.model_dump(include={"title", "text", "minutes", "position"})
    await commands.add(tx, caller.by(), meeting_id, **given, causes=[one.cause for one in body.causes])
    response.headers["location"] = f"/governance/v1/meetings/{meeting_id}/agenda"
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/agenda/{agenda_item_id}/remove", summary="Take business off the agenda")
async def remove_agenda_item(
    meeting_id: UUID,
    agenda_item_id: UUID,
    body: RemoveItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REMOVE_AGENDA_ITEM)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> Agenda:
    """What is not dealt with at this meeting; what comes back by itself stays."""
    await commands.remove(tx, caller.by(if_match), meeting_id, agenda_item_id)
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/agenda/{agenda_item_id}/place", summary="Move business up or down the agenda")
async def place_agenda_item(
    meeting_id: UUID,
    agenda_item_id: UUID,
    body: PlaceItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PLACE_AGENDA_ITEM)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> Agenda:
    """To another place among the business; the others follow in their order."""
    await commands.place(tx, caller.by(if_match), meeting_id, agenda_item_id, body.position)
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/papers", summary="Put a paper before a meeting", status_code=201)
async def supply_paper(
    meeting_id: UUID,
    body: SupplyPaper,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUPPLY_PAPER)],
    tx: OnceTx,
) -> Agenda:
    """Where it is to be read; late papers are marked."""
    await commands.supply(tx, caller.by(), meeting_id, **body.model_dump())
    response.headers["location"] = f"/governance/v1/meetings/{meeting_id}/agenda"
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/hold", summary="Open a meeting")
async def hold_meeting(
    meeting_id: UUID,
    body: Hold,
    response: Response,
    caller: Annotated[Caller, Requires(policy.HOLD_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MeetingWhole:
    """It has begun: its agenda stays as it stands; who is there and what comes of it can be recorded."""
    await commands.hold(tx, caller.by(if_match), meeting_id)
    return await show(tx, caller, meeting_id, response)


async def _show(tx: Tx, caller: Caller, meeting_id: UUID, response: Response) -> Agenda:
    row = await meetings.get(tx, caller.principal, caller.reach, meeting_id)
    response.headers["etag"] = etag(row.version)
    items = enumerate(await queries.of_meeting(tx, row), start=1)
    papers = [_paper(one._asdict()) for one in await queries.papers(tx, meeting_id)]
    return Agenda.model_construct(
        meeting_id=meeting_id,
        papers_due_at=queries.papers_due(row.starts_at),
        items=[_item(number, item) for number, item in items],
        papers=papers,
    )


def _paper(row: dict[str, Any]) -> PaperShown:
    return PaperShown.model_construct(**{name: row[name] for name in PaperShown.model_fields})


def _item(number: int, item: Item) -> ItemShown:
    shown = {name: getattr(item, name) for name in ("id", "block", "title", "text", "minutes")}
    return ItemShown.model_construct(
        **shown,
        number=number,
        about=CauseShown.model_construct(type=item.about[0], id=item.about[1]) if item.about else None,
        causes=[CauseShown.model_construct(type=kind, id=identity) for kind, identity in item.causes],
    )
