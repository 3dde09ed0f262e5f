"""What governance tells the others: agencies, who sits where, whom to reach and who acts for whom; staff, never children.

Every event says how its record stands after what happened, so a read model is one upsert whichever of them it was.
"Restated" repeats the state for readers that need a field which older events lack.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts import joint_decisions
from shared.events import Event


class AgencyEvent(Event):
    """How an agency stands in the register; `subject` is its id. An open date is unknown, or not fixed yet."""

    name: str
    agency_type: str
    effective_from: date | None
    effective_to: date | None  # the last day
    successor_ids: tuple[str, ...]
    expected_to_raise: bool


class AgencyRegistered(AgencyEvent, type="governance.agency.registered.v1"):
    """An agency is new in the register."""


class AgencyChanged(AgencyEvent, type="governance.agency.changed.v1"):
    """What the register says of an agency has changed; a succession may be announced and still to come."""


class AgencySucceeded(AgencyEvent, type="governance.agency.succeeded.v1"):
    """The agency's last day is over: its live matters are its successors' from now on."""


class AgencyRestated(AgencyEvent, type="governance.agency.restated.v1"):
    """The register's present state, said again."""


class BodyEvent(Event):
    """How a body of the partnership stands; `subject` is its id."""

    name: str
    kind: str
    parent_ids: tuple[str, ...]
    member_role: str | None
    effective_from: date | None
    effective_to: date | None


class BodyEstablished(BodyEvent, type="governance.body.established.v1"):
    """A body is new."""


class BodyChanged(BodyEvent, type="governance.body.changed.v1"):
    """A body's name, place or dates have changed."""


class BodyRestated(BodyEvent, type="governance.body.restated.v1"):
    """The body's present state, said again."""


class MembershipEvent(Event):
    """A person's seat on a body; `subject` is the membership's id. `roles` hold from `starts_on` to `ends_on`, both inclusive.

    Who writes to those who hold a role reaches her at `email`, where she has given one.
    """

    body_id: str
    person_id: UUID
    agency_id: str
    seat: str
    deputy_for: UUID | None  # the membership whose holder this person stands in for
    roles: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    person_name: str | None = None
    email: str | None = None


class MembershipAssigned(MembershipEvent, type="governance.membership.assigned.v1"):
    """A person has been given a seat, from a day that may be still to come."""


class MembershipChanged(MembershipEvent, type="governance.membership.changed.v1"):
    """The last day of a term has been moved to an earlier one."""


class MembershipEnded(MembershipEvent, type="governance.membership.ended.v1"):
    """The last day of a term is over."""


class MembershipWithdrawn(MembershipEvent, type="governance.membership.withdrawn.v1"):
    """A term that had not begun has been taken back: it never gives a role."""


class MembershipRestated(MembershipEvent, type="governance.membership.restated.v1"):
    """The membership's present state, said again."""


class BodyDecisionTaken(Event, type="governance.body_decision.taken.v1"):
    """A body has decided, at a meeting or by correspondence; `subject` is the decision's id, which others cite."""

    reference: str
    body_id: str
    how: str
    taken_on: date
    partners_present: tuple[str, ...]  # of council, icb and police
    partners_agreed: tuple[str, ...]
    partners_missing: tuple[str, ...]  # whom the quorum asks for
    meeting_id: UUID | None
    about_type: str | None
    about_id: str | None
    supersedes: UUID | None
    agency_id: str | None  # of whoever recorded it


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a contact works on one day of the week, `monday` to `sunday`; `09:00` to `17:00`, London time."""

    weekday: str
    opens: str
    closes: str


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Days on which a contact is away, both inclusive. Why is nobody's business."""

    starts_on: date
    ends_on: date


class ContactEvent(Event):
    """Whom an agency names for one purpose; `subject` is the contact's id.

    While the single point of contact is absent, the agency's stand-in is told; at night and for what cannot wait, its
    out-of-hours contact.
    """

    agency_id: str
    purpose: str
    name: str
    post: str | None
    person_id: UUID | None
    email: str | None
    telephone: str | None
    working_hours: tuple[Hours, ...]
    absences: tuple[Absence, ...]


