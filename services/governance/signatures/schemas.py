"""What those say who sign an action, send it back or reopen it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.agencies.schemas import Note
from shared.schemas import Day, Worded


class Sign(Worded):
    """A signature for a body."""

    decision_id: Annotated[UUID, Field(description="The decision of the body on which it rests: /body-decisions.")]
    text: Note | None = None


class ReturnClaim(Worded):
    """It is not signed."""

    reason: Note


class ReopenAction(Worded):
    """It is to be done again, with a new date."""

    due_on: Day
    measured_by: Annotated[Day | None, Field(description="Where it is not to stay what it was.")] = None
    reason: Note
