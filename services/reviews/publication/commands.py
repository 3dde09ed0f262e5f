"""Has a report checked by a second person, and publishes it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.reviews.holds import queries as holds
from services.reviews.practice_reviews import commands as review_commands
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.domain import NotReady, must_run, text_hash
from services.reviews.practice_reviews.domain import Status as ReviewStatus
from services.reviews.publication import queries
from services.reviews.publication.domain import (
    Do,
    Status,
    findings,
    must_be_second,
    must_be_the_same,
    must_say_why,
    step,
)
from services.reviews.publication.models import PublicationCheck
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit

NOUN = "reviews.publication_check"
RETENTION = "practice_review"


async def ask(tx: Tx, by: By, review_id: UUID) -> UUID:
    """Have the report as it stands read by a second person; the check's id."""
    review = await reviews.for_update(tx, by, review_id)
    must_run(ReviewStatus(review.status))
    parts = await reviews.parts(tx, review_id)
    if not parts:
        raise NotReady("Still missing: a report. Write its parts first.")
    row: dict[str, Any] = {
        "id": new_id(),
        "practice_review_id": review_id,
        "version": 1,
        "status": Status.WAITING,
        "text_hash": text_hash(parts),
        "findings": [asdict(found) for found in findings(parts, queries.words())],
        "asked_at": tx.now,
        "asked_by": by.subject,
        "retention_class": RETENTION,
    }
    await tx.execute(insert(PublicationCheck), row)
    await _publish(tx, by, row, events.PublicationCheckAsked)
    check_id: UUID = row["id"]
    return check_id


async def confirm(tx: Tx, by: By, check_id: UUID, *, reason: str | None) -> None:
    """It may be published as it is; where something was found, why that may stay."""
    row = await _begin(tx, by, check_id, Do.CONFIRM)
    must_say_why(len(row.findings), reason)
    await _finish(tx, by, row, Do.CONFIRM, reason, events.PublicationCheckConfirmed)


async def send_back(tx: Tx, by: By, check_id: UUID, *, reason: str) -> None:
    """Its authors are to write it again."""
    row = await _begin(tx, by, check_id, Do.SEND_BACK)
    await _finish(tx, by, row, Do.SEND_BACK, reason, events.PublicationCheckSentBack)


async def publish(tx: Tx, by: By, review_id: UUID) -> None:
    """Publish the report, where a second person has read this very text, nothing holds it and the Panel has had its days."""
    held = await holds.live(tx, review_id)
    checked = await queries.is_confirmed(tx, review_id, await reviews.hash_now(tx, review_id))
    await review_commands.publish(tx, by, review_id, held=held, checked=checked)


async def _begin(tx: Tx, by: By, check_id: UUID, do: Do) -> Row[Any]:
    row = await queries.as_read(tx, by, check_id)
    step(Status(row.status), do)
    must_be_second(by.subject, await reviews.authors(tx, row.practice_review_id), row.asked_by)
    must_be_the_same(row.text_hash, await reviews.hash_now(tx, row.practice_review_id))
    return row


async def _finish(
    tx: Tx, by: By, row: Row[Any], do: Do, reason: str | None, event: type[events.PublicationCheckEvent]
) -> None:
    values = {
        "status": step(Status(row.status), do),
        "version": row.version + 1,
        "read_at": tx.now,
        "read_by": by.subject,
        "read_agency_id": by.agency_id,
        "reason": reason,
    }
    await tx.execute(update(PublicationCheck).where(PublicationCheck.id == row.id).values(**values))
    await _publish(tx, by, row._asdict() | values, event)


async def _publish(tx: Tx, by: By, row: Mapping[str, Any], event: type[events.PublicationCheckEvent]) -> None:
    review_id = str(row["practice_review_id"])
    facts = {
        "subject": str(row["id"]),
        "practice_review_id": review_id,
        "text_hash": row["text_hash"],
        "findings": len(row["findings"]),
        "agency_id": by.agency_id,
        "at": tx.now,
    }
    await emit(tx, event(**facts), causes=[Cause("reviews.practice_review", review_id)])
