"""What the requests say that take a challenge to another stage, or to another agency."""

from typing import Annotated

from pydantic import Field

from shared.schemas import AgencyId, Number, Prose, Weighed


class Skip(Weighed):
    """Past one or several stages, because a child is at immediate risk."""

    to_stage: Annotated[Number, Field(ge=3, le=20)]
    reason: Prose


class PassOn(Weighed):
    """To the agency that it really concerns."""

    receiving_agency_id: AgencyId
    reason: Prose
