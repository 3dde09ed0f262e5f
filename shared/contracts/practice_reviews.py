"""What the reviews service tells the others of practice reviews and what they teach. No name, and nothing that was written."""

from datetime import date, datetime

from shared.events import Event


class PracticeReviewEvent(Event):
    """What every event about a practice review says; `subject` is its id. `agency_ids` take part in it."""

    kind: str
    status: str
    agency_ids: tuple[str, ...]
    publish_by: date | None
    published_on: date | None
    at: datetime


class PracticeReviewCommissioned(PracticeReviewEvent, type="reviews.practice_review.commissioned.v1"):
    """A practice review is held."""


class PracticeReviewWithdrawn(PracticeReviewEvent, type="reviews.practice_review.withdrawn.v1"):
    """It was commissioned by mistake, and had not begun."""


class PracticeReviewInvolved(PracticeReviewEvent, type="reviews.practice_review.involved.v1"):
    """Another agency takes part, from now on."""

    agency_id: str


class PracticeReviewExcused(PracticeReviewEvent, type="reviews.practice_review.excused.v1"):
    """An agency takes part no more."""

    agency_id: str


class PracticeReviewBegun(PracticeReviewEvent, type="reviews.practice_review.begun.v1"):
    """Its reviewers have begun."""


class PracticeReviewCirculated(PracticeReviewEvent, type="reviews.practice_review.circulated.v1"):
    """The agencies are asked whether the facts in its report are right."""


class PracticeReviewRevised(PracticeReviewEvent, type="reviews.practice_review.revised.v1"):
    """Its report goes back to its authors."""


class PracticeReviewSubmitted(PracticeReviewEvent, type="reviews.practice_review.submitted.v1"):
    """Its report is before the three partners."""


class PracticeReviewSignedOff(PracticeReviewEvent, type="reviews.practice_review.signed_off.v1"):
    """The three partners have signed its report off."""


class PracticeReviewWithheld(PracticeReviewEvent, type="reviews.practice_review.withheld.v1"):
    """The three partners have signed its report off, and for a child's sake it is not published."""


class PracticeReviewSentBack(PracticeReviewEvent, type="reviews.practice_review.sent_back.v1"):
    """The three partners have sent its report back."""


class PracticeReviewSent(PracticeReviewEvent, type="reviews.practice_review.sent.v1"):
    """Its report has gone to the Panel and the Secretary of State."""


class PracticeReviewPublished(PracticeReviewEvent, type="reviews.practice_review.published.v1"):
    """Its report is published."""


class PracticeReviewTakenDown(PracticeReviewEvent, type="reviews.practice_review.taken_down.v1"):
    """Its report was published, and for a child's sake is public no more."""


class PracticeReviewOverdue(PracticeReviewEvent, type="reviews.practice_review.overdue.v1"):
    """Its report was to be published by now, no proceedings hold it, and it is not; told once for each date."""


class PracticeReviewSilent(PracticeReviewEvent, type="reviews.practice_review.silent.v1"):
    """The day is over by which agencies were to say whether its facts are right, and some have not; what that `means`."""

    silent_agency_ids: tuple[str, ...]
    means: str


class HoldEvent(Event):
    """What every event about a hold for proceedings says; `subject` is its id."""

    practice_review_id: str
    proceedings: str
    authority: str
    agency_id: str | None  # that stated or entered it
    review_on: date
    at: datetime


class HoldStated(HoldEvent, type="reviews.hold.stated.v1"):
    """Proceedings hold the publication of a practice review."""


class HoldReviewed(HoldEvent, type="reviews.hold.reviewed.v1"):
    """The hold lasts, to be looked at again on another day."""


class HoldLifted(HoldEvent, type="reviews.hold.lifted.v1"):
    """The hold is lifted."""


class HoldOverdue(HoldEvent, type="reviews.hold.overdue.v1"):
    """The day is over on which the hold was to be looked at again; told once for each date."""


class PublicationCheckEvent(Event):
    """What every event about a publication check says; `subject` is its id. What was found is read, not sent."""

    practice_review_id: str
    text_hash: str  # SHA-256 of the text that was read
    findings: int
    agency_id: str | None  # of who asked, or read
    at: datetime


class PublicationCheckAsked(PublicationCheckEvent, type="reviews.publication_check.asked.v1"):
    """A report is to be read for what could identify a child, by somebody who has not written in it."""


class PublicationCheckConfirmed(PublicationCheckEvent, type="reviews.publication_check.confirmed.v1"):
    """Somebody has read this very text, and it may be published."""


class PublicationCheckSentBack(PublicationCheckEvent, type="reviews.publication_check.sent_back.v1"):
    """Somebody has read this very text, and it goes back to its authors."""


class LearningPointEvent(Event):
    """What every event about a review's learning point says; `subject` is its id. What is to be learnt is read, not sent."""

    review_type: str
    review_id: str
    number: int
    kind: str
    theme: str
    agency_ids: tuple[str, ...]  # that take part in the review
    at: datetime


class LearningPointDrawn(LearningPointEvent, type="reviews.learning_point.drawn.v1"):
    """Something is to be learnt from a review, or done again."""


class LearningPointWithdrawn(LearningPointEvent, type="reviews.learning_point.withdrawn.v1"):
    """The learning point was taken back."""


class RecommendationEvent(Event):
    """What every event about a recommendation says; `subject` is its id. What is recommended is read, not sent.

    Its causes are the learning points on which it rests, and the review.
    """

    review_type: str
    review_id: str
    number: int
    status: str
    theme: str
    lead_agency_id: str | None
    owner_body_id: str | None
    by_when: date | None
    at: datetime


class RecommendationMade(RecommendationEvent, type="reviews.recommendation.made.v1"):
    """A review recommends something."""


class RecommendationChanged(RecommendationEvent, type="reviews.recommendation.changed.v1"):
    """What is recommended, whose it is or until when has changed, before it was answered."""


class RecommendationAccepted(RecommendationEvent, type="reviews.recommendation.accepted.v1"):
    """Whose it is has accepted it."""


class RecommendationDeclined(RecommendationEvent, type="reviews.recommendation.declined.v1"):
    """Whose it is has not accepted it."""


class RecommendationWithdrawn(RecommendationEvent, type="reviews.recommendation.withdrawn.v1"):
    """It was taken back before it was answered."""


class BriefingEvent(Event):
    """What every event about a seven-minute briefing says; `subject` is its id."""

    practice_review_id: str
    at: datetime


class BriefingSent(BriefingEvent, type="reviews.briefing.sent.v1"):
    """A briefing has gone to these agencies, which acknowledge by the day that they have passed it on."""

    agency_ids: tuple[str, ...]
    acknowledge_by: date


class BriefingAcknowledged(BriefingEvent, type="reviews.briefing.acknowledged.v1"):
    """An agency has passed a briefing on to its staff, to so many."""

    agency_id: str
    late: bool
    reached: int | None


class BriefingAskedAgain(BriefingEvent, type="reviews.briefing.asked_again.v1"):
    """An agency has not acknowledged a briefing and is asked again, for the so-manieth time."""

    agency_id: str
    times: int


class BriefingSilent(BriefingEvent, type="reviews.briefing.silent.v1"):
    """An agency was asked again so many times and is asked no more; the business unit is told."""

    agency_id: str
    times: int
