"""The operations on meetings: convene, list, read, and those that change when one takes place."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.invitations.commands import INVITATIONS
from services.governance.meetings import commands, queries
from services.governance.meetings.commands import When
from services.governance.meetings.schemas import (
    Cancel,
    Convene,
    Invitations,
    InvitationShown,
    ListMeetings,
    MeetingPage,
    MeetingShown,
    MeetingStep,
    MeetingWhole,
    Reschedule,
    Timed,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.invitations.api import replies
from shared.invitations.schemas import shown
from shared.listing import Pages
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["meetings"])
replies(router, policy.TAKE_REPLY, INVITATIONS)


@router.get("/meetings", summary="List meetings")
async def list_meetings(
    caller: Annotated[Caller, Requires(policy.LIST_MEETINGS)],
    tx: ReadTx,
    wanted: Annotated[ListMeetings, Query()],
    pages: Pages,
) -> MeetingPage:
    """The meetings of bodies on which you sit and of those that report to them, or of all; the last to begin first."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    position = (datetime.fromisoformat, UUID)
    found = await pages.of(wanted, filters, rows, lambda row: (row.starts_at, row.id), *position)
    return MeetingPage.model_construct(
        items=[MeetingShown.model_construct(**_shown(row)) for row in found.rows], next=found.next
    )


@router.get("/meetings/{meeting_id}", summary="Read one meeting")
async def read_meeting(
    meeting_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> MeetingWhole:
    """One meeting, and what was done to it: every date that it once had."""
    return await show(tx, caller, meeting_id, response)


@router.get("/meetings/{meeting_id}/invitations", summary="See who was invited")
async def read_invitations(
    meeting_id: UUID, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> Invitations:
    """Each member's letters and what her calendar has answered; and who was not reached and has to be told otherwise."""
    await queries.get(tx, caller.principal, caller.reach, meeting_id)
    rows = await INVITATIONS.all(tx, meeting_id)
    items = [InvitationShown.model_construct(membership_id=row.membership_id, **shown(row)) for row in rows]
    return Invitations.model_construct(items=items)


@router.post("/meetings", summary="Convene a meeting", status_code=201)
async def convene_meeting(
    body: Convene, response: Response, caller: Annotated[Caller, Requires(policy.CONVENE_MEETING)], tx: OnceTx
) -> MeetingWhole:
    """Every member with an address has it in her calendar by e-mail; the others are shown as not reached."""
    causes = [one.cause for one in body.causes]
    meeting_id = await commands.convene(tx, caller.by(), body.body_id, _when(body), causes)
    response.headers["location"] = f"/governance/v1/meetings/{meeting_id}"
    return await show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/reschedule", summary="Move a meeting")
async def reschedule_meeting(
    meeting_id: UUID,
    body: Reschedule,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESCHEDULE_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MeetingWhole:
    """Another time or place; the appointment in every member's calendar changes, and the old date stays in the history."""
    await commands.reschedule(tx, caller.by(if_match), meeting_id, _when(body), body.reason)
    return await show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/cancel", summary="Cancel a meeting")
async def cancel_meeting(
    meeting_id: UUID,
    body: Cancel,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CANCEL_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MeetingWhole:
    """It does not take place, and leaves every member's calendar."""
    await commands.cancel(tx, caller.by(if_match), meeting_id, body.reason)
    return await show(tx, caller, meeting_id, response)


async def show(tx: Tx, caller: Caller, meeting_id: UUID, response: Response) -> MeetingWhole:
    """The meeting as it now stands."""
    row = await queries.get(tx, caller.principal, caller.reach, meeting_id)
    response.headers["etag"] = etag(row.version)
    steps = [MeetingStep.model_construct(**step._mapping) for step in await queries.HISTORY.of(tx, meeting_id)]
    return MeetingWhole.model_construct(**_shown(row), steps=steps)


def _shown(row: Row[Any]) -> dict[str, Any]:
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    return row._asdict() | {"causes": causes}


def _when(body: Timed) -> When:
    return When(starts_at=body.starts_at, ends_at=body.ends_at, place=body.place, link=body.link)