class ContactNamed(ContactEvent, type="governance.contact.named.v1"):
    """An agency has named a contact."""


class ContactChanged(ContactEvent, type="governance.contact.changed.v1"):
    """A contact's details, hours or absences have changed."""


class ContactRemoved(ContactEvent, type="governance.contact.removed.v1"):
    """The contact no longer serves."""


class ContactRestated(ContactEvent, type="governance.contact.restated.v1"):
    """The contact's present state, said again."""


class DelegationEvent(Event):
    """One agency's dated leave to act for another; `subject` is the delegation's id. Both days are inclusive.

    A stand-in does all that the agency's contact would; an escalation partner acts from `from_seniority` upwards.
    """

    agency_id: str  # who acts
    for_agency_id: str
    purpose: str
    from_seniority: str | None
    starts_on: date
    ends_on: date | None


class DelegationGranted(DelegationEvent, type="governance.delegation.granted.v1"):
    """Leave has been given, from a day that may be still to come."""


class DelegationChanged(DelegationEvent, type="governance.delegation.changed.v1"):
    """The last day has been moved to an earlier one."""


class DelegationEnded(DelegationEvent, type="governance.delegation.ended.v1"):
    """The last day is over."""


class DelegationWithdrawn(DelegationEvent, type="governance.delegation.withdrawn.v1"):
    """A delegation that had not begun has been taken back: it never holds."""


class DelegationRestated(DelegationEvent, type="governance.delegation.restated.v1"):
    """The delegation's present state, said again."""


class JointDecisionOpened(joint_decisions.Opened, type="governance.joint_decision.opened.v1"):
    """A round of votes is open, by delegates or by chiefs as `decided_by` says; `opened_by` says what led to it."""


class JointDecisionVoted(joint_decisions.Voted, type="governance.joint_decision.voted.v1"):
    """One of the three has voted; `own_cause`: about the voter's own agency; `as_deputy`: for who usually votes."""


class JointDecisionReached(joint_decisions.Reached, type="governance.joint_decision.reached.v1"):
    """The three have decided: `agreed`, or by a `majority` where the rule allows it."""


class JointDecisionFailed(joint_decisions.Failed, type="governance.joint_decision.failed.v1"):
    """A round ended without a decision: it `climbs` to the chiefs, is `voted_again`, or all `stands` as it was."""


class JointDecisionOverdue(joint_decisions.Overdue, type="governance.joint_decision.overdue.v1"):
    """The date of a round has passed, and votes are still awaited; told once for each round."""


class JointDecisionWithdrawn(joint_decisions.Withdrawn, type="governance.joint_decision.withdrawn.v1"):
    """The question was taken back before it was decided."""


JOINT_DECISION = joint_decisions.Tells(
    JointDecisionOpened,
    JointDecisionVoted,
    JointDecisionReached,
    JointDecisionFailed,
    JointDecisionOverdue,
    JointDecisionWithdrawn,
)


class RiskEvent(Event):
    """How a risk stands; `subject` is its id, `score` and `band` are the current ones. What it is, is read."""

    reference: str
    status: str
    owner_agency_id: str
    owner_body_id: str
    score: int
    band: str
    at: datetime


class RiskRaised(RiskEvent, type="governance.risk.raised.v1"):
    """A risk is in the register."""


class RiskScored(RiskEvent, type="governance.risk.scored.v1"):
    """It was given a score: `inherent`, `current` or `target` as `which` says."""

    which: str
    given: int


class RiskEscalated(RiskEvent, type="governance.risk.escalated.v1"):
    """Its current score has reached the threshold, or is worse than what was answered: `body_id`'s answer is awaited."""

    threshold: int
    body_id: str


class RiskDeEscalated(RiskEvent, type="governance.risk.de_escalated.v1"):
    """Its current score is below the threshold again: its own body manages it."""

    threshold: int
    body_id: str


class RiskAnswered(RiskEvent, type="governance.risk.answered.v1"):
    """The Executive says what is to be done: `tolerate`, `treat`, `transfer` or `terminate`."""

    answer: str


class RiskAsked(RiskEvent, type="governance.risk.asked.v1"):
    """The Executive wants to know more before it answers, by `reply_due`; null where it was asked before there was a day."""

    reply_due: date | None = None


