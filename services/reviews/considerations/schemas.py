"""What becomes known of a case, and what the partners say to it."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.incidents.domain import Abuse, Harm, Opinion, Place
from services.reviews.referrals.schemas import ChildReferred
from shared.schemas import AgencyId, Day, Given, Number, Prose, Request, Worded

AMENDED: dict[str, JsonValue] = {"abuse": "known", "reason": "The medical examination leaves no doubt."}
CHOSEN: dict[str, JsonValue] = {
    "start": "awareness",
    "reason": "The front door was called the evening before.",
    "council_aware_at": "2026-10-05T18:00:00Z",
}
ASKED: dict[str, JsonValue] = {"reason": "The examination has found a medical cause; nobody suspects abuse any more."}


class HarmNow(Request):
    """What has come to one of the children by now, or is known of it now."""

    number: Annotated[Number, Field(ge=1, le=100, description="The child's number in this incident.")]
    harm: Harm | None = None
    looked_after: bool | None = None


class AmendIncident(Worded):
    """What has become known; fields that are left out stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [AMENDED]})
    prose: ClassVar = ("reason", "summary")

    abuse: Abuse | None = None
    place: Place | None = None
    happened_on: Day | None = None
    summary: Prose | None = None
    harms: Annotated[list[HarmNow], Field(max_length=20)] = []
    children: Annotated[list[ChildReferred], Field(max_length=20, description="Children who were harmed too.")] = []
    reason: Prose


class ChooseStart(Worded):
    """From which event the time is counted, and when that was where it was said wrongly."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHOSEN]})

    start: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=60, description="One of the clock's candidates.")]
    council_aware_at: Given | None = None
    abuse_suspected_at: Given | None = None
    reason: Prose
    approved_by: Annotated[
        UUID | None, Field(description="The other person who approved a later date; an earlier one needs nobody.")
    ] = None


class GiveView(Worded):
    """What your statutory partner thinks should be done."""

    opinion: Opinion
    text: Prose | None = None


class Conclude(Worded):
    """What becomes of a near miss, as whoever referred it reads it."""

    reason: Prose


class ProposeNotToNotify(Worded):
    """Why it need not be notified; the three decide, and the council may notify at any moment all the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASKED]})

    reason: Prose
    concerned_agency_ids: Annotated[
        list[AgencyId], Field(max_length=20, description="Whose practice it is about; their votes are marked.")
    ] = []
