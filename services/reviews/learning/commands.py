"""Changes learning points: drawn from a review, and taken back."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.reviews.learning import queries
from services.reviews.learning.domain import Do, Kind, Status, Theme, step
from services.reviews.learning.models import LearningPoint
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.domain import Status as ReviewStatus
from services.reviews.practice_reviews.domain import must_run
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit

NOUN = "reviews.learning_point"
RETENTION = "learning"


async def draw(tx: Tx, by: By, practice_review_id: UUID, *, kind: Kind, theme: Theme, text: str) -> UUID:
    """Draw a learning point from a practice review that is not published yet; its id."""
    review = await reviews.for_update(tx, by, practice_review_id)
    must_run(ReviewStatus(review.status))
    number = await queries.next_number(tx, practice_review_id=practice_review_id)
    row: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "status": Status.DRAWN,
        "kind": kind,
        "theme": theme,
        "practice_review_id": practice_review_id,
        "rapid_review_id": None,
        "number": number,
        "text": text,
        "drawn_at": tx.now,
        "drawn_by": by.subject,
        "retention_class": RETENTION,
    }
    await tx.execute(insert(LearningPoint), row)
    await publish(tx, row, events.LearningPointDrawn)
    point_id: UUID = row["id"]
    return point_id


async def withdraw(tx: Tx, by: By, point_id: UUID, *, reason: str) -> None:
    """Take a learning point back; it stays, with the reason."""
    row = await queries.as_read(tx, by, point_id)
    changed = {
        "status": step(Status(row.status), Do.WITHDRAW),
        "version": row.version + 1,
        "withdrawn_at": tx.now,
        "withdrawn_reason": reason,
    }
    await tx.execute(update(LearningPoint).where(LearningPoint.id == point_id).values(**changed))
    await publish(tx, row._asdict() | changed, events.LearningPointWithdrawn)


def review_of(row: dict[str, Any]) -> Cause:
    """The review from which something is, as causes name it."""
    if row["practice_review_id"]:
        return Cause("reviews.practice_review", str(row["practice_review_id"]))
    return Cause("reviews.rapid_review", str(row["rapid_review_id"]))


async def publish(tx: Tx, row: dict[str, Any], event: type[events.LearningPointEvent]) -> None:
    """Tell the others; what is to be learnt is read, not sent."""
    review = review_of(row)
    parties = await reviews.parties(tx, row["practice_review_id"]) if row["practice_review_id"] else ()
    facts = {
        "subject": str(row["id"]),
        "review_type": review.type,
        "review_id": review.id,
        "number": row["number"],
        "kind": row["kind"],
        "theme": row["theme"],
        "agency_ids": tuple(party.agency_id for party in parties),
        "at": tx.now,
    }
    await emit(tx, event(**facts), causes=[review])
