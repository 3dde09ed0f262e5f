"""What the requests about a report's sign-off say."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.schemas import Prose, Worded


class SubmitReport(Worded):
    """The report as it stands, and where an agency still finds facts wrong, why it goes to the three all the same."""

    prose: ClassVar[tuple[str, ...]] = ("despite",)

    despite: Annotated[
        Prose | None,
        Field(description="Why what an agency finds wrong stays; the three read it, and so does the agency."),
    ] = None


class ReviseReview(Worded):
    """The report is written again."""

    reason: Prose
