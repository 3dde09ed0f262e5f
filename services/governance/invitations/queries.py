"""Reads invitations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.governance.invitations.models import Invitation
from shared.db import Tx

COLUMNS = tuple(Invitation.__table__.c)


async def of_meeting(tx: Tx, meeting_id: UUID) -> Sequence[Row[Any]]:
    """Every invitation to a meeting, the last first for each member. The caller has seen that the meeting is visible."""
    statement = select(*COLUMNS).where(Invitation.meeting_id == meeting_id)
    return await tx.rows(
        statement.order_by(Invitation.person_name, Invitation.membership_id, Invitation.sequence.desc())
    )
