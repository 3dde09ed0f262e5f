"""Changes recommendations: each command locks the row, decides, writes its history and emits what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, update

from services.reviews.learning import queries as learning
from services.reviews.learning.commands import origin_of, review_of
from services.reviews.learning.domain import Origin, Theme
from services.reviews.learning.domain import Status as LearningStatus
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.national_reviews import queries as national_reviews
from services.reviews.national_reviews.domain import must_be_true_here
from services.reviews.recommendations import queries
from services.reviews.recommendations.domain import (
    Do,
    Status,
    Terms,
    check,
    lacking,
    must_answer,
    must_be_smart,
    step,
)
from services.reviews.recommendations.models import (
    Recommendation,
    RecommendationAction,
    RecommendationLearning,
)
from services.reviews.register.models import REGISTER
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.contracts.governance_actions import ActionDueDateMoved, ActionEvent
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, instant
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "reviews.recommendation"
RETENTION = "learning"


@dataclass(frozen=True)
class Wanted:
    """What is recommended, to whom, until when, and on which learning it rests."""

    theme: Theme
    text: str
    lead_agency_id: str | None
    owner_body_id: str | None
    measure: str | None
    by_when: date | None
    learning_point_ids: tuple[UUID, ...]

    @property
    def terms(self) -> Terms:
        """What makes it SMART."""
        rests_on = len(set(self.learning_point_ids))
        return Terms(self.lead_agency_id, self.owner_body_id, self.measure, self.by_when, rests_on)

    @property
    def columns(self) -> dict[str, Any]:
        """As the table keeps it."""
        return {name: value for name, value in vars(self).items() if name != "learning_point_ids"}


async def make(tx: Tx, by: By, origin: Origin, wanted: Wanted) -> UUID:
    """Recommend something by a review, with the next number; its id.

    A practice review is not published yet, and one published elsewhere was found true here: NotTrueHere.
    """
    await learning.lock(tx, by, origin)
    if origin.national_review_id:
        must_be_true_here(await tx.scalar(national_reviews.verdict_of(origin.national_review_id)))
    await _check(tx, wanted, origin)
    row: dict[str, Any] = wanted.columns | {
        "id": new_id(),
        "version": 1,
        "status": Status.MADE,
        "practice_review_id": origin.practice_review_id,
        "rapid_review_id": origin.rapid_review_id,
        "national_review_id": origin.national_review_id,
        "number": await learning.next_number(tx, Recommendation, origin),
        "made_at": tx.now,
        "retention_class": RETENTION,
    }
    await enter(tx, by, row, wanted.learning_point_ids)
    recommendation_id: UUID = row["id"]
    await _tell_lead(tx, recommendation_id, wanted)
    return recommendation_id


async def enter(tx: Tx, by: By, row: dict[str, Any], learning_point_ids: Sequence[UUID]) -> None:
    """Write a recommendation that was made here, or long ago and published; and tell of it."""
    await tx.execute(insert(Recommendation), row)
    await _rest(tx, row["id"], learning_point_ids)
    await queries.HISTORY.append(tx, by, row, Do.MAKE)
    await _publish(tx, row, learning_point_ids, events.RecommendationMade, at=row["made_at"])


async def change(tx: Tx, by: By, recommendation_id: UUID, wanted: Wanted) -> None:
    """Say it better before it is answered: whose it is, by what its success is known, until when."""
    row = await _begin(tx, by, recommendation_id, Do.CHANGE)
    await _check(tx, wanted, origin_of(row._asdict()))
    await tx.execute(
        delete(RecommendationLearning).where(RecommendationLearning.recommendation_id == recommendation_id)
    )
    await _rest(tx, recommendation_id, wanted.learning_point_ids)
    await _finish(tx, by, row, Do.CHANGE, wanted.columns, events.RecommendationChanged)
    if wanted.lead_agency_id != row.lead_agency_id:
        await _tell_lead(tx, recommendation_id, wanted)


async def accept(tx: Tx, by: By, recommendation_id: UUID, *, reason: str | None) -> None:
    """Accept it. NotSmart while it cannot be followed and proved."""
    row = await _begin(tx, by, recommendation_id, Do.ACCEPT)
    _must_answer(by, row)
    must_be_smart(lacking(terms_of(row)))
    answered = {"reason": reason, "answered_at": tx.now}
    await _finish(tx, by, row, Do.ACCEPT, answered, events.RecommendationAccepted, text=reason)


async def decline(tx: Tx, by: By, recommendation_id: UUID, *, reason: str) -> None:
    """Do not accept it, and say why."""
    row = await _begin(tx, by, recommendation_id, Do.DECLINE)
    _must_answer(by, row)
    answered = {"reason": reason, "answered_at": tx.now}
    await _finish(tx, by, row, Do.DECLINE, answered, events.RecommendationDeclined, text=reason)


async def withdraw(tx: Tx, by: By, recommendation_id: UUID, *, reason: str) -> None:
    """Take it back before it is answered; its number is not given again."""
    row = await _begin(tx, by, recommendation_id, Do.WITHDRAW)
    await _finish(tx, by, row, Do.WITHDRAW, {"reason": reason}, events.RecommendationWithdrawn, text=reason)


async def hear(tx: Tx, event: ActionEvent, causes: Sequence[Cause]) -> None:
    """Keep how an action stands that came of a recommendation. What is older than what is known changes no more than its moves."""
    of = next((cause.id for cause in causes if cause.type == NOUN), None)
    known = await queries.action(tx, event.subject)
    if of is None and known is None:
        return
    moves: list[dict[str, str]] = list(known.moves) if known else []
    if isinstance(event, ActionDueDateMoved):
        move = {"at": instant(event.at), "from_on": str(event.from_on), "to_on": str(event.to_on)}
        moves = sorted([*(one for one in moves if one != move), move], key=itemgetter("at"))
    stands = {
        "reference": event.reference,
        "status": event.status,
        "lead_agency_id": event.lead_agency_id,
        "due_on": event.due_on,
        "heard_at": event.at,
    }
    if known is None:
        row = {"action_id": event.subject, "recommendation_id": UUID(of), "moves": moves}
        await tx.execute(insert(RecommendationAction), row | stands)
        return
    newer = stands if event.at >= known.heard_at else {}
    mine = RecommendationAction.action_id == event.subject
    await tx.execute(update(RecommendationAction).where(mine).values(moves=moves, **newer))


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand the recommendations that an ended agency led to its first successor; how many."""
    if not successor_ids:
        return 0
    live = Recommendation.status != Status.WITHDRAWN, Recommendation.lead_agency_id == agency_id
    changed = {"lead_agency_id": successor_ids[0], "version": Recommendation.version + 1}
    return (await tx.execute(update(Recommendation).where(*live).values(**changed))).rowcount


