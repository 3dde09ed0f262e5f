"""How an escalation moves: its statuses, the table of its transitions, and who may do what at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.escalations.ladders.domain import Kind, Ladder, Priority, Stage
from shared.moves import moved
from shared.policy import Principal, Seniority
from shared.problems import Conflict, FieldError, Forbidden, Invalid, SeemsToIdentify


class Theme(StrEnum):
    """What the challenge is about."""

    THRESHOLD_REFERRAL = "threshold_referral_not_accepted"
    THRESHOLD_STEP_UP = "threshold_step_up"
    STEP_DOWN = "step_down_or_closure"
    STRATEGY = "strategy_discussion_or_section_47"
    CONFERENCE = "conference_or_plan_decision"
    ASSESSMENT = "assessment_outcome"
    DRIFT = "drift_and_delay"
    ACTION = "action_not_completed"
    SHARING = "information_sharing"
    ROLES = "roles"
    SERVICE = "service_or_resource"
    REFERRAL_QUALITY = "referral_quality"
    PROCEDURE = "procedure_not_followed"
    SAFETY_PLAN = "safety_plan_breakdown"
    PLACEMENT = "placement_or_discharge"
    ATTENDANCE = "attendance_or_minutes"
    PRACTICE = "practice_concern"
    OTHER = "other"


class Outcome(StrEnum):
    """How a challenge ended."""

    DECISION_CHANGED = "decision_changed"
    PARTLY_CHANGED = "partly_changed"
    UPHELD = "upheld_with_rationale_accepted"
    NEW_PLAN = "new_plan_or_meeting"
    INFORMATION = "information_supplied"
    POLICY_GAP = "policy_gap"
    SENIOR_PARTNERS = "determined_by_senior_partners"
    CHILD_LEFT = "child_left_area"


class RedirectedTo(StrEnum):
    """What a matter was that is not an escalation."""

    COMPLAINT = "complaint"
    WHISTLEBLOWING = "whistleblowing"
    ALLEGATION = "allegation_against_a_person"


class Impact(StrEnum):
    """What the outcome did for the child."""

    SAFER = "safer"
    PLAN_CHANGED = "plan_changed"
    SERVICE_STARTED = "service_started"
    NO_CHANGE = "no_change"
    WORSE = "worse"
    TOO_EARLY = "too_early_to_say"


class OverrunReason(StrEnum):
    """Why an answer was late."""

    CONTACT_ABSENT = "contact_absent"
    WORKLOAD = "workload"
    INFORMATION_AWAITED = "information_awaited"
    MEETING_NOT_POSSIBLE = "meeting_not_possible"
    NOT_RECEIVED = "not_received"
    OTHER = "other"


class Status(StrEnum):
    """Where an escalation stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    RESOLVED = "resolved"
    TOLD = "told"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"


class Related(StrEnum):
    """How another matter stands to this one."""

    COUNTERS = "counters"  # it is what this one counters
    COUNTERED_BY = "countered_by"
    SAME_CHILD = "same_child"


class Do(StrEnum):
    """What can be done to an escalation; the same word in the URL, the command and the history."""

    ACKNOWLEDGE = "acknowledge"
    PROMISE = "promise"
    RESPOND = "respond"
    MEET = "meet"
    ADVANCE = "advance"
    SILENCE = "silence"
    SKIP = "skip"
    PASS_ON = "pass_on"
    WITHDRAW = "withdraw"
    REDIRECT = "redirect"
    RESOLVE = "resolve"
    VOTE = "vote"
    DECIDE = "decide"
    DISSENT = "dissent"
    VOTE_AGAIN = "vote_again"
    REJECT = "reject"
    TELL = "tell"
    CLOSE = "close"
    CHASE = "chase"


S, D = Status, Do

TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.OPEN, D.ACKNOWLEDGE): S.ACKNOWLEDGED,
    **{(status, D.PROMISE): status for status in (S.OPEN, S.ACKNOWLEDGED)},
    **{(status, D.RESPOND): S.RESPONDED for status in (S.OPEN, S.ACKNOWLEDGED)},
    (S.OPEN, D.MEET): S.ACKNOWLEDGED,
    (S.ACKNOWLEDGED, D.MEET): S.ACKNOWLEDGED,
    (S.RESPONDED, D.MEET): S.RESPONDED,
    **{(status, D.SILENCE): S.OPEN for status in (S.OPEN, S.ACKNOWLEDGED)},
    **{
        (status, do): to
        for status in (S.OPEN, S.ACKNOWLEDGED, S.RESPONDED)
        for do, to in {
            D.ADVANCE: S.OPEN,
            D.SKIP: S.OPEN,
            D.PASS_ON: S.OPEN,
            D.WITHDRAW: S.WITHDRAWN,
            D.REDIRECT: S.REDIRECTED,
            D.RESOLVE: S.RESOLVED,
        }.items()
    },
    **{
        (status, do): to
        for status in (S.OPEN, S.ACKNOWLEDGED)
        for do, to in {
            D.VOTE: status,
            D.DECIDE: S.RESOLVED,
            D.DISSENT: S.OPEN,
            D.VOTE_AGAIN: S.OPEN,
        }.items()
    },
    **{(status, D.REJECT): S.RESPONDED for status in (S.RESOLVED, S.TOLD)},
    (S.RESOLVED, D.TELL): S.TOLD,
    (S.TOLD, D.CLOSE): S.CLOSED,
    **{(status, D.CHASE): status for status in (S.OPEN, S.ACKNOWLEDGED, S.RESPONDED, S.RESOLVED, S.TOLD)},
}

RUNNING = frozenset({S.OPEN, S.ACKNOWLEDGED, S.RESPONDED})
AWAITING_ANSWER = frozenset({S.OPEN, S.ACKNOWLEDGED})
LEFT = frozenset({S.CLOSED, S.WITHDRAWN, S.REDIRECTED})
BY_TIME_OR_VOTE = frozenset({D.SILENCE, D.DECIDE, D.DISSENT, D.VOTE_AGAIN})  # what nobody asks for, and what follows
BY_THE_TWO = frozenset(
    {D.PROMISE, D.RESPOND, D.ADVANCE, D.PASS_ON, D.RESOLVE, D.REJECT}
)  # not where the three partners decide


class NotYourPart(Forbidden):
    """Another side, role or seniority does this."""

    code = "not_your_part"
    title = "Another part does this"
    cure = "`detail` says which."


class DecidedJointly(Conflict):
    """Police, ICB and council decide together at this stage, not the two agencies."""

    code = "decided_jointly"
    title = "The three statutory partners decide this"
    cure = "They vote; the two agencies may meet."


class LastStage(Conflict):
    """There is no stage above this one."""

    code = "last_stage"
    title = "This is the last stage"
    cure = "Resolve it here, or raise a partnership dispute."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This escalation", BY_TIME_OR_VOTE | {Do.VOTE})


SAFETY_ACTION = FieldError(
    "safety_action",
    "missing",
    "Say what was done at once to keep the child safe: an escalation replaces neither 999 nor the front door.",
)


class Side(StrEnum):
    """The two sides of a challenge."""

    RAISING = "raising"
    RECEIVING = "receiving"


ACTS: dict[str, frozenset[Side]] = {
    **dict.fromkeys(("raise", "bring_in"), frozenset({Side.RAISING})),  # how a matter begins, before it can be moved
    Do.ACKNOWLEDGE: frozenset({Side.RECEIVING}),
    Do.PROMISE: frozenset({Side.RECEIVING}),
    Do.RESPOND: frozenset({Side.RECEIVING}),
    Do.MEET: frozenset(Side),
    Do.ADVANCE: frozenset({Side.RAISING}),
    Do.SKIP: frozenset({Side.RAISING}),
    Do.PASS_ON: frozenset({Side.RECEIVING}),
    Do.WITHDRAW: frozenset({Side.RAISING}),
    Do.RESOLVE: frozenset({Side.RAISING}),
    Do.REJECT: frozenset({Side.RAISING}),
    Do.TELL: frozenset(Side),
    Do.CLOSE: frozenset(Side),
}

SENIORITY_MATTERS = frozenset({Do.RESPOND, Do.MEET, Do.ADVANCE, Do.RESOLVE})


