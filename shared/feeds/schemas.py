"""What answers show of somebody's feed."""

from typing import Annotated

from pydantic import Field

from shared.schemas import Instant, Response


class FeedShown(Response):
    """The address of one's own calendar. Whoever has it reads that calendar: it is as secret as a password."""

    address: Annotated[str | None, Field(description="Null while there is none.")]
    webcal: Annotated[str | None, Field(description="The same, for programs that subscribe by it.")]
    made_at: Instant | None
