"""What requests say that move a date."""

from typing import Annotated

from pydantic import Field

from services.governance.agencies.schemas import Note
from shared.schemas import Day, Worded


class MoveDate(Worded):
    """Another date, and why."""

    due_on: Annotated[
        Day, Field(description="An earlier day holds at once; a later one when somebody else approves it.")
    ]
    reason: Note


class ApproveDate(Worded):
    """The later date holds."""

    reason: Note | None = None


class RefuseDate(Worded):
    """The date stays as it was."""

    reason: Note
