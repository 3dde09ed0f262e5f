"""What the reviews service tells of rapid reviews, their panels and the returns. Nothing here says who a child is, or what was written."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class RapidReviewEvent(Event):
    """What every event about a rapid review says; `subject` is its id. Its incidents are its causes."""

    reference: str
    kind: str
    status: str
    concerned_agency_ids: tuple[str, ...]  # the three partners
    at: datetime


class RapidReviewOpened(RapidReviewEvent, type="reviews.rapid_review.opened.v1"):
    """A rapid review has begun; a notification makes it `mandatory`, and gives it its time."""

    mandatory: bool
    due_at: datetime | None


class RapidReviewStartChosen(RapidReviewEvent, type="reviews.rapid_review.start_chosen.v1"):
    """Its time is counted from another event; or its incident was notified while it was held, and its time begins."""

    start: str
    due_at: datetime


class RapidReviewOverdue(RapidReviewEvent, type="reviews.rapid_review.overdue.v1"):
    """Its time has run out, and it is not with the national Panel."""

    due_at: datetime


class RapidReviewProposed(RapidReviewEvent, type="reviews.rapid_review.proposed.v1"):
    """The panel recommends what follows; the three vote."""

    recommended: str
    decision_id: str


class RapidReviewDecided(RapidReviewEvent, type="reviews.rapid_review.decided.v1"):
    """The three have decided what follows."""

    decision: str
    decision_id: str


class RapidReviewUndecided(RapidReviewEvent, type="reviews.rapid_review.undecided.v1"):
    """The three have decided nothing: the panel proposes anew."""

    decision_id: str


class RapidReviewSent(RapidReviewEvent, type="reviews.rapid_review.sent.v1"):
    """It is with the national Panel; `late` is null where no rule gave it a time."""

    decision: str
    late: bool | None


class RapidReviewAnswered(RapidReviewEvent, type="reviews.rapid_review.answered.v1"):
    """The national Panel has answered."""

    answer: str


class RapidReviewReconsidered(RapidReviewEvent, type="reviews.rapid_review.reconsidered.v1"):
    """The Panel's answer is a reason to decide anew."""


class RapidReviewClosed(RapidReviewEvent, type="reviews.rapid_review.closed.v1"):
    """It is at its end, and its panel is released."""


class RapidReviewAbandoned(RapidReviewEvent, type="reviews.rapid_review.abandoned.v1"):
    """Nobody asks for it any more, and it is given up."""


class PanelMemberEvent(Event):
    """A person's seat on one case's panel; `subject` is the seat's id. `roles` hold from `starts_on` to `ends_on`, both inclusive."""

    review_id: str
    person_id: UUID
    agency_id: str
    seat: str
    roles: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    at: datetime


class PanelMemberNamed(PanelMemberEvent, type="reviews.panel_member.named.v1"):
    """Somebody has been named for this case and for its length."""


class PanelMemberDeclared(PanelMemberEvent, type="reviews.panel_member.declared.v1"):
    """A member has said whether anything conflicts."""

    conflicted: bool


class PanelMemberChairs(PanelMemberEvent, type="reviews.panel_member.chairs.v1"):
    """A member chairs the panel from now on."""


class PanelMemberReleased(PanelMemberEvent, type="reviews.panel_member.released.v1"):
    """The member is of this panel no more: the case has ended, or she was let go."""


class ReturnEvent(Event):
    """What every event about a return says; `subject` is its id. `agency_id` is null for who is not in the register."""

    review_id: str
    agency_id: str | None
    status: str
    due_at: datetime
    at: datetime


class ReturnAsked(ReturnEvent, type="reviews.return.asked.v1"):
    """An agency is asked what it knew and did."""


class ReturnAskedAgain(ReturnEvent, type="reviews.return.asked_again.v1"):
    """The return is overdue, and the agency is asked again."""

    times: int


class ReturnSilent(ReturnEvent, type="reviews.return.silent.v1"):
    """The agency was asked again so many times and is asked no more; the panel's chair, of `chair_agency_id`, is told."""

    times: int
    chair_agency_id: str | None


class ReturnSubmitted(ReturnEvent, type="reviews.return.submitted.v1"):
    """The agency has sent its return, or added to it."""

    late: bool
