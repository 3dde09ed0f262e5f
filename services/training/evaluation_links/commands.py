"""Notes how far each letter has come, and takes the answer that a link brings."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from services.training.evaluation_links.domain import next_attempt
from services.training.evaluations import commands as evaluations
from services.training.evaluations import queries
from services.training.evaluations.models import Evaluation
from shared.db import Tx

BATCH = 20
LEASE = timedelta(minutes=5)


async def use(tx: Tx, evaluation_id: UUID, answers: Mapping[str, int], text: str | None) -> None:
    """Answer by a link, once. AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn; Invalid."""
    row = await queries.lock(tx, evaluation_id, as_read=False)
    await evaluations.take(tx, row, answers, text)


async def take(tx: Tx) -> Sequence[Row[Any]]:
    """Some letters that are due to leave, leased so that nobody else sends them at the same time."""
    due = select(Evaluation.id).where(Evaluation.attempt_at <= tx.wall).order_by(Evaluation.attempt_at, Evaluation.id)
    ids = [row.id for row in await tx.rows(due.limit(BATCH).with_for_update(skip_locked=True))]
    if not ids:
        return []
    leased = {"attempts": Evaluation.attempts + 1, "attempt_at": tx.wall + LEASE}
    await tx.execute(update(Evaluation).where(Evaluation.id.in_(ids)).values(**leased))
    return await tx.rows(queries.WHOLE.where(Evaluation.id.in_(ids)))


async def sent(tx: Tx, row: Row[Any]) -> None:
    """The mail server has it."""
    await _note(tx, row, sent_at=tx.wall, attempt_at=None, failure=None)


async def not_sent(tx: Tx, row: Row[Any], reason: str, *, final: bool) -> None:
    """It has not left: it is tried again later, or has failed for good, and is shown so."""
    again = None if final else next_attempt(row.queued_at, row.attempts, tx.wall)
    await _note(tx, row, attempt_at=again, failure=reason)


async def settle(tx: Tx) -> None:
    """Count all that wait as sent: those of a history that is made up went to nobody."""
    waiting = update(Evaluation).where(Evaluation.attempt_at.is_not(None))
    await tx.execute(waiting.values(attempt_at=None, sent_at=tx.wall))


async def _note(tx: Tx, row: Row[Any], **facts: Any) -> None:
    """Of this very letter: a reminder may have taken its place."""
    mine = Evaluation.id == row.id, Evaluation.queued_at == row.queued_at, Evaluation.attempt_at.is_not(None)
    await tx.execute(update(Evaluation).where(*mine).values(**facts))
