"""What requests about attendance say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.attendances.domain import How
from services.governance.memberships.domain import Seat
from shared.invitations.schemas import AnswerShown
from shared.joint_decisions.domain import Partner
from shared.schemas import BodyId, Code, Day, Instant, Request, Response

EXAMPLE: dict[str, JsonValue] = {
    "members": [{"membership_id": "00000000-0000-7000-8000-000000000000", "how": "apologies"}],
}
Partners = Annotated[list[Annotated[str, Code(Partner)]], Field(max_length=3)]


class MemberAttends(Request):
    """How the holder of one seat attends."""

    membership_id: UUID
    how: How
    deputy_id: Annotated[UUID | None, Field(description="With `deputy`: the seat of the deputy who came.")] = None


class Attend(Request):
    """How members attend; what was noted of others stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    members: Annotated[list[MemberAttends], Field(min_length=1, max_length=100)]


class AttendanceOver(Request):
    """Of which body, and in which period."""

    body_id: BodyId
    first_day: Annotated[Day | None, Field(description="Without one a year before the last.")] = None
    last_day: Annotated[Day | None, Field(description="Without one today.")] = None


class MeetingCounted(Response):
    """A meeting that was held and of which attendance is noted."""

    id: UUID
    reference: str
    starts_at: Instant


class AtMeeting(Response):
    """How an agency was at one meeting: the best that any of its people did."""

    meeting_id: UUID
    how: Annotated[str, Code(How)]


class AgencyAttendance(Response):
    """One agency's attendance, against what is expected of it."""

    agency_id: str
    of: Annotated[
        int, Field(description="At how many of these meetings it has a seat or is expected: the denominator.")
    ]
    attended: Annotated[int, Field(description="At how many it was, itself or by a deputy: the numerator.")]
    by_deputy: int
    apologies: int
    absent: int
    expected_share: Annotated[int | None, Field(description="Percent of the meetings; null: nobody expects it.")]
    below: Annotated[bool, Field(description="It was there less often than is expected.")]
    meetings: Annotated[list[AtMeeting], Field(max_length=1000, description="In the order of the meetings.")]


class Attendances(Response):
    """A body's attendance over a period, agency by agency."""

    first_day: date
    last_day: date
    meetings: Annotated[list[MeetingCounted], Field(max_length=1000)]
    agencies: Annotated[list[AgencyAttendance], Field(max_length=500)]


class MemberShown(Response):
    """One who is expected, and how she attended; null: nothing is noted."""

    membership_id: UUID
    person_name: str
    agency_id: str
    agency_name: str
    seat: Annotated[str, Code(Seat)]
    answer: AnswerShown
    how: Annotated[str, Code(How)] | None
    deputy_id: UUID | None
    deputy_name: str | None


class QuorumShown(Response):
    """Whether the body could decide now, and without whom not."""

    rule: Annotated[str | None, Field(description="The rule of quorum and its version; null where there is none.")]
    needed: Partners
    there: Partners
    missing: Partners
    decides: Annotated[bool, Field(description="Whether a decision would be taken now, or refused.")]


class AttendanceShown(Response):
    """A meeting's attendance and quorum."""

    meeting_id: UUID
    quorum: QuorumShown
    members: Annotated[list[MemberShown], Field(max_length=500)]
