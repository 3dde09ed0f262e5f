"""The operations on who came: the register, the meeting's export, who was entered by mistake, the closing."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.training.attendance import commands, queries
from services.training.attendance.commands import Said
from services.training.attendance.domain import SENTENCES
from services.training.attendance.schemas import (
    AttendanceShown,
    AttendancesShown,
    DelegateShown,
    EnterRegister,
    HoldSession,
    OpenShown,
    ProofShown,
    StrikeOut,
    TakeExport,
)
from services.training.bookings.api import show as show_booking
from services.training.bookings.schemas import BookingWhole
from services.training.sessions import queries as sessions
from services.training.sessions.api import show as show_session
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.schemas import SessionWhole
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["attendance"])


@router.get("/sessions/{session_id}/attendance", summary="Read a session's register")
async def read_attendance(
    session_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_ATTENDANCE)], tx: ReadTx
) -> AttendanceShown:
    """Who came and what says so, and who keeps the session from being closed, and why."""
    return await _show(tx, caller, session_id, response)


@router.post("/sessions/{session_id}/register", summary="Enter who came")
async def enter_register(
    session_id: UUID,
    body: EnterRegister,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ENTER_ATTENDANCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> AttendanceShown:
    """The register decides over sign-ins and exports. After the session is closed it may still be corrected; the new count is told."""
    said = [Said(**one.model_dump()) for one in body.delegates]
    await commands.enter(tx, caller.by(if_match), session_id, said, rest_missed=body.rest_missed)
    return await _show(tx, caller, session_id, response)


@router.post("/sessions/{session_id}/import", summary="Take who came from an online meeting")
async def import_attendance(
    session_id: UUID,
    body: TakeExport,
    response: Response,
    caller: Annotated[Caller, Requires(policy.IMPORT_ATTENDANCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> AttendanceShown:
    """Who was in the meeting for long enough attended, or attended in part, by the partnership's rule. All of the export, or nothing."""
    domains = {one.domain: one.agency_id for one in body.domains}
    await commands.take_export(tx, caller.by(if_match), session_id, body.export, domains)
    return await _show(tx, caller, session_id, response)


@router.post("/bookings/{booking_id}/strike_out", summary="Strike out who was entered by mistake")
async def strike_out(
    booking_id: UUID,
    body: StrikeOut,
    response: Response,
    caller: Annotated[Caller, Requires(policy.STRIKE_OUT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """She did not come, or not to this session: she stands where she stood before, or nowhere, and the new count is told."""
    await commands.strike_out(tx, caller.by(if_match), booking_id, body.reason)
    return await show_booking(tx, caller, booking_id, response)


@router.post("/sessions/{session_id}/hold", summary="Close a session that took place")
async def hold_session(
    session_id: UUID,
    body: HoldSession,
    response: Response,
    caller: Annotated[Caller, Requires(policy.HOLD_SESSION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """It is counted from now on. While a delegate stands in no final status it cannot be closed; `errors` says who, and why."""
    await commands.hold(tx, caller.by(if_match), session_id)
    return await show_session(tx, caller, session_id, response)


async def _show(tx: Tx, caller: Caller, session_id: UUID, response: Response) -> AttendanceShown:
    session = await sessions.get(tx, session_id)
    await sessions.must_hold(tx, caller.principal, caller.reach, session_id)
    response.headers["etag"] = etag(session.version)
    found = await queries.attendance(tx, session_id)
    still_open = found.open()
    said: dict[UUID | None, list[ProofShown]] = {}
    for one in found.said:
        said.setdefault(one.booking_id, []).append(ProofShown.model_construct(**one._mapping))
    return AttendanceShown.model_construct(
        session_id=session_id,
        held=session.status == SessionStatus.HELD,
        reconciles=not still_open,
        attendances=sum(found.by_agency.values()),
        by_agency=[
            AttendancesShown.model_construct(agency_id=agency, attendances=number)
            for agency, number in sorted(found.by_agency.items())
        ],
        open=[OpenShown.model_construct(**vars(one), detail=SENTENCES[one.why]) for one in still_open],
        delegates=[
            DelegateShown.model_construct(**row._mapping, booking_id=row.id, said=said.get(row.id, []))
            for row in found.bookings
        ],
    )
