"""Notes who attends a meeting."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.attendances.domain import Noted, check
from services.governance.attendances.models import Attendance
from services.governance.attendances.queries import members_of
from services.governance.meetings.commands import begin, finish
from services.governance.meetings.domain import Do, Status
from services.governance.memberships.queries import members_on
from services.governance.terms.domain import today
from shared.acting import By
from shared.db import Tx


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
