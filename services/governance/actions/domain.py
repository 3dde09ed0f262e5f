"""How an action moves from its proposal to its closing, who may work on it, and what a signature on it pins."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from services.governance.plans.domain import Phase, Signing
from shared.moves import moved
from shared.policy import Principal, Role
from shared.problems import Conflict, FieldError, Forbidden, Invalid


class Source(StrEnum):
    """What an action came of."""

    MEETING = "meeting"
    REVIEW_RECOMMENDATION = "review_recommendation"
    AUDIT = "audit"
    SELF_ASSESSMENT = "self_assessment"
    INSPECTION = "inspection"
    RISK = "risk"
    CHALLENGE = "challenge"
    ESCALATION = "escalation"
    SCRUTINY = "scrutiny"
    LEARNING = "learning"


class Rating(StrEnum):
    """How those who do it say that it goes."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    DONE = "done"


class DateStatus(StrEnum):
    """How the move of a date stands: an earlier one is made at once, a later one asked for."""

    MADE = "made"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class Decision(StrEnum):
    """What can be decided about an action that drifts."""

    ACCEPT = "accept"  # its present date stands
    SUPPORT = "support"  # those who do it get what they lack
    ESCALATE = "escalate"  # another body takes it up, and sees it from now on
    SUPERSEDE = "supersede"  # another action is to take its place


class Status(StrEnum):
    """Where an action stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_PROGRESS = "in_progress"
    ACTIVITY_CLAIMED = "activity_claimed"
    ACTIVITY_SIGNED = "activity_signed"
    MODERATED = "moderated"
    IMPACT_TESTING = "impact_testing"
    IMPACT_CLAIMED = "impact_claimed"
    IMPACT_SIGNED = "impact_signed"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    SUPERSEDED = "superseded"
    REOPENED = "reopened"


class Do(StrEnum):
    """What can be done to an action; the same word in the URL, the command and the history."""

    AMEND = "amend"
    AGREE = "agree"
    DECLINE = "decline"
    START = "start"
    CLAIM = "claim"
    SIGN = "sign"
    MODERATE = "moderate"
    TEST = "test"
    CLAIM_IMPACT = "claim_impact"
    SIGN_IMPACT = "sign_impact"
    CLOSE = "close"
    RETURN = "return"
    SUPERSEDE = "supersede"
    REOPEN = "reopen"


class Beside(StrEnum):
    """What is done beside the moves, and stands in the same history."""

    PROPOSE = "propose"
    UPDATE = "update"
    SUPPLY = "supply"
    WITHDRAW = "withdraw"
    BRING_FORWARD = "bring_forward"
    ASK = "ask"
    APPROVE = "approve"
    REFUSE = "refuse"
    DECIDE = "decide"
    REPLACE = "replace"
    SUCCEED = "succeed"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.PROPOSED, D.AGREE): S.AGREED,
    (S.PROPOSED, D.DECLINE): S.NOT_ACCEPTED,
    (S.AGREED, D.START): S.IN_PROGRESS,
    (S.IN_PROGRESS, D.CLAIM): S.ACTIVITY_CLAIMED,
    (S.ACTIVITY_CLAIMED, D.SIGN): S.ACTIVITY_SIGNED,
    (S.ACTIVITY_CLAIMED, D.RETURN): S.IN_PROGRESS,
    (S.ACTIVITY_SIGNED, D.MODERATE): S.MODERATED,
    (S.ACTIVITY_SIGNED, D.RETURN): S.IN_PROGRESS,
    (S.ACTIVITY_SIGNED, D.TEST): S.IMPACT_TESTING,
    (S.MODERATED, D.TEST): S.IMPACT_TESTING,
    (S.IMPACT_TESTING, D.CLAIM_IMPACT): S.IMPACT_CLAIMED,
    (S.IMPACT_CLAIMED, D.SIGN_IMPACT): S.IMPACT_SIGNED,
    (S.IMPACT_CLAIMED, D.RETURN): S.IMPACT_TESTING,
    (S.IMPACT_SIGNED, D.CLOSE): S.CLOSED,
    (S.IMPACT_SIGNED, D.RETURN): S.IMPACT_TESTING,
    (S.REOPENED, D.START): S.IN_PROGRESS,
    # What was signed no longer holds, or has changed: the signatures are set aside, and stay readable.
    **{
        (status, D.REOPEN): S.REOPENED
        for status in (S.ACTIVITY_SIGNED, S.MODERATED, S.IMPACT_TESTING, S.IMPACT_CLAIMED, S.IMPACT_SIGNED, S.CLOSED)
    },
}
OVER = frozenset({S.CLOSED, S.NOT_ACCEPTED, S.SUPERSEDED})
OPEN = frozenset(Status) - OVER
RUNNING = OPEN - {S.PROPOSED}
TRANSITIONS |= {(status, D.AMEND): status for status in Status if status in OPEN}
TRANSITIONS |= {(status, D.SUPERSEDE): S.SUPERSEDED for status in Status if status in OPEN}

# Whoever has done one of these has worked on the action, and signs nothing of it.
WORK = frozenset(
    {D.AMEND, D.START, D.CLAIM, D.TEST, D.CLAIM_IMPACT, Beside.PROPOSE, Beside.UPDATE, Beside.SUPPLY, Beside.ASK}
)
SETTLED = frozenset({"due_on", "measured_by"})  # once it is agreed they are moved, with an approver
AGREED_COLUMNS = ("lead_agency_id", "owner_id", "due_on", "measured", "baseline", "target", "measured_by")


class NotYours(Forbidden):
    """The caller may read the action, and others do this."""

    code = "not_your_action"
    title = "Others do this"
    cure = "Read `detail`."


class OwnWork(Forbidden):
    """The caller owns the action or has worked on it."""

    code = "own_work"
    title = "Nobody signs her own work"
    cure = "Somebody else puts a name to it."


class SignatureStale(Conflict):
    """What somebody has signed has changed since."""

    code = "signature_stale"
    title = "What was signed has changed"
    cure = "Reopen the action, or change back what was changed."


def step(status: Status, do: Do, signing: Signing) -> Status:
    """The status after `do`. NotNow; evidence is offered to be moderated only, and then always, where the action's rules want it."""
    not_yet = {Do.TEST if signing.moderated else Do.MODERATE} if status is S.ACTIVITY_SIGNED else set()
    return moved(TRANSITIONS, status, do, "This action", not_yet)


