"""Reads minutes, and drafts them where nobody has worded them yet."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.governance.agendas import queries as agendas
from services.governance.attendances import queries as attendances
from services.governance.memberships.domain import Seat
from services.governance.minutes.domain import Came, Facts, draft, who
from services.governance.minutes.models import Minutes
from services.governance.outcomes import queries as outcomes
from shared.db import Tx


async def last_wording(tx: Tx, meeting_id: UUID) -> Row[Any] | None:
    """The last wording of a meeting's minutes, or None."""
    statement = select(*Minutes.__table__.c).where(Minutes.meeting_id == meeting_id)
    return await tx.row(statement.order_by(Minutes.id.desc()).limit(1))


async def drafted(tx: Tx, meeting: Row[Any]) -> str:
    """The minutes as what was recorded tells them."""
    register = await attendances.of_meeting(tx, meeting)
    names = {row.id: row.person_name for row in register.rows}
    attended = [
        (
            who(row.person_name, Seat(row.seat), names.get(register.noted[row.id].deputy_id)),
            row.agency_name,
            register.noted[row.id].how.value,
        )
        for row in register.expected
        if row.id in register.noted
    ]
    came = [
        Came(
            item_id=row.agenda_item_id,
            kind=row.kind,
            text=row.text,
            reference=row.decision_reference or row.action_reference,
        )
        for row in await outcomes.of_meeting(tx, meeting.id)
    ]
    return draft(
        Facts(
            reference=meeting.reference,
            body_name=meeting.body_name,
            starts_at=meeting.starts_at,
            place=meeting.place,
            attended=attended,
            missing=register.standing.missing,
            items=await agendas.of_meeting(tx, meeting),
            outcomes=came,
        )
    )
