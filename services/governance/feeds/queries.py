"""Reads what stands in somebody's calendar of meetings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.governance.invitations.commands import INVITATIONS
from services.governance.invitations.models import Invitation
from services.governance.memberships.models import MembershipRow
from shared.appointments import Noted
from shared.db import Tx
from shared.invitations.post import noted


async def entries(tx: Tx, subject: str) -> Sequence[Noted]:
    """The meetings to which a person is invited by her seats, the earliest first."""
    try:
        seats = select(MembershipRow.id).where(MembershipRow.person_id == UUID(subject))
    except ValueError:  # nobody whom the gateway knows
        return []
    return [noted(row) for row in await INVITATIONS.standing(tx, Invitation.membership_id.in_(seats))]
