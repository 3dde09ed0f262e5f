"""What the requests say that take a challenge to another stage, or to another agency."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.schemas import AgencyId, Number, Prose, Weighed


class Skip(Weighed):
    """Past one or several stages, because a child is at immediate risk. From then on the matter's priority is immediate."""

    prose: ClassVar = ("reason", "safety_action")

    to_stage: Annotated[Number, Field(ge=3, le=20)]
    reason: Prose
    safety_action: Annotated[
        Prose | None,
        Field(description="What was done at once to keep the child safe; needed where the matter does not say it yet."),
    ] = None


class PassOn(Weighed):
    """To the agency that it really concerns."""

    receiving_agency_id: AgencyId
    reason: Prose
