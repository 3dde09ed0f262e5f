"""Words minutes, and approves them."""

from uuid import UUID

from sqlalchemy import insert

from services.governance.explanations.commands import ask_where_below
from services.governance.meetings import queries as meetings
from services.governance.meetings.commands import begin, finish
from services.governance.meetings.domain import Do, Status
from services.governance.minutes import queries
from services.governance.minutes.domain import check_approved_by
from services.governance.minutes.models import Minutes
from shared.acting import By
from shared.db import Tx
from shared.problems import NotFound


async def minute(tx: Tx, by: By, meeting_id: UUID, text: str | None) -> None:
    """Word the minutes: as drafted from what was recorded, or as the chair has edited them. NotInTheChair; NotNow."""
    row = await begin(tx, by, meeting_id, Do.MINUTE)
    wording = {
        "meeting_id": row.id,
        "text": text or await queries.drafted(tx, row),
        "written_at": tx.now,
        "written_by": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(Minutes), wording)
    await finish(tx, by, row, Do.MINUTE, {"minuted_at": tx.now})
    if row.status == Status.HELD:  # who came is settled, so that who came too seldom can be asked
        await ask_where_below(tx, row.body_id)


async def approve(tx: Tx, by: By, meeting_id: UUID, at_meeting_id: UUID) -> None:
    """The body's next meeting has approved them. NotInTheChair; NotNow; Invalid for a meeting that cannot."""
    row = await begin(tx, by, meeting_id, Do.APPROVE)
    assert by.principal
    try:
        at = await meetings.get(tx, by.principal, by.reach, at_meeting_id)
    except NotFound:
        at = None
    check_approved_by((row.body_id, row.starts_at), (at.body_id, at.starts_at, Status(at.status)) if at else None)
    await finish(tx, by, row, Do.APPROVE, {"approved_at": tx.now, "approved_at_meeting_id": at_meeting_id})