@dataclass(frozen=True)
class Matter:
    """What a decision about an escalation needs to know of it."""

    kind: Kind
    status: Status
    raising_agency_id: str
    receiving_agency_id: str | None
    stage: Stage


def sides(matter: Matter, principal: Principal) -> frozenset[Side]:
    """On which sides the caller's agencies stand; both in a practice alert, which stays inside one agency.

    An agency that is not registered cannot act here: who raised writes down what it says, or passes it on.
    """
    found = set()
    if matter.raising_agency_id in principal.agencies:
        found.add(Side.RAISING)
    if (matter.receiving_agency_id or matter.raising_agency_id) in principal.agencies:
        found.add(Side.RECEIVING)
    return frozenset(found)


def acted_for(raising: str, receiving: str | None, did: str, principal: Principal) -> str | None:
    """The party in whose place somebody does this; None for her own agency's, and for who acts on neither side.

    Of all agencies that she may act for no other is named: whom else hers helps does not concern the other side.
    """
    parties = {Side.RAISING: raising, Side.RECEIVING: receiving}
    acting = [agency for side, agency in parties.items() if side in ACTS.get(did, frozenset(Side))]
    if principal.agency_id in acting:
        return None
    return next((agency for agency in acting if agency in principal.acting_for), None)


def must_act(matter: Matter, do: Do, principal: Principal, seniority: Seniority | None = None) -> None:
    """Refuse who does not do this at this stage: the other side, or somebody too junior. NotYourPart says who does,
    DecidedJointly that neither side does.

    Who redirects or chases does so on nobody's side; she is asked nothing here.
    """
    if do in ACTS and not ACTS[do] & sides(matter, principal):
        side = " or ".join(sorted(ACTS[do]))
        raise NotYourPart(f"To {do.replace('_', ' ')} is for the {side} agency.")
    if do in BY_THE_TWO and decides_jointly(matter.stage):
        raise DecidedJointly(
            f"Stage {matter.stage.order} ({matter.stage.name}) ends by the votes of police, ICB and council, "
            f"each cast by a {str(matter.stage.decided_by).replace('_', ' ')}; the two agencies may meet, and be heard."
        )
    if do in SENIORITY_MATTERS and seniority is not None and seniority.rank < matter.stage.seniority.rank:
        raise NotYourPart(
            f"Both sides act at matching seniority: stage {matter.stage.order} ({matter.stage.name}) "
            f"needs {matter.stage.seniority.replace('_', ' ')} or above, not {seniority.replace('_', ' ')}."
        )


def quarantines(priority: Priority, doubts: Sequence[FieldError]) -> bool:
    """Whether text in doubt is taken all the same, to be seen by the parties alone: a child at immediate risk never waits.

    SeemsToIdentify where it can wait until the text has been read again.
    """
    if doubts and priority is not Priority.IMMEDIATE:
        raise SeemsToIdentify("Say it without; or, where it names nobody, send text_checked: true.", errors=doubts)
    return bool(doubts)


def must_be_safe(safety_action: str | None) -> str:
    """What was done at once for a child at immediate risk. Invalid where nobody has said it."""
    if not safety_action:
        raise Invalid(SAFETY_ACTION.message, errors=[SAFETY_ACTION])
    return safety_action


def next_stage(ladder: Ladder, order: int) -> Stage:
    """The stage above. LastStage at the top, with what remains to be done there."""
    if order >= ladder.last:
        raise LastStage("There is no stage above. Resolve it here, or raise a partnership dispute that names it.")
    return ladder.stage(order + 1)


def skip_to(ladder: Ladder, order: int, to: int) -> Stage:
    """The stage to which a skip leads. Invalid where that is not at least two above, or is not on the ladder."""
    above = range(order + 2, ladder.last + 1)
    if to in above:
        return ladder.stage(to)
    if above:
        said = f"Skip from stage {order} to one of these: {', '.join(map(str, above))}; to go one up, advance."
    elif order < ladder.last:
        said = f"Stage {ladder.last} is the next and the last: there is nothing to skip."
    else:
        said = f"Stage {order} is the last: there is nothing above it."
    raise Invalid.field("to_stage", "stage", said)


def decides_jointly(stage: Stage) -> bool:
    """Whether the stage ends by a joint decision of the three statutory partners."""
    return stage.decided_by is not None
