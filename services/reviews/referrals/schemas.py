"""What an agency tells when it refers a case."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.incidents.domain import Abuse, Harm, Place, Source
from shared.child_records.schemas import Identifier
from shared.children import AgeBand
from shared.schemas import AgencyId, CauseGiven, Day, Flag, Given, Prose, Request, Worded

EXAMPLE: dict[str, JsonValue] = {
    "text": "We think that this meets the criteria: the injuries are not explained.",
    "summary": "An infant was brought to the emergency department with injuries that are not explained.",
    "abuse": "suspected",
    "happened_on": "2026-10-05",
    "council_aware_at": "2026-10-06T09:30:00Z",
    "children": [
        {
            "identifiers": [{"type": "nhs_number", "value": "SANDBOX-0101"}],
            "age_band": "under_1",
            "harm": "seriously_harmed",
            "looked_after": False,
        }
    ],
}


class ChildReferred(Request):
    """A child: by numbers, which are sealed at once and answered as a pseudonym; by none where none is known yet."""

    identifiers: Annotated[list[Identifier], Field(max_length=5)] = []
    age_band: AgeBand = AgeBand.NOT_RECORDED
    harm: Harm
    looked_after: Flag = False


class ReferCase(Worded):
    """A case for consideration: by an agency, on behalf of the child death overview panel, or told by another area."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("text", "summary")

    agency_id: Annotated[AgencyId | None, Field(description="Your own, unless you act for another.")] = None
    source: Source = Source.AGENCY
    text: Annotated[Prose, Field(description="Why you refer it. You and the three partners see it.")]
    summary: Annotated[Prose, Field(description="What happened, in words by which nobody can be recognised.")]
    abuse: Abuse
    place: Place = Place.IN_AREA
    happened_on: Day | None = None
    council_aware_at: Annotated[
        Given | None, Field(description="When the council became aware; without it, with this referral.")
    ] = None
    abuse_suspected_at: Annotated[
        Given | None, Field(description="When abuse or neglect came to be known or suspected.")
    ] = None
    children: Annotated[list[ChildReferred], Field(max_length=20)] = []
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class JoinIncident(Worded):
    """It is the same incident as another."""

    joined_to: Annotated[UUID, Field(description="The incident under which it goes on.")]
    reason: Prose
