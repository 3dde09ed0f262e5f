"""The operations on minutes."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.meetings import queries as meetings
from services.governance.meetings.domain import TOOK_PLACE, Status
from services.governance.minutes import commands, queries
from services.governance.minutes.schemas import Approve, Minute, MinutesShown
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["meetings"])


@router.get("/meetings/{meeting_id}/minutes", summary="Read a meeting's minutes")
async def read_minutes(
    meeting_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> MinutesShown:
    """As they are worded; before anybody has, as they are drafted from attendance, agenda and outcomes."""
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/minute", summary="Word a meeting's minutes")
async def minute_meeting(
    meeting_id: UUID,
    body: Minute,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MINUTE_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MinutesShown:
    """Keep the draft, or the chair's edition of it; every wording stays until they are approved, and after."""
    await commands.minute(tx, caller.by(if_match), meeting_id, body.text)
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/approve", summary="Approve a meeting's minutes")
async def approve_minutes(
    meeting_id: UUID,
    body: Approve,
    response: Response,
    caller: Annotated[Caller, Requires(policy.APPROVE_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MinutesShown:
    """The chair signs what a later meeting of the body has approved; nothing of them changes after."""
    await commands.approve(tx, caller.by(if_match), meeting_id, body.at_meeting_id)
    return await _show(tx, caller, meeting_id, response)


async def _show(tx: Tx, caller: Caller, meeting_id: UUID, response: Response) -> MinutesShown:
    row = await meetings.get(tx, caller.principal, caller.reach, meeting_id)
    response.headers["etag"] = etag(row.version)
    worded = await queries.last_wording(tx, meeting_id)
    text = worded.text if worded else await queries.drafted(tx, row)
    return MinutesShown.model_construct(
        meeting_id=meeting_id,
        reference=row.reference,
        status=row.status,
        text=text if Status(row.status) in TOOK_PLACE else None,
        worded_at=worded.written_at if worded else None,
        approved_at=row.approved_at,
        approved_at_meeting_id=row.approved_at_meeting_id,
    )
