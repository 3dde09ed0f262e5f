"""Reads what waits for whom: one statement over every noun that can keep somebody waiting, the first due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
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
    null,
    select,
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
from services.reviews.panels.models import PanelMember
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.practice_reviews.queries import AWAITED, LATE
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.register.models import Agency
from services.reviews.returns.models import ScopingReturn
from services.reviews.scoping.queries import CHAIRS
from services.reviews.waits.domain import What
from shared.days import LONDON
from shared.db import Tx
from shared.joint_decisions.domain import Partner, Status
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES, SUBJECT, in_order, narrowed, values, within

LAST_SECOND = literal(timedelta(hours=23, minutes=59, seconds=59), Interval)


def _ends(day: Any) -> ColumnElement[Any]:
    """The end of a day in London."""
    return func.timezone(LONDON.key, day + LAST_SECOND)


@dataclass(frozen=True)
class _Kind:
    """What waits, for whom, and of which rows; `hers` is the clause of one person's own."""

    rows: Select[Any]
    agency_id: Any
    hers: ColumnElement[bool]

    def seen(self, reach: Reach) -> Select[Any]:
        """Those that these grants reach."""
        own = false() if self.agency_id is null() else self.agency_id == any_(AGENCIES)
        return self.rows.where(within(reach, own, self.hers))


def _kind(
    what: What,
    table: Any,
    agency_id: Any,
    due_at: Any,
    reference: Any,
    *clauses: ColumnElement[bool],
    asked: Any = None,
    silent: Any = None,
    hers: ColumnElement[bool] | None = None,
) -> _Kind:
    """`agency_id` is null for the business unit; `asked` says how often it was asked again, `silent` whom that did not move."""
    columns = (
        literal(what.value).label("what"),
        cast(table.id, Text).label("id"),
        cast(agency_id, Text).label("agency_id"),
        due_at.label("due_at"),
        cast(reference, Text).label("reference"),
        cast(asked, Integer).label("times_asked"),
        cast(silent, Text).label("silent_agency_id"),
    )
    return _Kind(select(*columns).where(*clauses), agency_id, false() if hers is None else hers)


@cache  # building them takes longer than sending them
def _kinds() -> list[_Kind]:
    return [*_of_cases(), *_of_reviews(), *_of_what_is_learnt()]


def _of_cases() -> list[_Kind]:
    W, incident, review, returned = What, Incident, RapidReview, ScopingReturn
    notified, held = incident.due_at.is_not(None), review.due_at.is_not(None)
    missing = (review.id == returned.review_id, review.closed_at.is_(None), returned.returned_at.is_(None))
    chair = select(PanelMember.agency_id).where(PanelMember.review_id == returned.review_id, *CHAIRS).limit(1)
    hers = chair.where(cast(PanelMember.person_id, Text) == SUBJECT).exists()
    told, due = (*missing, returned.told_at.is_not(None)), returned.due_at
    asked: dict[str, Any] = {"asked": returned.asked_again}
    silent = {**asked, "silent": returned.agency_id, "hers": hers}
    return [
        _kind(W.NOTIFICATION, incident, incident.council_id, incident.due_at, incident.reference, notified),
        _kind(W.RAPID_REVIEW, review, null(), review.due_at, review.reference, held),
        _kind(W.RETURN, returned, returned.agency_id, due, review.reference, *missing, **asked),
        _kind(W.RETURN_SILENT, returned, chair.scalar_subquery(), due, review.reference, *told, **silent),
    ]


def _of_reviews() -> list[_Kind]:
    W, review, party, hold, decision = What, PracticeReview, ReviewParty, Hold, Decision
    voted = exists().where(
        DecisionVote.decision_id == decision.id,
        DecisionVote.round_number == decision.round_number,
        DecisionVote.partner == Agency.agency_type,
    )
    a_partner = Agency.agency_type.in_([one.value for one in Partner]), Agency.effective_to.is_(None)
    unsaid, live = (party.practice_review_id == review.id, *AWAITED), (review.id == hold.practice_review_id, LIVE)
    return [
        _kind(W.FACTS, review, party.agency_id, _ends(review.answers_due_on), review.name, *unsaid),
        _kind(W.VOTE, decision, Agency.id, decision.due_at, null(), decision.status == Status.OPEN, *a_partner, ~voted),
        _kind(W.PUBLICATION, review, null(), _ends(review.publish_by), review.name, *LATE),
        _kind(W.HOLD, hold, hold.agency_id, _ends(hold.review_on), review.name, *live),
    ]


def _of_what_is_learnt() -> list[_Kind]:
    W, review, answer, briefing, heard = What, NationalReview, NationalReviewAnswer, Briefing, BriefingRecipient
    name, until, day = PracticeReview.name, _ends(heard.acknowledge_by), _ends(answer.due_on)
    sent = (PracticeReview.id == briefing.practice_review_id, heard.briefing_id == briefing.id)
    untold, unsaid = (*sent, heard.acknowledged_at.is_(None)), (OF_IT, *UNANSWERED)
    of_answer: dict[str, Any] = {"asked": answer.times_asked}
    of_briefing: dict[str, Any] = {"asked": heard.times_asked}
    no_answer = (review, null(), day, review.reference, *unsaid, answer.told_at.is_not(None))
    no_word = (briefing, null(), until, name, *untold, heard.told_at.is_not(None))
    return [
        _kind(W.NATIONAL_REVIEW, review, answer.agency_id, day, review.reference, *unsaid, **of_answer),
        _kind(W.NATIONAL_REVIEW_SILENT, *no_answer, silent=answer.agency_id, **of_answer),
        _kind(W.BRIEFING, briefing, heard.agency_id, until, name, *untold, **of_briefing),
        _kind(W.BRIEFING_SILENT, *no_word, silent=heard.agency_id, **of_briefing),
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
    one = union_all(*(kind.seen(reach) for kind in _kinds())).subquery()
    key = func.concat_ws(" ", one.c.what, one.c.id, one.c.agency_id, one.c.silent_agency_id)
    clauses = narrowed(
        filters,
        one.c,
        overdue=one.c.due_at < literal(tx.now),
        due_before=lambda day: one.c.due_at < literal(_begins(day)),
    )
    statement = select(*one.c, key.label("key")).where(*clauses)
    return await tx.rows(in_order(statement, (one.c.due_at, key), limit, after), values(principal))


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
