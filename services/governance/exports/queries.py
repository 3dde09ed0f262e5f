"""What is an agency's own: its entry, its people, what it leads, owns, answers, votes and was written."""

from sqlalchemy import or_, select

from services.governance.actions.models import (
    Action,
    ActionEntry,
    ActionUpdate,
    DriftDecision,
    DueDate,
    Evidence,
    Signature,
)
from services.governance.agencies.models import Agency, AgencyVersion
from services.governance.attendances.models import Attendance
from services.governance.briefs.models import Brief, BriefEntry
from services.governance.challenges.models import Challenge, ChallengeEntry
from services.governance.contacts.models import Contact
from services.governance.delegations.models import DelegationRow
from services.governance.expectations.models import ExpectationRow
from services.governance.explanations.models import Explanation
from services.governance.joint_decisions.models import Decision, DecisionVote
from services.governance.keeping.models import LegalHold, LegalHoldEntry
from services.governance.letters.models import Letter
from services.governance.meetings.models import Meeting
from services.governance.memberships.models import MembershipRow
from services.governance.risks.models import Risk, RiskEntry, RiskScore
from services.governance.work_items.models import WorkItem, WorkItemEntry
from shared.exports import AGENCY, Part, columns, rows, rows_of

ACTIONS = Action.lead_agency_id == AGENCY
RISKS = Risk.owner_agency_id == AGENCY
CHALLENGES = or_(Challenge.agency_id == AGENCY, Challenge.by_agency_id == AGENCY)
BRIEFS = Brief.lead_agency_id == AGENCY
WORK = WorkItem.lead_agency_id == AGENCY
ACTOR: dict[str, str | None] = {"actor": "agency_id"}


PARTS = (
    Part("agency", "The agency as the register has it.", rows(Agency, Agency.id == AGENCY)),
    Part(
        "agency_history",
        "Every version of that entry.",
        rows(
            AgencyVersion, AgencyVersion.agency_id == AGENCY, AgencyVersion.version, recorded_by="recorded_by_agency_id"
        ),
    ),
    Part(
        "contacts",
        "Whom the agency names, or named, for what.",
        rows(Contact, Contact.agency_id == AGENCY, changed_by="changed_by_agency_id"),
    ),
    Part(
        "delegations",
        "Who may act for the agency, and for whom it may act.",
        rows(
            DelegationRow,
            or_(DelegationRow.agency_id == AGENCY, DelegationRow.for_agency_id == AGENCY),
            granted_by="granted_by_agency_id",
            ended_by="ended_by_agency_id",
        ),
    ),
    Part(
        "memberships",
        "The agency's people on bodies.",
        rows(MembershipRow, MembershipRow.agency_id == AGENCY, assigned_by=None, ended_by=None),
    ),
    Part(
        "attendance",
        "Who of the agency came to which meeting.",
        select(*columns(Attendance, {"noted_by": None}), Meeting.reference, Meeting.body_id, Meeting.starts_at)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.agency_id == AGENCY)
        .order_by(Meeting.starts_at, Meeting.id, Attendance.membership_id),
    ),
    Part(
        "expectations",
        "To how many meetings the agency is expected to come.",
        rows(ExpectationRow, ExpectationRow.agency_id == AGENCY, set_by=None),
    ),
    Part(
        "explanations",
        "Why it came to fewer: what it was asked, and its answers.",
        rows(Explanation, Explanation.agency_id == AGENCY),
    ),
    Part("actions", "Actions that the agency leads.", rows(Action, ACTIONS)),
    Part("action_history", "What was done to them.", rows_of(ActionEntry.action_id, ACTIONS, ActionEntry.id, **ACTOR)),
    Part(
        "action_updates", "What was said of them.", rows_of(ActionUpdate.action_id, ACTIONS, ActionUpdate.id, **ACTOR)
    ),
    Part(
        "action_dates",
        "How their dates were moved.",
        rows_of(DueDate.action_id, ACTIONS, DueDate.id, asked_by="asked_agency_id", decided_by="decided_agency_id"),
    ),
    Part(
        "action_evidence",
        "What shows that they were done, and what they changed.",
        rows_of(Evidence.action_id, ACTIONS, Evidence.id, actor="agency_id", withdrawn_by=None),
    ),
    Part(
        "action_signatures",
        "Their signatures, each with exactly what was signed.",
        rows_of(Signature.action_id, ACTIONS, Signature.id, signer="agency_id"),
    ),
    Part(
        "action_drift",
        "What was decided where they drifted.",
        rows_of(DriftDecision.action_id, ACTIONS, DriftDecision.id, **ACTOR),
    ),
    Part("risks", "Risks that the agency owns.", rows(Risk, RISKS, raised_by="agency_id", scored_by=None)),
    Part("risk_scores", "Their scores.", rows_of(RiskScore.risk_id, RISKS, RiskScore.id, scored_by="agency_id")),
    Part("risk_history", "What was done to them.", rows_of(RiskEntry.risk_id, RISKS, RiskEntry.id, **ACTOR)),
    Part(
        "challenges",
        "Challenges to the agency, and those that it made.",
        rows(Challenge, CHALLENGES, made_by="by_agency_id"),
    ),
    Part(
        "challenge_history",
        "What was said and done of them.",
        rows_of(ChallengeEntry.challenge_id, CHALLENGES, ChallengeEntry.id, **ACTOR),
    ),
    Part("briefs", "Briefs of groups that the agency leads.", rows(Brief, BRIEFS)),
    Part("brief_history", "What was done to them.", rows_of(BriefEntry.brief_id, BRIEFS, BriefEntry.id, **ACTOR)),
    Part("work_items", "Lines of work plans that the agency leads.", rows(WorkItem, WORK)),
    Part(
        "work_item_history",
        "What was done to them.",
        rows_of(WorkItemEntry.work_item_id, WORK, WorkItemEntry.id, **ACTOR),
    ),
    Part(
        "votes",
        "Votes that the agency cast, with what was asked.",
        select(*columns(DecisionVote), Decision.kind, Decision.question)
        .join(Decision, Decision.id == DecisionVote.decision_id)
        .where(DecisionVote.agency_id == AGENCY)
        .order_by(DecisionVote.cast_at, DecisionVote.decision_id, DecisionVote.round_number),
    ),
    Part(
        "letters",
        "Letters to the agency's contacts, and to those who act for it.",
        rows(Letter, or_(Letter.agency_id == AGENCY, Letter.contact_agency_id == AGENCY)),
    ),
    Part(
        "legal_holds",
        "Legal holds that the agency placed, with the matters that they keep.",
        rows(LegalHold, LegalHold.agency_id == AGENCY, LegalHold.placed_at, LegalHold.id, placed_by="agency_id"),
    ),
    Part(
        "legal_hold_steps",
        "What was done to them.",
        rows_of(LegalHoldEntry.legal_hold_id, LegalHold.agency_id == AGENCY, LegalHoldEntry.id, actor="agency_id"),
    ),
)
