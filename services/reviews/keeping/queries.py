"""When the records of this service are over, and what each belongs to."""

from typing import Any

from sqlalchemy import ColumnElement, Text, Uuid, and_, case, cast, column, exists, func, not_, or_, select, true

from services.reviews.children.models import Child, Match
from services.reviews.holds.models import Hold
from services.reviews.incidents.domain import Status as IncidentStatus
from services.reviews.incidents.models import Form, Incident, IncidentChild, IncidentEntry, Referral
from services.reviews.incidents.queries import IS_PARTY as IS_PARTNER
from services.reviews.keeping.models import LegalHold, LegalHoldEntry, RetentionPeriod
from services.reviews.learning.models import LearningPoint
from services.reviews.letters.models import Letter
from services.reviews.practice_reviews.domain import ENDED
from services.reviews.practice_reviews.models import PracticeReview, ReviewEntry
from services.reviews.practice_reviews.queries import IS_PARTY
from services.reviews.publication.models import PublicationCheck
from services.reviews.rapid_reviews.models import RapidReview, ReviewedIncident
from services.reviews.recommendations.domain import Status as RecommendationStatus
from services.reviews.recommendations.models import Recommendation
from services.reviews.returns.models import ScopingReturn
from shared.keeping.queries import Keeping, Kept, Within, day_of, last_step

INCIDENT, RAPID_REVIEW, PRACTICE_REVIEW = "reviews.incident", "reviews.rapid_review", "reviews.practice_review"
A_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

_REVIEWED = ReviewedIncident.incident_id == Incident.id, ReviewedIncident.review_id == RapidReview.id
_CLOSED = select(func.max(RapidReview.closed_at)).where(*_REVIEWED).scalar_subquery()
_OVER = or_(
    Incident.status.in_([IncidentStatus.NOT_NOTIFIED, IncidentStatus.WITHDRAWN, IncidentStatus.JOINED]),
    and_(Incident.status == IncidentStatus.NEAR_MISS, Incident.decided_at.is_not(None)),
    and_(
        Incident.status == IncidentStatus.ACKNOWLEDGED,
        or_(not_(func.coalesce(Incident.review_needed, False)), _CLOSED.is_not(None)),
    ),
)
_ABOUT_IT_RUNS = exists().where(*_REVIEWED, RapidReview.closed_at.is_(None))
_ENTRIES = last_step(IncidentEntry, IncidentEntry.incident_id, Incident.id)


def _as_id(text: Any) -> ColumnElement[Any]:
    return case((text.regexp_match(A_UUID), cast(text, Uuid)))


def _about(noun: str) -> ColumnElement[Any]:
    """Which record of a noun a letter is about."""
    return case((Letter.about_type == noun, _as_id(Letter.about_id)))


def _caused_by(noun: str) -> tuple[Any, Any]:
    """Which practice review follows from which record of a noun."""
    cause = func.jsonb_to_recordset(PracticeReview.causes)
    one = cause.table_valued(column("type", Text), column("id", Text)).render_derived(name="cause", with_types=True)
    follows = select(PracticeReview.id.label("review_id"), _as_id(one.c.id).label("cause_id"))
    pairs = follows.join(one, true()).where(one.c.type == noun).subquery()
    return pairs.c.review_id, pairs.c.cause_id


KEEPING = Keeping(
    LegalHold,
    LegalHoldEntry,
    RetentionPeriod,
    (
        Kept(
            Incident,
            INCIDENT,
            ended=case((and_(_OVER, not_(_ABOUT_IT_RUNS)), func.greatest(_ENTRIES, day_of(_CLOSED)))),
            within=(Within(Incident, Incident.joined_to),),
            reference=Incident.reference,
            own=IS_PARTNER,
        ),
        Kept(
            RapidReview,
            RAPID_REVIEW,
            ended=day_of(RapidReview.closed_at),
            within=(
                Within(Incident, RapidReview.id, through=(ReviewedIncident.review_id, ReviewedIncident.incident_id)),
            ),
            reference=RapidReview.reference,
        ),
        Kept(
            PracticeReview,
            PRACTICE_REVIEW,
            ended=case(
                (
                    PracticeReview.status.in_(sorted(ENDED)),
                    last_step(ReviewEntry, ReviewEntry.practice_review_id, PracticeReview.id),
                )
            ),
            within=(
                Within(Incident, PracticeReview.id, through=_caused_by(INCIDENT)),
                Within(RapidReview, PracticeReview.id, through=_caused_by(RAPID_REVIEW)),
            ),
            reference=PracticeReview.name,
            own=IS_PARTY,
        ),
        Kept(Referral, within=(Within(Incident, Referral.incident_id),)),
        Kept(Form, within=(Within(Incident, Form.incident_id),)),
        Kept(Match, within=(Within(Incident, Match.incident_id),)),
        Kept(Child, within=(Within(Incident, Child.id, through=(IncidentChild.child_id, IncidentChild.incident_id)),)),
        Kept(ScopingReturn, within=(Within(RapidReview, ScopingReturn.review_id),)),
        Kept(Hold, within=(Within(PracticeReview, Hold.practice_review_id),)),
        Kept(PublicationCheck, within=(Within(PracticeReview, PublicationCheck.practice_review_id),)),
        Kept(
            LearningPoint,
            ended=day_of(LearningPoint.drawn_at),
            within=(
                Within(RapidReview, LearningPoint.rapid_review_id),
                Within(PracticeReview, LearningPoint.practice_review_id),
            ),
        ),
        Kept(
            Recommendation,
            ended=day_of(case((Recommendation.status != RecommendationStatus.MADE, Recommendation.answered_at))),
            within=(
                Within(RapidReview, Recommendation.rapid_review_id),
                Within(PracticeReview, Recommendation.practice_review_id),
            ),
        ),
        Kept(
            Letter,
            ended=day_of(Letter.written_at),
            within=(
                Within(Incident, _about(INCIDENT)),
                Within(RapidReview, _about(RAPID_REVIEW)),
                Within(PracticeReview, _about(PRACTICE_REVIEW)),
            ),
        ),
    ),
)