class RiskReplyOverdue(RiskEvent, type="governance.risk.reply_overdue.v1"):
    """Its owner has not replied to the Executive by the day; told once for each question."""

    reply_due: date


class RiskReplied(RiskEvent, type="governance.risk.replied.v1"):
    """What the Executive asked is answered; its own answer is awaited again."""


class RiskReviewed(RiskEvent, type="governance.risk.reviewed.v1"):
    """It was reviewed; `review_due` is the last day of the next review."""

    review_due: date


class RiskReviewOverdue(RiskEvent, type="governance.risk.review_overdue.v1"):
    """Nobody has reviewed it by its day; told once for each day given."""

    review_due: date


class RiskChanged(RiskEvent, type="governance.risk.changed.v1"):
    """Its words, its owners or its controls have changed."""


class RiskClosed(RiskEvent, type="governance.risk.closed.v1"):
    """It is a risk no more."""


RISK = (
    RiskRaised,
    RiskScored,
    RiskEscalated,
    RiskDeEscalated,
    RiskAnswered,
    RiskAsked,
    RiskReplyOverdue,
    RiskReplied,
    RiskReviewed,
    RiskReviewOverdue,
    RiskChanged,
    RiskClosed,
)


class ChallengeEvent(Event):
    """How a challenge to an agency stands; `subject` is its id, `agency_id` who is challenged, `due` the date that stands now."""

    reference: str
    status: str
    agency_id: str
    by_agency_id: str
    body_id: str | None
    due: date | None
    at: datetime


class ChallengeMade(ChallengeEvent, type="governance.challenge.made.v1"):
    """An agency is challenged; its answer is awaited."""


class ChallengeResponded(ChallengeEvent, type="governance.challenge.responded.v1"):
    """The agency has answered, in time or late."""

    late: bool


class ChallengeReturned(ChallengeEvent, type="governance.challenge.returned.v1"):
    """The answer does not do; another is awaited."""


class ChallengeAgreed(ChallengeEvent, type="governance.challenge.agreed.v1"):
    """A change is agreed, and until when."""


class ChallengeChanged(ChallengeEvent, type="governance.challenge.changed.v1"):
    """The agency says that the change is made; its impact is looked at on the date."""


class ChallengeRecheckDue(ChallengeEvent, type="governance.challenge.recheck_due.v1"):
    """The day has come on which the impact of the change is looked at; told once for each date."""


class ChallengeRechecked(ChallengeEvent, type="governance.challenge.rechecked.v1"):
    """Its impact was looked at: `improved`, `no_difference`, `worse` or `too_early`."""

    impact: str


class ChallengePostponed(ChallengeEvent, type="governance.challenge.postponed.v1"):
    """Its impact is looked at on another date."""


class ChallengeOverdue(ChallengeEvent, type="governance.challenge.overdue.v1"):
    """The last day is over, and the `response` or the `change` has not come; told once for each date."""

    waits_for: str


class ChallengeClosed(ChallengeEvent, type="governance.challenge.closed.v1"):
    """It is at its end: `answer_accepted`, `changed`, or `unresolved`, which goes on elsewhere."""

    outcome: str
    impact: str | None


class ChallengeWithdrawn(ChallengeEvent, type="governance.challenge.withdrawn.v1"):
    """It was taken back."""


class ChallengeSucceeded(ChallengeEvent, type="governance.challenge.succeeded.v1"):
    """The challenged agency has ended, and its successor, the `agency_id`, stands in its place."""

    from_agency_id: str


class ChallengePassedOn(ChallengeEvent, type="governance.challenge.passed_on.v1"):
    """The agency that challenged has ended, and its successor, the `by_agency_id`, follows the challenge in its place."""

    from_agency_id: str


CHALLENGE = (
    ChallengeMade,
    ChallengeSucceeded,
    ChallengePassedOn,
    ChallengeResponded,
    ChallengeReturned,
    ChallengeAgreed,
    ChallengeChanged,
    ChallengeRecheckDue,
    ChallengeRechecked,
    ChallengePostponed,
    ChallengeOverdue,
    ChallengeClosed,
    ChallengeWithdrawn,
)
