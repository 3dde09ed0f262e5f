"""What is an agency's own: what it referred, returned, answered, stated, passed on and voted, and what was written to it.

Not a word of another agency's return, and nothing of a panel's: who sits on one reads that there, while the case lasts.
"""

from typing import Any

from sqlalchemy import select

from services.reviews.briefings.models import Briefing, BriefingRecipient
from services.reviews.holds.models import Hold, HoldEntry
from services.reviews.incidents.models import Form, Incident, PartnerView, Referral
from services.reviews.joint_decisions.models import Decision, DecisionVote
from services.reviews.keeping.models import LegalHold, LegalHoldEntry
from services.reviews.letters.models import Letter
from services.reviews.national_reviews.domain import Do
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer, NationalReviewEntry
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.recommendations.models import Recommendation, RecommendationAction, RecommendationEntry
from services.reviews.returns.models import ReturnEntry, ScopingReturn
from shared.exports import AGENCY, Part, columns, letters, rows, rows_of

INCIDENT = "reviews.incident"
RETURNS = ScopingReturn.agency_id == AGENCY
HOLDS = Hold.agency_id == AGENCY
LED = Recommendation.lead_agency_id == AGENCY


def _beside(table: Any, key: Any, *more: Any, **people: str | None) -> Any:
    """The agency's rows of a table, with these columns of the record to which `key` leads."""
    record = more[0].class_
    found = select(*columns(table, people), *more).join(record, record.id == key)
    return found.where(table.agency_id == AGENCY)


PARTS = (
    Part(
        "referrals",
        "Cases that the agency referred, with what was decided and why.",
        _beside(
            Referral,
            Referral.incident_id,
            Incident.reference,
            Incident.status,
            Incident.decided_at,
            Incident.decision_reason,
            referred_by=None,
        ).order_by(Referral.referred_at, Referral.id),
        shows=(INCIDENT, "incident_id"),
    ),
    Part(
        "partner_views",
        "What the agency thought, as a statutory partner, should be done.",
        _beside(PartnerView, PartnerView.incident_id, Incident.reference, given_by="agency_id").order_by(
            PartnerView.id
        ),
        shows=(INCIDENT, "incident_id"),
    ),
    Part(
        "notifications",
        "The forms that the agency, where it is the council, submitted to the national Panel.",
        select(*columns(Form), Incident.reference)
        .join(Incident, Incident.id == Form.incident_id)
        .where(Incident.council_id == AGENCY)
        .order_by(Form.submitted_at, Form.incident_id, Form.number),
        shows=(INCIDENT, "incident_id"),
    ),
    Part(
        "returns",
        "What the agency was asked for rapid reviews, until when, and when it answered.",
        _beside(ScopingReturn, ScopingReturn.review_id, RapidReview.reference, asked_by=None).order_by(
            ScopingReturn.asked_at, ScopingReturn.id
        ),
        shows=("reviews.return", "id"),
    ),
    Part(
        "return_entries",
        "What it returned; by whom, where it was one of its own people.",
        rows_of(ReturnEntry.return_id, RETURNS, ReturnEntry.id, by="agency_id"),
    ),
    Part(
        "practice_reviews",
        "Practice reviews in which the agency takes part, and whether it found the facts right.",
        _beside(ReviewParty, ReviewParty.practice_review_id, PracticeReview.name, PracticeReview.status).order_by(
            ReviewParty.commissioned_at, ReviewParty.practice_review_id
        ),
        shows=("reviews.practice_review", "practice_review_id"),
    ),
    Part(
        "holds",
        "Proceedings for which the agency held a publication.",
        rows(Hold, HOLDS, Hold.stated_at, Hold.id),
        shows=("reviews.hold", "id"),
    ),
    Part("hold_history", "What was done to them.", rows_of(HoldEntry.hold_id, HOLDS, HoldEntry.id, actor="agency_id")),
    Part(
        "national_answers",
        "What the agency was asked about reviews published elsewhere, and what it says.",
        _beside(
            NationalReviewAnswer,
            NationalReviewAnswer.national_review_id,
            NationalReview.reference,
            NationalReview.title,
            NationalReview.question,
        ).order_by(NationalReviewAnswer.asked_at, NationalReviewAnswer.national_review_id),
    ),
    Part(
        "national_answer_history",
        "Every answer that it gave.",
        rows(
            NationalReviewEntry,
            (NationalReviewEntry.did == Do.ANSWER) & (NationalReviewEntry.facts["agency_id"].astext == AGENCY),
            NationalReviewEntry.id,
            actor="agency_id",
        ),
    ),
    Part(
        "recommendations",
        "Recommendations that the agency leads.",
        rows(Recommendation, LED, Recommendation.made_at, Recommendation.id),
    ),
    Part(
        "recommendation_history",
        "What was done to them.",
        rows_of(RecommendationEntry.recommendation_id, LED, RecommendationEntry.id, actor="agency_id"),
    ),
    Part(
        "recommendation_actions",
        "The actions that came of them, as they stand.",
        rows(
            RecommendationAction,
            RecommendationAction.recommendation_id.in_(select(Recommendation.id).where(LED)),
            RecommendationAction.recommendation_id,
            RecommendationAction.action_id,
        ),
    ),
    Part(
        "briefings",
        "Briefings that went to the agency, and to whom it passed them on.",
        select(*columns(BriefingRecipient), PracticeReview.name.label("review"), Briefing.sent_at, Briefing.texts)
        .join(Briefing, Briefing.id == BriefingRecipient.briefing_id)
        .join(PracticeReview, PracticeReview.id == Briefing.practice_review_id)
        .where(BriefingRecipient.agency_id == AGENCY)
        .order_by(Briefing.sent_at, BriefingRecipient.briefing_id),
    ),
    Part(
        "votes",
        "Votes that the agency cast, with their reasons.",
        _beside(
            DecisionVote, DecisionVote.decision_id, Decision.kind, Decision.subject_type, Decision.subject_id
        ).order_by(DecisionVote.cast_at, DecisionVote.decision_id, DecisionVote.round_number),
        shows=("reviews.joint_decision", "decision_id"),
    ),
    letters(Letter),
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
