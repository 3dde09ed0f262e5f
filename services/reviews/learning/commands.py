"""Changes learning points: drawn from a review, and taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.reviews.learning import queries
from services.reviews.learning.domain import Do, Kind, Origin, Status, Theme, step
from services.reviews.learning.models import LearningPoint
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit

NOUN = "reviews.learning_point"
RETENTION = "learning"


async def draw(tx: Tx, by: By, origin: Origin, *, kind: Kind, theme: Theme, text: str) -> UUID:
    """Draw a learning point from a practice review that is not published yet, or from any other review; its id."""
    await queries.lock(tx, by, origin)
    row: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "status": Status.DRAWN,
        "kind": kind,
        "theme": theme,
        "practice_review_id": origin.practice_review_id,
        "rapid_review_id": origin.rapid_review_id,
        "national_review_id": origin.national_review_id,
        "number": await queries.next_number(tx, LearningPoint, origin),
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


def origin_of(row: Mapping[str, Any]) -> Origin:
    """The review from which a stored row is."""
    return Origin(row["practice_review_id"], row["rapid_review_id"], row.get("national_review_id"))


def review_of(row: Mapping[str, Any]) -> Cause:
    """The same, as causes name it."""
    if row["practice_review_id"]:
        return Cause("reviews.practice_review", str(row["practice_review_id"]))
    if row.get("national_review_id"):
        return Cause("reviews.national_review", str(row["national_review_id"]))
    return Cause("reviews.rapid_review", str(row["rapid_review_id"]))


async def publish(
    tx: Tx, row: dict[str, Any], event: type[events.LearningPointEvent], at: datetime | None = None
) -> None:
    """Tell the others; what is to be learnt is read, not sent."""
    review = review_of(row)
    facts = {
        "subject": str(row["id"]),
        "review_type": review.type,
        "review_id": review.id,
        "number": row["number"],
        "kind": row["kind"],
        "theme": row["theme"],
        "agency_ids": await queries.agencies(tx, origin_of(row)),
        "at": at or tx.now,
    }
    await emit(tx, event(**facts), causes=[review])
