"""What the escalations service tells the others. Nothing here says who the child is, or what was written."""

from datetime import date, datetime

from shared.events import Event


class _Escalation(Event):
    """What every event about an escalation says; `subject` is its id."""

    reference: str
    kind: str
    priority: str
    status: str
    stage_order: int
    raising_agency_id: str
    receiving_agency_id: str | None
    at: datetime


class EscalationRaised(_Escalation, type="escalations.escalation.raised.v1"):
    """A challenge has begun at the first stage of its ladder."""

    primary_theme: str
    ladder: str
    due_at: datetime | None


class EscalationAcknowledged(_Escalation, type="escalations.escalation.acknowledged.v1"):
    """The receiving agency has it."""


class EscalationPromised(_Escalation, type="escalations.escalation.promised.v1"):
    """Both sides have agreed on an earlier answer: that date binds."""

    due_at: datetime


class EscalationResponded(_Escalation, type="escalations.escalation.responded.v1"):
    """The receiving agency has answered at this stage."""

    late: bool


class EscalationMet(_Escalation, type="escalations.escalation.met.v1"):
    """Both sides have met."""


class EscalationAdvanced(_Escalation, type="escalations.escalation.advanced.v1"):
    """The challenge is at a higher stage; `by` says whether on request, through silence, or by a skip."""

    from_stage_order: int
    by: str
    due_at: datetime | None


class EscalationPassedOn(_Escalation, type="escalations.escalation.passed_on.v1"):
    """The challenge was with the wrong agency and is now with the right one."""

    from_agency_id: str | None
    due_at: datetime | None


class EscalationSucceeded(_Escalation, type="escalations.escalation.succeeded.v1"):
    """An agency of it has ended, and its first-named successor stands in its place, on whichever side it stood."""

    ended_agency_id: str
    successor_agency_id: str


class EscalationOverdue(_Escalation, type="escalations.escalation.overdue.v1"):
    """A duty at this stage has run out."""

    duty: str
    due_at: datetime


class EscalationWithdrawn(_Escalation, type="escalations.escalation.withdrawn.v1"):
    """The raiser has withdrawn it."""


class EscalationRedirected(_Escalation, type="escalations.escalation.redirected.v1"):
    """It was a complaint, whistleblowing or an allegation, and goes that way."""

    redirected_to: str


class EscalationResolved(_Escalation, type="escalations.escalation.resolved.v1"):
    """It has an outcome; the raiser is still to be told."""

    outcome: str


class EscalationRejected(_Escalation, type="escalations.escalation.rejected.v1"):
    """The raiser does not accept the resolution, which is undone."""


class EscalationTold(_Escalation, type="escalations.escalation.told.v1"):
    """The raiser has been told the outcome."""

    satisfied: bool | None


class DecisionOpened(_Escalation, type="escalations.decision.opened.v1"):
    """The three statutory partners are to decide, by delegate or by chief as `decided_by` says; their votes are due."""

    decided_by: str
    due_at: datetime


class DecisionVoted(_Escalation, type="escalations.decision.voted.v1"):
    """One of the three has voted; `own_cause`: in a matter about the voter's own agency; `as_deputy`: for who usually votes."""

    partner: str
    agency_id: str
    outcome: str
    own_cause: bool
    as_deputy: bool


class DecisionReached(_Escalation, type="escalations.decision.reached.v1"):
    """The votes have decided; `verdict` says how: agreed, majority, or stands where the rule leaves all as it was."""

    verdict: str
    outcome: str
    dissenting: tuple[str, ...]  # partners who voted for something else


class DecisionFailed(_Escalation, type="escalations.decision.failed.v1"):
    """The three did not vote for the same; `verdict` says what follows: climbs to the chiefs, or voted_again."""

    verdict: str


class EscalationClosed(_Escalation, type="escalations.escalation.closed.v1"):
    """It is closed: resolved, and the raiser told."""


class LearningEvent(Event):
    """What every event about a learning point says; `subject` is its id. What is to be learnt is read, not sent."""

    escalation_id: str
    status: str
    route: str
    owner_agency_id: str | None
    owner_body_id: str | None
    take_by: date | None  # the last day on which taking it is in time
    at: datetime


class LearningRecorded(LearningEvent, type="escalations.learning.recorded.v1"):
    """Something is to be learnt from an escalation, and goes its route."""


class LearningRouted(LearningEvent, type="escalations.learning.routed.v1"):
    """It goes elsewhere, with a new day."""


class LearningTaken(LearningEvent, type="escalations.learning.taken.v1"):
    """Those to whom it went have taken it up; `taken_as` is the record that goes on from it, `{type, id}`."""

    late: bool
    taken_as: dict[str, str] | None


class LearningClosed(LearningEvent, type="escalations.learning.closed.v1"):
    """It is at its end, and something changed by it, or nothing."""

    changed: bool


class LearningNotTaken(LearningEvent, type="escalations.learning.not_taken.v1"):
    """Its last day is over and nobody has taken it; told once for each day given."""


class LearningSucceeded(LearningEvent, type="escalations.learning.succeeded.v1"):
    """The agency that owned it has ended, and its successor, the `owner_agency_id`, stands in its place."""

    ended_agency_id: str


class NoteEvent(Event):
    """What every event about a note says; `subject` is its id. Its text is read, not sent."""

    kind: str
    theme: str
    happened_on: date
    agency_id: str
    about_agency_ids: tuple[str, ...]
    at: datetime


class NoteRecorded(NoteEvent, type="escalations.note.recorded.v1"):
    """Something was settled informally, or went well."""


class NoteRetracted(NoteEvent, type="escalations.note.retracted.v1"):
    """The note was taken back, and is counted no more."""


class BreakGlassEvent(Event):
    """What every event about an opening in an emergency says; `subject` is its id. Why is read, not sent."""

    agency_id: str
    escalation_ids: tuple[str, ...]
    review_by: date
    at: datetime


class BreakGlassUsed(BreakGlassEvent, type="escalations.break_glass.used.v1"):
    """Somebody who is no party has opened matters about a child at immediate risk."""


class BreakGlassReviewed(BreakGlassEvent, type="escalations.break_glass.reviewed.v1"):
    """Whether that was justified."""

    finding: str
