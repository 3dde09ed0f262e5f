"""Writes invitations in the transaction of what they tell of, and notes how far each has come."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.invitations.domain import LEASE, Summons, next_attempt
from services.governance.invitations.models import Invitation
from services.governance.invitations.queries import COLUMNS
from services.governance.memberships.domain import Seat
from shared.db import Tx, new_id

BATCH = 20


async def invite(tx: Tx, meeting_id: UUID, summons: Summons, members: Iterable[Row[Any]]) -> int:
    """Write to each member who does not have this summons yet; how many. Deputies come when they are sent.

    Who has no address is noted as not reached, so that somebody tells her otherwise.
    """
    told = select(Invitation.membership_id).where(
        Invitation.meeting_id == meeting_id, Invitation.sequence == summons.sequence
    )
    have = {row.membership_id for row in await tx.rows(told)}
    rows = [_row(tx, meeting_id, summons, one) for one in members if one.seat != Seat.DEPUTY and one.id not in have]
    if rows:
        await tx.execute(upsert(Invitation).on_conflict_do_nothing(), rows)
    return len(rows)


async def take(tx: Tx) -> Sequence[Row[Any]]:
    """Some letters that are due to leave, leased so that nobody else sends them at the same time."""
    due = (
        select(Invitation.id)
        .where(Invitation.attempt_at <= tx.wall)
        .order_by(Invitation.attempt_at, Invitation.sequence)
    )
    ids = [row.id for row in await tx.rows(due.limit(BATCH).with_for_update(skip_locked=True))]
    if not ids:
        return []
    leased = {"attempts": Invitation.attempts + 1, "attempt_at": tx.wall + LEASE}
    return await tx.rows(update(Invitation).where(Invitation.id.in_(ids)).values(**leased).returning(*COLUMNS))


async def sent(tx: Tx, invitation_id: UUID) -> None:
    """The mail server has it."""
    await _note(tx, invitation_id, sent_at=tx.wall, attempt_at=None, failure=None)


async def not_sent(tx: Tx, row: Row[Any], reason: str, *, final: bool) -> None:
    """It has not left: it is tried again later, or has failed for good, and is shown so."""
    again = None if final else next_attempt(row.queued_at, row.attempts, tx.wall)
    await _note(tx, row.id, attempt_at=again, failure=reason)


async def settle(tx: Tx) -> None:
    """Count all that wait as sent: those of a history that is made up went to nobody."""
    await tx.execute(
        update(Invitation).where(Invitation.attempt_at.is_not(None)).values(attempt_at=None, sent_at=tx.wall)
    )


async def _note(tx: Tx, invitation_id: UUID, **facts: Any) -> None:
    await tx.execute(update(Invitation).where(Invitation.id == invitation_id).values(**facts))


def _row(tx: Tx, meeting_id: UUID, summons: Summons, member: Row[Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "meeting_id": meeting_id,
        "membership_id": member.id,
        "sequence": summons.sequence,
        "person_name": member.person_name,
        "agency_id": member.agency_id,
        "address": member.email,
        "summons": summons.data(),
        "queued_at": tx.wall,
        "attempts": 0,
        "attempt_at": tx.wall if member.email else None,
        "failure": None if member.email else "no_address",
    }
