"""What the reviews service tells of reviews published elsewhere, checked for what can be learnt here."""

from datetime import date, datetime

from shared.events import Event


class NationalReviewEvent(Event):
    """What every event about such a review says; `subject` is its id, `body_id` the body that concludes."""

    reference: str
    status: str
    body_id: str
    at: datetime


class NationalReviewRecorded(NationalReviewEvent, type="reviews.national_review.recorded.v1"):
    """A review that was published elsewhere is to be checked."""


class NationalReviewAsked(NationalReviewEvent, type="reviews.national_review.asked.v1"):
    """Agencies are asked whether what it found is true for them, until a day."""

    agency_ids: tuple[str, ...]
    due_on: date


class NationalReviewAnswered(NationalReviewEvent, type="reviews.national_review.answered.v1"):
    """An agency has said whether it is: `true_for_us`, `partly`, `not_true_for_us` or `not_known`."""

    agency_id: str
    answer: str


class NationalReviewAskedAgain(NationalReviewEvent, type="reviews.national_review.asked_again.v1"):
    """An agency has not answered by its day and is asked again, for the so-manieth time."""

    agency_id: str
    times: int


class NationalReviewSilent(NationalReviewEvent, type="reviews.national_review.silent.v1"):
    """An agency was asked again so many times and is asked no more; the business unit is told."""

    agency_id: str
    times: int


class NationalReviewConcluded(NationalReviewEvent, type="reviews.national_review.concluded.v1"):
    """The body has said whether it is true here; these agencies had been asked."""

    agency_ids: tuple[str, ...]
    verdict: str
