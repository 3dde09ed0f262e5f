"""Notes who attends a meeting, and reminds who has not sent apologies."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.attendances.domain import How, Noted, check
from services.governance.attendances.models import Attendance
from services.governance.attendances.queries import members_of
from services.governance.invitations.commands import INVITATIONS
from services.governance.meetings.commands import begin, finish
from services.governance.meetings.domain import Do, Status
from services.governance.meetings.queries import to_come
from services.governance.memberships.queries import members_on
from services.governance.rulebook import CALENDAR, rule_on
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.invitations.domain import remind_within


async def attend(tx: Tx, by: By, meeting_id: UUID, noted: Sequence[Noted]) -> None:
    """Note how members attend; what was noted of others stays. NotInTheChair; NotNow; Invalid with every fault."""
    row = await begin(tx, by, meeting_id, Do.ATTEND)
    rows = await members_on(tx, row.body_id, today(row.starts_at))
    check(Status(row.status), noted, members_of(rows))
    agencies = {member.id: member.agency_id for member in rows}
    for one in noted:
        values = {"how": one.how, "deputy_id": one.deputy_id, "noted_at": tx.now, "noted_by": by.subject}
        keys = {"meeting_id": row.id, "membership_id": one.membership_id}
        statement = upsert(Attendance).values(**keys, agency_id=agencies[one.membership_id], **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))
    await finish(tx, by, row, Do.ATTEND, {})


async def remind(tx: Tx) -> int:
    """Remind who is invited to the meetings of which it is time, unless she has sent apologies or her deputy; how many."""
    reminded = 0
    for row in await to_come(tx):
        begins_at, ends_at = _reminding(row.starts_at)
        if begins_at <= tx.now < ends_at:
            excused = (Attendance.meeting_id == row.id, Attendance.how.in_((How.APOLOGIES, How.DEPUTY)))
            away = await tx.rows(select(Attendance.membership_id).where(*excused))
            reminded += await INVITATIONS.remind(tx, row.id, but={one.membership_id for one in away})
    return reminded


async def next_reminder(tx: Tx) -> datetime | None:
    """When it is next time to remind somebody of a meeting."""
    ahead = [_reminding(row.starts_at)[0] for row in await to_come(tx)]
    return min((instant for instant in ahead if instant > tx.now), default=None)


def _reminding(starts_at: datetime) -> tuple[datetime, datetime]:
    return remind_within(rule_on("reminder", today(starts_at)), starts_at, CALENDAR)
