"""The operations on a meeting's attendance."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.governance.attendances import commands, queries
from services.governance.attendances.domain import How, Noted, Tally, check_period
from services.governance.attendances.queries import Register
from services.governance.attendances.schemas import (
    AgencyAttendance,
    AtMeeting,
    Attend,
    AttendanceOver,
    Attendances,
    AttendanceShown,
    MeetingCounted,
    MemberShown,
    QuorumShown,
)
from services.governance.meetings import queries as meetings
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["attendance"])
A_YEAR = timedelta(days=365)


@router.get("/attendance", summary="See attendance over time")
async def read_over(
    caller: Annotated[Caller, Requires(policy.READ_ATTENDANCE)],
    tx: ReadTx,
    wanted: Annotated[AttendanceOver, Query()],
) -> Attendances:
    """How often each agency was at a body's meetings, and whether that is as often as is expected of it."""
    last = wanted.last_day or today(tx.now)
    first = wanted.first_day or last - A_YEAR
    check_period(first, last)
    found = await queries.over(tx, caller.principal, caller.reach, wanted.body_id, first, last)
    order = [row.id for row in found.meetings]
    return Attendances.model_construct(
        first_day=first,
        last_day=last,
        meetings=[MeetingCounted.model_construct(**row._mapping) for row in found.meetings],
        agencies=[_agency(tally, order) for tally in found.tallies],
    )


@router.get("/meetings/{meeting_id}/attendance", summary="See who attends a meeting")
async def read_attendance(
    meeting_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> AttendanceShown:
    """Who is expected, who came, and whether the three statutory partners are there: before anything is decided."""
    return await _show(tx, caller, meeting_id, response)


@router.post("/meetings/{meeting_id}/attend", summary="Note who attends a meeting")
async def attend_meeting(
    meeting_id: UUID,
    body: Attend,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ATTEND_MEETING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> AttendanceShown:
    """Present, by a deputy, with apologies, or absent; apologies before the meeting, all else once it is held."""
    noted = [Noted(**one.model_dump()) for one in body.members]
    await commands.attend(tx, caller.by(if_match), meeting_id, noted)
    return await _show(tx, caller, meeting_id, response)


async def _show(tx: Tx, caller: Caller, meeting_id: UUID, response: Response) -> AttendanceShown:
    row = await meetings.get(tx, caller.principal, caller.reach, meeting_id)
    response.headers["etag"] = etag(row.version)
    register = await queries.of_meeting(tx, row)
    members = _members(register, await queries.answers(tx, meeting_id))
    return AttendanceShown.model_construct(meeting_id=meeting_id, quorum=_quorum(register), members=members)


def _agency(tally: Tally, order: Sequence[UUID]) -> AgencyAttendance:
    at = [AtMeeting.model_construct(meeting_id=one, how=tally.hows[one]) for one in order if one in tally.hows]
    return AgencyAttendance.model_construct(
        agency_id=tally.agency_id,
        of=tally.of,
        attended=tally.attended,
        by_deputy=tally.count(How.DEPUTY),
        apologies=tally.count(How.APOLOGIES),
        absent=tally.count(How.ABSENT),
        expected_share=tally.share,
        below=tally.below,
        meetings=at,
    )


def _quorum(register: Register) -> QuorumShown:
    quorum, stands = register.quorum, register.standing
    return QuorumShown.model_construct(
        rule=quorum.rule if quorum else None,
        needed=list(quorum.needed) if quorum else [],
        there=list(stands.there),
        missing=list(stands.missing),
        decides=stands.decides,
    )


def _members(register: Register, answers: Mapping[UUID, str | None]) -> list[MemberShown]:
    names = {row.id: row.person_name for row in register.rows}
    shown = []
    for row in register.expected:
        noted = register.noted.get(row.id)
        deputy_id = noted.deputy_id if noted else None
        shown.append(
            MemberShown.model_construct(
                membership_id=row.id,
                person_name=row.person_name,
                agency_id=row.agency_id,
                agency_name=row.agency_name,
                seat=row.seat,
                answer=answers.get(row.id),
                how=noted.how if noted else None,
                deputy_id=deputy_id,
                deputy_name=names.get(deputy_id) if deputy_id else None,
            )
        )
    return shown
