"""Sends a chair's report upward."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.chair_reports.domain import AlreadyReported, check_reported_to
from services.governance.chair_reports.models import ChairReport
from services.governance.meetings import queries as meetings
from services.governance.meetings.commands import TYPE
from services.governance.meetings.domain import Status
from services.governance.memberships.queries import must_chair
from shared.acting import By
from shared.contracts import governance_meetings as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit


async def report(tx: Tx, by: By, meeting_id: UUID, text: str) -> UUID:
    """Report on a meeting to every body above; the report's id. NotInTheChair; NotNow; ReportsToNobody; AlreadyReported."""
    row = await meetings.for_update(tx, by.principal, by.reach, meeting_id)
    await must_chair(tx, by, row.body_id)
    check_reported_to(Status(row.status), row.body_name, row.parent_ids)
    entry: dict[str, Any] = {
        "id": new_id(),
        "meeting_id": row.id,
        "body_id": row.body_id,
        "to_body_ids": row.parent_ids,
        "text": text,
        "reported_at": tx.now,
        "reported_by": by.subject,
        "agency_id": by.agency_id,
    }
    added = await tx.execute(upsert(ChairReport).on_conflict_do_nothing(index_elements=["meeting_id"]), entry)
    if not added.rowcount:
        raise AlreadyReported("The chair has reported on this meeting: what is new belongs to the next one.")
    told = events.ChairReportSent(
        subject=str(entry["id"]),
        meeting_id=row.id,
        body_id=row.body_id,
        to_body_ids=tuple(row.parent_ids),
        agency_id=by.agency_id,
    )
    await emit(tx, told, (Cause(TYPE, str(row.id)),))
    found: UUID = entry["id"]
    return found
