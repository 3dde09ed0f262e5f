"""Reads what waits for whom: one statement over every noun that can keep somebody waiting, the first due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Interval,
    Row,
    Select,
    Text,
    and_,
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
from sqlalchemy.orm import aliased

from services.reviews.briefings.models import Briefing, BriefingRecipient
from services.reviews.conduct.models import MilestoneRow
from services.reviews.holds.models import Hold
from services.reviews.holds.queries import LIVE
from services.reviews.incidents.domain import Status as IncidentStatus
from services.reviews.incidents.models import Incident
from services.reviews.joint_decisions.models import Decision, DecisionVote
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer
from services.reviews.national_reviews.queries import AWAITED as UNANSWERED
from services.reviews.national_reviews.queries import OF_IT
from services.reviews.panels.domain import Status as MemberStatus
from services.reviews.panels.models import PanelMember
from services.reviews.practice_reviews.domain import Status as Phase
from services.reviews.practice_reviews.models import PracticeReview, Reviewer, ReviewParty
from services.reviews.practice_reviews.queries import AWAITED, IS_REVIEWER, LATE, RUNS
from services.reviews.publication.domain import Status as CheckStatus
from services.reviews.publication.models import PublicationCheck
from services.reviews.rapid_reviews.domain import Status as Stage
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.recommendations.domain import Status as RecommendationStatus
from services.reviews.recommendations.models import Recommendation, RecommendationAction
from services.reviews.register.models import Agency
from services.reviews.returns.models import ScopingReturn
from services.reviews.scoping.queries import CHAIRS, TAKES_RETURNS
from services.reviews.waits.domain import HELD, What
from shared.days import LONDON
from shared.db import Tx
from shared.joint_decisions.domain import Partner, Status
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES, SUBJECT, in_order, narrowed, values, within

WRITTEN = [Phase.COMMISSIONED, Phase.UNDER_WAY, Phase.ACCURACY_CHECK]  # by a reviewer
FAR = literal(datetime(9999, 12, 31, tzinfo=UTC))
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
    since: Any = None,
    asked: Any = None,
    silent: Any = None,
    hers: ColumnElement[bool] | None = None,
) -> _Kind:
    """`agency_id` is null for the business unit, `due_at` where no rule gives a time, `since` where that is not kept.

    `asked` says how often it was asked again, `silent` whom that did not move.
    """
    columns: tuple[Any, ...] = (
        literal(what.value).label("what"),
        cast(table.id, Text).label("id"),
        cast(agency_id, Text).label("agency_id"),
        cast(due_at, DateTime(timezone=True)).label("due_at"),
        cast(since, DateTime(timezone=True)).label("since"),
        cast(reference, Text).label("reference"),
        cast(asked, Integer).label("times_asked"),
        cast(silent, Text).label("silent_agency_id"),
    )
    return _Kind(select(*columns).where(*clauses), agency_id, false() if hers is None else hers)


@cache  # building them takes longer than sending them
def _kinds() -> list[_Kind]:
    return [*_of_cases(), *_of_rapid_reviews(), *_of_practice_reviews(), *_of_the_three(), *_of_what_is_learnt()]


def _of_cases() -> list[_Kind]:
    W, incident, review, returned = What, Incident, RapidReview, ScopingReturn
    notified, aware = incident.due_at.is_not(None), incident.council_aware_at
    untold = (incident.status == IncidentStatus.NEAR_MISS, incident.decided_at.is_(None))
    missing = (review.id == returned.review_id, TAKES_RETURNS, returned.returned_at.is_(None))
    chair = select(PanelMember.agency_id).where(PanelMember.review_id == returned.review_id, *CHAIRS).limit(1)
    hers = chair.where(cast(PanelMember.person_id, Text) == SUBJECT).exists()
    told, due = (*missing, returned.told_at.is_not(None)), returned.due_at
    asked: dict[str, Any] = {"asked": returned.asked_again, "since": returned.asked_at}
    silent = {**asked, "silent": returned.agency_id, "hers": hers}
    return [
        _kind(
            W.NOTIFICATION, incident, incident.council_id, incident.due_at, incident.reference, notified, since=aware
        ),
        _kind(W.NEAR_MISS, incident, null(), None, incident.reference, *untold, since=incident.recorded_at),
        _kind(W.RETURN, returned, returned.agency_id, due, review.reference, *missing, **asked),
        _kind(W.RETURN_SILENT, returned, chair.scalar_subquery(), due, review.reference, *told, **silent),
    ]


def _of_rapid_reviews() -> list[_Kind]:
    W, review, member = What, RapidReview, PanelMember
    decided_on = and_(review.decision.in_(HELD), review.status.not_in([Stage.SCOPING, Stage.DECIDING]))
    itself = func.jsonb_build_object("type", "reviews.rapid_review", "id", cast(review.id, Text))
    held = PracticeReview.causes.op("@>")(func.jsonb_build_array(itself)), PracticeReview.status != Phase.WITHDRAWN
    uncommissioned = ~exists().where(*held)
    undeclared = (review.id == member.review_id, review.closed_at.is_(None), member.status == MemberStatus.NAMED)
    hers = cast(member.person_id, Text) == SUBJECT
    said: dict[str, Any] = {"since": member.named_at, "hers": hers}

    def of_it(what: What, since: Any, *clauses: ColumnElement[bool], due_at: Any = None) -> _Kind:
        return _kind(what, review, null(), due_at, review.reference, *clauses, since=since)

    return [
        _kind(W.DECLARATION, review, member.agency_id, review.due_at, review.reference, *undeclared, **said),
        of_it(W.RAPID_REVIEW, review.opened_at, review.due_at.is_not(None), due_at=review.due_at),
        of_it(W.PANEL_ANSWER, review.sent_at, review.status == Stage.SENT),
        of_it(W.CLOSING, review.answered_at, review.status == Stage.ANSWERED),
        of_it(W.COMMISSION, review.decided_at, decided_on, uncommissioned),
    ]


def _of_practice_reviews() -> list[_Kind]:
    W, review, party, hold, check = What, PracticeReview, ReviewParty, Hold, PublicationCheck
    unsaid, live = (party.practice_review_id == review.id, *AWAITED), (review.id == hold.practice_review_id, RUNS, LIVE)
    reviews = exists().where(Reviewer.practice_review_id == review.id, Reviewer.ended_at.is_(None))
    unreviewed = (review.status.in_(WRITTEN), ~reviews)
    not_right = exists().where(party.practice_review_id == review.id, party.accurate.is_not(True))
    unsubmitted = (review.status == Phase.ACCURACY_CHECK, ~not_right)
    unsent = (review.status.in_([Phase.SIGNED_OFF, Phase.WITHHELD]), review.sent_on.is_(None))
    newer = aliased(PublicationCheck)
    replaced = exists().where(newer.practice_review_id == check.practice_review_id, newer.asked_at > check.asked_at)
    unread = (review.id == check.practice_review_id, RUNS, check.status == CheckStatus.WAITING, ~replaced)
    milestone = (review.id == MilestoneRow.practice_review_id, RUNS, MilestoneRow.done_on.is_(None))
    reach_by, titled = _ends(MilestoneRow.due_on), func.concat_ws(": ", review.name, MilestoneRow.title)
    return [
        _kind(W.FACTS, review, party.agency_id, _ends(review.answers_due_on), review.name, *unsaid),
        _kind(W.MILESTONE, review, null(), reach_by, titled, *milestone, hers=IS_REVIEWER),
        _kind(W.CHECK, check, null(), None, review.name, *unread, since=check.asked_at),
        _kind(W.REVIEWER, review, null(), None, review.name, *unreviewed, since=review.commissioned_at),
        _kind(W.SUBMISSION, review, null(), None, review.name, *unsubmitted),
        _kind(W.SENDING, review, null(), None, review.name, *unsent),
        _kind(W.PUBLICATION, review, null(), _ends(review.publish_by), review.name, *LATE),
        _kind(W.HOLD, hold, hold.agency_id, _ends(hold.review_on), review.name, *live, since=hold.stated_at),
        _kind(
            W.PANEL_REASON, hold, null(), None, review.name, *live, hold.told_panel_on.is_(None), since=hold.stated_at
        ),
    ]


def _of_the_three() -> list[_Kind]:
    decision, known = Decision, ((Incident, Incident.reference), (RapidReview, RapidReview.reference))
    named = (*known, (PracticeReview, PracticeReview.name))
    about = [select(name).where(cast(of.id, Text) == decision.subject_id).scalar_subquery() for of, name in named]
    voted = exists().where(
        DecisionVote.decision_id == decision.id,
        DecisionVote.round_number == decision.round_number,
        DecisionVote.partner == Agency.agency_type,
    )
    a_partner = Agency.agency_type.in_([one.value for one in Partner]), Agency.effective_to.is_(None)
    unvoted, since = (decision.status == Status.OPEN, *a_partner, ~voted), decision.opened_at
    return [
        _kind(What.VOTE, decision, Agency.id, decision.due_at, func.coalesce(*about), *unvoted, since=since),
    ]


_REVIEWS = (
    select(PracticeReview.name).where(PracticeReview.id == Recommendation.practice_review_id).scalar_subquery(),
    select(RapidReview.reference).where(RapidReview.id == Recommendation.rapid_review_id).scalar_subquery(),
    select(NationalReview.reference).where(NationalReview.id == Recommendation.national_review_id).scalar_subquery(),
)


def _of_what_is_learnt() -> list[_Kind]:
    W, review, answer, briefing, heard = What, NationalReview, NationalReviewAnswer, Briefing, BriefingRecipient
    name, until, day = PracticeReview.name, _ends(heard.acknowledge_by), _ends(answer.due_on)
    sent = (PracticeReview.id == briefing.practice_review_id, heard.briefing_id == briefing.id)
    untold, unsaid = (*sent, heard.acknowledged_at.is_(None)), (OF_IT, *UNANSWERED)
    of_answer: dict[str, Any] = {"asked": answer.times_asked}
    of_briefing: dict[str, Any] = {"asked": heard.times_asked, "since": briefing.sent_at}
    no_answer = (review, null(), day, review.reference, *unsaid, answer.told_at.is_not(None))
    one, leads = Recommendation, Recommendation.lead_agency_id
    numbered = func.concat_ws(" ", func.coalesce(*_REVIEWS), one.number)
    unanswered = (one.status == RecommendationStatus.MADE, one.source.is_(None))  # of those not published long ago
    undone = ~exists().where(RecommendationAction.recommendation_id == one.id)
    accepted = (one.status == RecommendationStatus.ACCEPTED, undone)
    no_word = (briefing, null(), until, name, *untold, heard.told_at.is_not(None))
    return [
        _kind(W.RECOMMENDATION, one, leads, None, numbered, *unanswered, since=one.made_at),
        _kind(W.ACTION, one, leads, _ends(one.by_when), numbered, *accepted, since=one.answered_at),
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
    key = func.concat_ws(" ", one.c.what, one.c.id, one.c.agency_id, one.c.silent_agency_id, one.c.reference)
    place = func.coalesce(one.c.due_at, FAR)
    clauses = narrowed(
        filters,
        one.c,
        overdue=one.c.due_at < literal(tx.now),
        due_before=lambda day: one.c.due_at < literal(_begins(day)),
    )
    statement = select(*one.c, place.label("place"), key.label("key")).where(*clauses)
    return await tx.rows(in_order(statement, (place, key), limit, after), values(principal))


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
