"""What the requests about approval say, and what an agency's practice shows."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.schemas import Flag, Instant, Prose, Request, Response, Worded


class ApproveBooking(Request):
    """She may go."""


class DeclineBooking(Worded):
    """She may not, and why."""

    prose: ClassVar = ("reason",)

    reason: Prose


class SetPractice(Request):
    """What an agency wants asked."""

    approves: Annotated[
        Flag, Field(description="Whether its lead approves each booking that its people make for themselves.")
    ]


class PracticeShown(Response):
    """What an agency wants asked before its people go; one that has said nothing wants nothing asked."""

    agency_id: str
    approves: bool
    set_at: Instant | None
