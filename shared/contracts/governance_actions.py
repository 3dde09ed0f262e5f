"""What governance tells the others of plans and actions: how they stand, what was signed of them, and that they drift."""

from datetime import date, datetime

from shared.events import Event


class PlanEvent(Event):
    """How a plan stands; `subject` is its id."""

    code: str
    source_type: str
    source_id: str | None
    body_id: str
    effective_from: date | None
    effective_to: date | None


class PlanMade(PlanEvent, type="governance.plan.made.v1"):
    """A plan is new; its actions follow."""


class PlanChanged(PlanEvent, type="governance.plan.changed.v1"):
    """A plan's title, dates, note or areas have changed."""


class PlanRestated(PlanEvent, type="governance.plan.restated.v1"):
    """The plan's present state, said again."""


class ActionEvent(Event):
    """How an action stands after what happened; `subject` is its id. What is to be done is read, not sent."""

    reference: str
    status: str
    plan_id: str | None
    lead_agency_id: str | None
    body_id: str  # whose action it is
    theme: str | None
    due_on: date | None
    source_type: str
    source_id: str | None
    at: datetime


class ActionProposed(ActionEvent, type="governance.action.proposed.v1"):
    """An action has been proposed; its causes are what it came of."""


class ActionAmended(ActionEvent, type="governance.action.amended.v1"):
    """It is worded anew, has another lead, or stands in another's place."""


class ActionAgreed(ActionEvent, type="governance.action.agreed.v1"):
    """It is taken on: from now on it runs."""


class ActionNotAccepted(ActionEvent, type="governance.action.not_accepted.v1"):
    """It is not taken on."""


class ActionStarted(ActionEvent, type="governance.action.started.v1"):
    """Work on it has begun, for the first time or again."""


class ActionUpdated(ActionEvent, type="governance.action.updated.v1"):
    """Those who do it have said how it goes."""

    rating: str | None


class ActionUpdateDue(ActionEvent, type="governance.action.update_due.v1"):
    """An update will be due on that day; told once for each."""

    update_by: date


class ActionEvidenceSupplied(ActionEvent, type="governance.action.evidence_supplied.v1"):
    """Something shows that it was done (`activity`), or what it changed (`impact`)."""

    phase: str
    kind: str


class ActionEvidenceWithdrawn(ActionEvent, type="governance.action.evidence_withdrawn.v1"):
    """What was to show it does not."""

    phase: str
    kind: str


class ActionDueDateEvent(ActionEvent):
    """A date of an action: that of the activity, or after phase 1 that by which impact is measured."""

    from_on: date
    to_on: date


class ActionDueDateMoved(ActionDueDateEvent, type="governance.action.due_date_moved.v1"):
    """The date is another: brought forward, or moved later with an approval."""


class ActionDueDateAsked(ActionDueDateEvent, type="governance.action.due_date_asked.v1"):
    """A later date is asked for."""


class ActionDueDateRefused(ActionDueDateEvent, type="governance.action.due_date_refused.v1"):
    """The later date is refused: the date stays."""


class ActionActivityClaimed(ActionEvent, type="governance.action.activity_claimed.v1"):
    """Those who do it say that the activity is complete; it waits for the body that signs phase 1."""


class ActionImpactTesting(ActionEvent, type="governance.action.impact_testing.v1"):
    """Phase 1 is whole, and impact is being tested."""


class ActionImpactClaimed(ActionEvent, type="governance.action.impact_claimed.v1"):
    """Those who do it say that practice has improved; it waits for the body that signs phase 2."""


class ActionSigned(ActionEvent):
    """A signature: which phase, for which body, of which agency, and the SHA-256 of exactly what was signed."""

    phase: str
    signing_body_id: str
    signing_agency_id: str
    sha256: str


class ActionActivitySigned(ActionSigned, type="governance.action.activity_signed.v1"):
    """Phase 1: the activity is complete."""


class ActionModerated(ActionSigned, type="governance.action.moderated.v1"):
    """The evidence of the activity is sound."""


class ActionImpactSigned(ActionSigned, type="governance.action.impact_signed.v1"):
    """Phase 2: figures and voices show that practice has improved."""


class ActionClosed(ActionSigned, type="governance.action.closed.v1"):
    """It is closed, with three names under it at least."""


class ActionReturned(ActionEvent, type="governance.action.returned.v1"):
    """The body that had it does not sign: it is back with those who do it."""


class ActionReopened(ActionEvent, type="governance.action.reopened.v1"):
    """What was signed no longer holds: it is to be done again, with a new date."""


class ActionSuperseded(ActionEvent, type="governance.action.superseded.v1"):
    """Another action stands in its place."""

    by_action_id: str


class ActionDrifting(ActionEvent, type="governance.action.drifting.v1"):
    """It has begun to drift: its owner is late, or its date was moved more often than is tolerated; told once for each time."""

    moves: int
    late_after: date | None


class ActionDriftDecided(ActionEvent, type="governance.action.drift_decided.v1"):
    """What was decided about its drift; escalated, to which body."""

    decision: str
    escalated_to_body_id: str | None


class ActionRestated(ActionEvent, type="governance.action.restated.v1"):
    """The action's present state, said again."""


ALL: tuple[type[Event], ...] = (
    PlanMade,
    PlanChanged,
    PlanRestated,
    ActionProposed,
    ActionAmended,
    ActionAgreed,
    ActionNotAccepted,
    ActionStarted,
    ActionUpdated,
    ActionUpdateDue,
    ActionEvidenceSupplied,
    ActionEvidenceWithdrawn,
    ActionDueDateMoved,
    ActionDueDateAsked,
    ActionDueDateRefused,
    ActionActivityClaimed,
    ActionImpactTesting,
    ActionImpactClaimed,
    ActionActivitySigned,
    ActionModerated,
    ActionImpactSigned,
    ActionClosed,
    ActionReturned,
    ActionReopened,
    ActionSuperseded,
    ActionDrifting,
    ActionDriftDecided,
    ActionRestated,
)
