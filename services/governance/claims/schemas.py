"""What those say who do an action."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.governance.agencies.schemas import Note
from shared.schemas import Worded


class StartAction(Worded):
    """Work begins."""

    text: Note | None = None


class ClaimActivity(Worded):
    """The activity is complete."""

    text: Annotated[Note, Field(description="What was done.")]


class BeginTest(Worded):
    """Impact is being tested."""

    text: Annotated[Note, Field(description="How, and on what, it is tested.")]


class ClaimImpact(Worded):
    """Practice has improved."""

    prose: ClassVar = ("text", "result")

    result: Annotated[Note, Field(description="What was measured, against baseline and target.")]
    text: Annotated[Note, Field(description="What has changed for children and families, and how that is known.")]
