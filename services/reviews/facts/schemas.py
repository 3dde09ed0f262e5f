"""What the request about the facts in a report says."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.schemas import AgencyId, Flag, Prose, Worded


class AnswerFacts(Worded):
    """Whether the facts in the report are right, for the own agency."""

    prose: ClassVar[tuple[str, ...]] = ("corrections",)

    agency_id: Annotated[
        AgencyId | None, Field(description="For whom you answer, where it is not your own agency.")
    ] = None
    accurate: Flag
    corrections: Annotated[Prose | None, Field(description="What is wrong, and what would be right.")] = None
