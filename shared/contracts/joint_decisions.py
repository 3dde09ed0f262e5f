"""What every service tells of its joint decisions of police, ICB and council; each has these under its own name.

The question, the reasons and the dissent are read, not sent. `subject` is the decision's id; what it is about is
`subject_type` and `subject_id`, and stands among the event's causes.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


class JointDecisionEvent(Event):
    """How a joint decision stands. `concerned_agency_ids`: those that it is about; `agency_id`: the one that opened it."""

    kind: str
    subject_type: str | None
    subject_id: str | None
    concerned_agency_ids: tuple[str, ...]
    agency_id: str
    status: str
    round: int
    decided_by: str
    at: datetime


class Opened(JointDecisionEvent):
    """A round of votes is open, by delegates or by chiefs; `opened_by` says what led to it."""

    opened_by: str
    due_at: datetime


class Voted(JointDecisionEvent):
    """One of the three has voted."""

    partner: str
    voter_agency_id: str
    choice: str
    own_cause: bool
    as_deputy: bool


class Reached(JointDecisionEvent):
    """The three have decided."""

    verdict: str
    choice: str
    dissenting: tuple[str, ...]  # partners who voted for something else


class Failed(JointDecisionEvent):
    """A round ended without a decision: `climbs`, `voted_again`, or `stands`, where all stays as it was."""

    verdict: str


class Overdue(JointDecisionEvent):
    """The date of a round has passed, and votes are still awaited."""

    due_at: datetime
    missing: tuple[str, ...]


class Withdrawn(JointDecisionEvent):
    """The question was taken back before it was decided."""


@dataclass(frozen=True)
class Tells:
    """One service's own classes of these."""

    opened: type[Opened]
    voted: type[Voted]
    reached: type[Reached]
    failed: type[Failed]
    overdue: type[Overdue]
    withdrawn: type[Withdrawn]

    @property
    def all(self) -> tuple[type[JointDecisionEvent], ...]:
        """Every class, for what the service publishes."""
        return self.opened, self.voted, self.reached, self.failed, self.overdue, self.withdrawn
