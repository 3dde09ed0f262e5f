"""What the reviews service is."""

from pathlib import Path

from services.reviews import consumers, jobs, load, sandbox
from services.reviews.appointments import api as appointments
from services.reviews.briefings import api as briefings
from services.reviews.children.commands import CHILDREN, SEALED_COLUMNS
from services.reviews.conduct import api as conduct
from services.reviews.considerations import api as considerations
from services.reviews.exports import api as exports
from services.reviews.facts import api as facts
from services.reviews.holds import api as holds
from services.reviews.identities import api as identities
from services.reviews.incidents import api as incidents
from services.reviews.involvement import api as involvement
from services.reviews.keeping import api as keeping
from services.reviews.learning import api as learning
from services.reviews.letters import commands as letters
from services.reviews.national_reviews import api as national_reviews
from services.reviews.notifications import api as notifications
from services.reviews.outcomes import api as outcomes
from services.reviews.practice_reviews import api as practice_reviews
from services.reviews.publication import api as publication
from services.reviews.published import api as published
from services.reviews.rapid_reviews import api as rapid_reviews
from services.reviews.recommendations import api as recommendations
from services.reviews.referrals import api as referrals
from services.reviews.scoping import api as scoping
from services.reviews.sign_offs import api as sign_offs
from services.reviews.tables import Base
from services.reviews.votes import api as votes
from services.reviews.waits import api as waits
from shared.contracts import incidents as incident_events
from shared.contracts import national_reviews as national_events
from shared.contracts import practice_reviews as practice_events
from shared.contracts import rapid_reviews as rapid_review_events
from shared.contracts import reviews as events
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="reviews",
    title="Reviews",
    about="Serious incidents, rapid reviews and practice reviews, and what is learnt from them.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(
        incidents.router,
        referrals.router,
        considerations.router,
        notifications.router,
        national_reviews.router,
        practice_reviews.router,
        conduct.router,
        holds.router,
        facts.router,
        involvement.router,
        sign_offs.router,
        publication.router,
        learning.router,
        recommendations.router,
        published.router,
        rapid_reviews.router,
        appointments.router,
        scoping.router,
        outcomes.router,
        identities.router,
        briefings.router,
        votes.router,
        waits.router,
        exports.router,
        keeping.router,
    ),
    publishes=(
        incident_events.IncidentRecorded,
        incident_events.IncidentAmended,
        incident_events.IncidentStartChosen,
        incident_events.IncidentViewGiven,
        incident_events.IncidentOverdue,
        incident_events.IncidentNotified,
        incident_events.IncidentNotNotified,
        incident_events.IncidentDutyStands,
        incident_events.IncidentAcknowledged,
        incident_events.IncidentWithdrawn,
        incident_events.IncidentConcluded,
        incident_events.IncidentJoined,
        incident_events.IncidentYearEnded,
        national_events.NationalReviewRecorded,
        national_events.NationalReviewAsked,
        national_events.NationalReviewAskedAgain,
        national_events.NationalReviewSilent,
        national_events.NationalReviewAnswered,
        national_events.NationalReviewConcluded,
        practice_events.PracticeReviewCommissioned,
        practice_events.PracticeReviewWithdrawn,
        practice_events.PracticeReviewInvolved,
        practice_events.PracticeReviewExcused,
        practice_events.PracticeReviewBegun,
        practice_events.PracticeReviewCirculated,
        practice_events.PracticeReviewRevised,
        practice_events.PracticeReviewSubmitted,
        practice_events.PracticeReviewSignedOff,
        practice_events.PracticeReviewWithheld,
        practice_events.PracticeReviewSentBack,
        practice_events.PracticeReviewSent,
        practice_events.PracticeReviewPublished,
        practice_events.PracticeReviewTakenDown,
        practice_events.PracticeReviewOverdue,
        practice_events.PracticeReviewSilent,
        practice_events.HoldStated,
        practice_events.HoldReviewed,
        practice_events.HoldLifted,
        practice_events.HoldOverdue,
        practice_events.PublicationCheckAsked,
        practice_events.PublicationCheckConfirmed,
        practice_events.PublicationCheckSentBack,
        practice_events.LearningPointDrawn,
        practice_events.LearningPointWithdrawn,
        practice_events.RecommendationMade,
        practice_events.RecommendationChanged,
        practice_events.RecommendationAccepted,
        practice_events.RecommendationDeclined,
        practice_events.RecommendationWithdrawn,
        rapid_review_events.RapidReviewOpened,
        rapid_review_events.RapidReviewStartChosen,
        rapid_review_events.RapidReviewOverdue,
        rapid_review_events.RapidReviewProposed,
        rapid_review_events.RapidReviewDecided,
        rapid_review_events.RapidReviewUndecided,
        rapid_review_events.RapidReviewSent,
        rapid_review_events.RapidReviewAnswered,
        rapid_review_events.RapidReviewReconsidered,
        rapid_review_events.RapidReviewClosed,
        rapid_review_events.RapidReviewAbandoned,
        rapid_review_events.PanelMemberNamed,
        rapid_review_events.PanelMemberDeclared,
        rapid_review_events.PanelMemberChairs,
        rapid_review_events.PanelMemberReleased,
        rapid_review_events.ReturnAsked,
        rapid_review_events.ReturnAskedAgain,
        rapid_review_events.ReturnSilent,
        rapid_review_events.ReturnSubmitted,
        practice_events.BriefingSent,
        practice_events.BriefingAcknowledged,
        practice_events.BriefingAskedAgain,
        practice_events.BriefingSilent,
        *events.JOINT_DECISION.all,
        SEALED["reviews"],
    ),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
    jobs=jobs.JOBS,
    errands=(letters.POST.errand(),),
    sealed_columns=SEALED_COLUMNS,
    children=CHILDREN,
    sandbox=sandbox.fill,
    loads=load.LOADS,
)
