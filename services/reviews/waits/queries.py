"""Reads what waits for whom: one statement over every noun that can keep somebody waiting, the first due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Interval,
    Row,
    Select,
    Text,
    any_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    select,
    tuple_,
    union_all,
)

from services.reviews.briefings.models import Briefing, BriefingRecipient
from services.reviews.holds.models import Hold
from services.reviews.holds.queries import LIVE
from services.reviews.incidents.models import Incident
from services.reviews.joint_decisions.models import Decision, DecisionVote
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer
from services.reviews.national_reviews.queries import AWAITED as UNANSWERED
from services.reviews.national_reviews.queries import OF_IT
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.practice_reviews.queries import AWAITED, LATE
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.register.models import Agency
from services.reviews.returns.models import ScopingReturn
from services.reviews.waits.domain import What
from shared.calendar import LONDON
from shared.db import Tx
from shared.joint_decisions.domain import Partner, Status
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES, values, within

LAST_SECOND = literal(timedelta(hours=23, minutes=59, seconds=59), Interval)


def _ends(day: Any) -> ColumnElement[Any]:
    """The end of a day in London."""
    return func.timezone(LONDON.key, day + LAST_SECOND)


def _row(
    what: What, noun: str, identity: Any, agency_id: Any, due_at: Any, reference: Any, *clauses: ColumnElement[bool]
) -> tuple[Any, Select[Any]]:
    """Whose it is, and what a row of the list says."""
    columns = (
        literal(what.value).label("what"),
        literal(noun).label("noun"),
        cast(identity, Text).label("id"),
        cast(agency_id, Text).label("agency_id"),
        due_at.label("due_at"),
        cast(reference, Text).label("reference"),
    )
    return agency_id, select(*columns).where(*clauses)


@cache  # building them takes longer than sending them
def _kinds() -> list[tuple[Any, Select[Any]]]:
    review, party, decision = PracticeReview, ReviewParty, Decision
    voted = exists().where(
        DecisionVote.decision_id == decision.id,
        DecisionVote.round_number == decision.round_number,
        DecisionVote.partner == Agency.agency_type,
    )
    a_partner = Agency.agency_type.in_([one.value for one in Partner]), Agency.effective_to.is_(None)
    told = BriefingRecipient.briefing_id == Briefing.id, BriefingRecipient.acknowledged_at.is_(None)
    missing = RapidReview.id == ScopingReturn.review_id, ScopingReturn.ask_again_at.is_not(None)
    return [
        _row(
            What.NOTIFICATION,
            "reviews.incident",
            Incident.id,
            Incident.council_id,
            Incident.due_at,
            Incident.reference,
            Incident.due_at.is_not(None),
        ),
        _row(
            What.RETURN,
            "reviews.return",
            ScopingReturn.id,
            ScopingReturn.agency_id,
            ScopingReturn.due_at,
            RapidReview.reference,
            *missing,
        ),
        _row(
            What.RAPID_REVIEW,
            "reviews.rapid_review",
            RapidReview.id,
            null(),
            RapidReview.due_at,
            RapidReview.reference,
            RapidReview.due_at.is_not(None),
        ),
        _row(
            What.FACTS,
            "reviews.practice_review",
            review.id,
            party.agency_id,
            _ends(review.answers_due_on),
            review.name,
            party.practice_review_id == review.id,
            *AWAITED,
        ),
        _row(
            What.VOTE,
            "reviews.joint_decision",
            decision.id,
            Agency.id,
            decision.due_at,
            null(),
            decision.status == Status.OPEN,
            *a_partner,
            ~voted,
        ),
        _row(
            What.PUBLICATION, "reviews.practice_review", review.id, null(), _ends(review.publish_by), review.name, *LATE
        ),
        _row(
            What.HOLD,
            "reviews.hold",
            Hold.id,
            Hold.agency_id,
            _ends(Hold.review_on),
            review.name,
            review.id == Hold.practice_review_id,
            LIVE,
        ),
        _row(
            What.NATIONAL_REVIEW,
            "reviews.national_review",
            NationalReview.id,
            NationalReviewAnswer.agency_id,
            _ends(NationalReviewAnswer.due_on),
            NationalReview.reference,
            OF_IT,
            *UNANSWERED,
        ),
        _row(
            What.BRIEFING,
            "reviews.briefing",
            Briefing.id,
            BriefingRecipient.agency_id,
            _ends(BriefingRecipient.acknowledge_by),
            review.name,
            review.id == Briefing.practice_review_id,
            *told,
        ),
    ]


@dataclass(frozen=True)
class Filters:
    """What the list may be narrowed by; None leaves it open."""

    what: What | None = None
    agency_id: str | None = None
    overdue: bool | None = None
    due_before: date | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` of what waits for the caller's agencies, or for anybody, after a position."""
    seen = [
        kind.where(within(reach, false() if agency_id is null() else agency_id == any_(AGENCIES)))
        for agency_id, kind in _kinds()
    ]
    one = union_all(*seen).subquery()
    key = func.concat_ws(" ", one.c.what, one.c.id, one.c.agency_id)
    clauses: list[ColumnElement[bool]] = []
    if filters.what is not None:
        clauses.append(one.c.what == filters.what)
    if filters.agency_id is not None:
        clauses.append(one.c.agency_id == filters.agency_id)
    if filters.overdue is not None:
        late = one.c.due_at < literal(tx.now)
        clauses.append(late if filters.overdue else not_(late))
    if filters.due_before is not None:
        clauses.append(one.c.due_at < literal(_begins(filters.due_before)))
    if after is not None:
        clauses.append(tuple_(one.c.due_at, key) > tuple_(literal(after[0]), literal(after[1])))
    statement = select(*one.c, key.label("key")).where(*clauses).order_by(one.c.due_at, key).limit(limit + 1)
    return await tx.rows(statement, values(principal))


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