def terms_of(row: Row[Any]) -> Terms:
    """What makes a stored recommendation SMART, or not yet."""
    return Terms(row.lead_agency_id, row.owner_body_id, row.measure, row.by_when, row.rests_on)


def _must_answer(by: By, row: Row[Any]) -> None:
    if by.principal:
        must_answer(row.lead_agency_id, by.principal)


async def _check(tx: Tx, wanted: Wanted, origin: Origin) -> None:
    """The owner exists, the day lies ahead, and the learning is of the same review and stands."""
    check(wanted.terms, tx.now)
    if wanted.lead_agency_id:
        await REGISTER.names_of(tx, {"lead_agency_id": wanted.lead_agency_id}, today(tx.now))
    if wanted.owner_body_id:
        await REGISTER.must_stand(tx, "owner_body_id", wanted.owner_body_id, today(tx.now))
    points = {point.id: point for point in await learning.points(tx, wanted.learning_point_ids)}
    for index, one in enumerate(wanted.learning_point_ids):
        point = points.get(one)
        if not point or origin_of(point._asdict()) != origin or point.status == LearningStatus.WITHDRAWN:
            message = "No learning point of this review has this id, or it was taken back."
            raise Invalid.field(f"learning_point_ids.{index}", "unknown_learning", message)


async def _tell_lead(tx: Tx, recommendation_id: UUID, wanted: Wanted) -> None:
    about = Cause(NOUN, str(recommendation_id))
    await write(tx, Occasion.RECOMMENDATION_MADE, about, [wanted.lead_agency_id])


async def _rest(tx: Tx, recommendation_id: UUID, learning_point_ids: Collection[UUID]) -> None:
    for one in sorted(set(learning_point_ids)):
        row = {"recommendation_id": recommendation_id, "learning_point_id": one}
        await tx.execute(insert(RecommendationLearning), row)


async def _begin(tx: Tx, by: By, recommendation_id: UUID, do: Do) -> Row[Any]:
    row = await queries.as_read(tx, by, recommendation_id)
    step(Status(row.status), do)
    return row


async def _finish(
    tx: Tx,
    by: By,
    row: Row[Any],
    do: Do,
    changed: Mapping[str, Any],
    event: type[events.RecommendationEvent],
    *,
    text: str | None = None,
) -> None:
    moved_to = {**changed, "status": step(Status(row.status), do)}
    after = await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text)
    await _publish(tx, after, await queries.rests_on(tx, row.id), event)


async def _publish(
    tx: Tx,
    row: Mapping[str, Any],
    learning_point_ids: Sequence[UUID],
    event: type[events.RecommendationEvent],
    *,
    at: datetime | None = None,
) -> None:
    """Tell the others; what is recommended is read, not sent."""
    review = review_of(row)
    points = [Cause("reviews.learning_point", str(one)) for one in learning_point_ids]
    facts = {name: row[name] for name in ("status", "theme", "number", "lead_agency_id", "owner_body_id", "by_when")}
    named: dict[str, Any] = {
        "subject": str(row["id"]),
        "review_type": review.type,
        "review_id": review.id,
        "at": at or tx.now,
    }
    await emit(tx, event(**facts, **named), causes=[*points, review])
