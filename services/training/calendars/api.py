"""The operations on invitations: who was invited to a session, and what calendars have answered."""

from typing import Annotated
from uuid import UUID

from services.training.calendars.commands import INVITATIONS
from services.training.calendars.schemas import Invitations, InvitationShown
from services.training.sessions import queries as sessions
from shared.auth import Caller, Requires
from shared.invitations.api import replies
from shared.invitations.schemas import shown
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["invitations"])
replies(router, policy.TAKE_REPLY, INVITATIONS)


@router.get("/sessions/{session_id}/invitations", summary="See who was invited")
async def read_invitations(
    session_id: UUID, caller: Annotated[Caller, Requires(policy.READ_INVITATIONS)], tx: ReadTx
) -> Invitations:
    """Each delegate's letters and what her calendar has answered; and who was not reached and has to be told otherwise."""
    await sessions.get(tx, session_id)
    await sessions.must_hold(tx, caller.principal, caller.reach, session_id)
    rows = await INVITATIONS.all(tx, session_id)
    return Invitations.model_construct(
        items=[InvitationShown.model_construct(guest_id=row.guest_id, **shown(row)) for row in rows]
    )
