"""Keeps each member's calendar in step with the meetings of her bodies."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.governance.invitations.models import Invitation
from services.governance.memberships.domain import Seat
from shared.db import Tx
from shared.invitations.commands import Invitations
from shared.invitations.domain import Event, Guest, Wording

WORDING = Wording(
    noun="meeting",
    withdrawn="You are not invited to this meeting any more; it takes place without you.",
    closing="Agenda and papers are in the partnership's system, and not in this letter.",
)
INVITATIONS = Invitations(Invitation, WORDING, "meetings.safer")


async def invite(tx: Tx, meeting_id: UUID, event: Event, members: Sequence[Row[Any]], reason: str | None = None) -> int:
    """Write to each member in whose calendar the meeting does not stand so, and to who has left the body; to how many.

    Deputies come when they are sent.
    """
    guests = [Guest(one.id, one.person_name, one.agency_id, one.email) for one in members if one.seat != Seat.DEPUTY]
    told = await INVITATIONS.tell(tx, meeting_id, event, guests, reason)
    gone = (await INVITATIONS.newest(tx, meeting_id)).keys() - {guest.id for guest in guests}
    return told + (await INVITATIONS.take_back(tx, meeting_id, of=gone) if gone else 0)