def must_work(principal: Principal, owner_id: UUID | None, lead_agency_id: str | None) -> None:
    """NotYours where the caller neither owns the action, nor leads the agency that does it, nor is the business unit."""
    leads = Role.AGENCY_LEAD in principal.roles and lead_agency_id in principal.agencies
    if not (leads or principal.subject == str(owner_id) or Role.BUSINESS_UNIT in principal.roles):
        leader = f"who leads on safeguarding at {lead_agency_id}" if lead_agency_id else "whoever is to lead it"
        raise NotYours(f"This is for the action's owner, for {leader}, and for the business unit.")


def must_be_another(subject: str, owner_id: UUID | None, workers: Collection[str]) -> None:
    """OwnWork where whoever agrees or signs owns the action, or has proposed, worded, updated, claimed or evidenced it."""
    if subject == str(owner_id) or subject in workers:
        raise OwnWork("You own this action, or have worked on it: somebody else puts a name to it.")


def check_current(*, stale: bool) -> None:
    """SignatureStale where a signature no longer covers what the action is."""
    if stale:
        raise SignatureStale("What was signed has changed since: reopen the action, so that it is signed as it is now.")


def must_be_whole(row: Mapping[str, Any]) -> None:
    """Invalid where somebody would agree to what nobody could find done: without owner, date or success measure."""
    missing = [name for name in AGREED_COLUMNS if row[name] is None]
    if missing:
        message = "Amend the proposal first: an action is agreed with its owner, its date and its success measure."
        raise Invalid(message, errors=[FieldError(name, "missing", message) for name in missing])
    if row["measured_by"] < row["due_on"]:
        raise Invalid.field("measured_by", "order", "Impact is measured when the activity is done, not before it.")


def awaits(status: Status, signing: Signing, own_body_id: str) -> str | None:
    """The body for whose signature the action waits in this status, or None where the next step is its owner's."""
    phase = {
        S.ACTIVITY_CLAIMED: Phase.ACTIVITY,
        S.ACTIVITY_SIGNED: Phase.MODERATION if signing.moderated else None,
        S.IMPACT_CLAIMED: Phase.IMPACT,
        S.IMPACT_SIGNED: Phase.CLOSING,
    }.get(status)
    return signing.body(phase, own_body_id) if phase else None


def date_running(due_on: date | None, measured_by: date | None, impact_from: date | None) -> date | None:
    """The date that runs now: that of the activity until phase 1 is signed, then that by which impact is measured."""
    if impact_from is None:
        return due_on
    return max(measured_by, impact_from) if measured_by else impact_from


def content(row: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]], phase: Phase) -> bytes:
    """Exactly what a signature of this phase is put to, as canonical JSON (RFC 8785).

    Phase 1 and its moderation: what was to be done, by what it will be known to have worked, and the evidence of the
    activity. Phase 2 and the closing: the result and its evidence besides.
    """
    late = phase in {Phase.IMPACT, Phase.CLOSING}
    kept = ("reference", "text", "lead_agency_id", "evidence_required", "measured", "baseline", "target")
    said: dict[str, Any] = {name: row[name] for name in kept}
    said["measured_by"] = row["measured_by"].isoformat() if row["measured_by"] else None
    if late:
        said["result"] = row["result"]
    items = [one for one in evidence if late or one["phase"] == Phase.ACTIVITY]
    facts = ("phase", "kind", "title", "text", "link", "sha256", "agency_id")
    said["evidence"] = [
        {"id": str(one["id"]), **{name: one[name] for name in facts}}
        for one in sorted(items, key=lambda one: one["id"])
    ]
    return rfc8785.dumps(said)


def pin(canonical: bytes) -> str:
    """The SHA-256 of what is signed, in hexadecimal."""
    return sha256(canonical).hexdigest()
