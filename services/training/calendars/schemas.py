"""What answers show of calendars."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.invitations.schemas import LetterShown
from shared.schemas import Response


class InvitationShown(LetterShown):
    """One letter to one delegate or list, how far it has come, and what her calendar has answered."""

    guest_id: Annotated[UUID, Field(description="The delegate's booking; of a list, an id that stays.")]


class Invitations(Response):
    """Everybody who was invited, the newest letter of each first."""

    items: Annotated[list[InvitationShown], Field(max_length=20000)]
