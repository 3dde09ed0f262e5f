"""What governance tells of the meetings of bodies: when, where it stands, whose agencies sit there; never what was said."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class MeetingEvent(Event):
    """How a meeting stands; `subject` is its id."""

    reference: str
    body_id: str
    status: str
    starts_at: datetime
    ends_at: datetime
    agency_id: str | None  # of whoever did it
    agency_ids: tuple[str, ...]  # those that sit on the body


class MeetingConvened(MeetingEvent, type="governance.meeting.convened.v1"):
    """A body is to meet, and its members have been invited."""


class MeetingRescheduled(MeetingEvent, type="governance.meeting.rescheduled.v1"):
    """A meeting has another time or place."""


class MeetingCancelled(MeetingEvent, type="governance.meeting.cancelled.v1"):
    """A meeting does not take place."""


class MeetingHeld(MeetingEvent, type="governance.meeting.held.v1"):
    """A meeting has begun."""


class MeetingMinuted(MeetingEvent, type="governance.meeting.minuted.v1"):
    """A meeting's minutes have been worded, or worded anew."""


class MeetingApproved(MeetingEvent, type="governance.meeting.approved.v1"):
    """A later meeting has approved the minutes."""


class ChairReportSent(Event, type="governance.chair_report.sent.v1"):
    """A chair has reported on a meeting to the bodies above; `subject` is the report's id."""

    meeting_id: UUID
    body_id: str
    to_body_ids: tuple[str, ...]
    agency_id: str | None


class ExpectationEvent(Event):
    """At which share of a body's meetings an agency is expected; `subject` is the expectation's id."""

    body_id: str
    agency_id: str
    share: int  # percent of the meetings
    starts_on: date
    ends_on: date | None


class ExpectationSet(ExpectationEvent, type="governance.expectation.set.v1"):
    """An agency is expected at a body's meetings."""


class ExpectationEnded(ExpectationEvent, type="governance.expectation.ended.v1"):
    """An expectation has a last day."""


class ExplanationEvent(Event):
    """An agency's attendance that fell short of what is expected; `subject` is the question's id."""

    body_id: str
    agency_id: str
    status: str
    attended: int
    of: int
    expected_share: int
    answer_by: date


class ExplanationAsked(ExplanationEvent, type="governance.explanation.asked.v1"):
    """An agency is asked why it came less often than is expected of it."""


class ExplanationAnswered(ExplanationEvent, type="governance.explanation.answered.v1"):
    """The agency has said why."""
