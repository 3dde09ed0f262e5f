"""Takes the answer that a link brings."""

from collections.abc import Mapping
from uuid import UUID

from services.training.evaluations import commands as evaluations
from services.training.evaluations import queries
from shared.db import Tx


async def use(tx: Tx, evaluation_id: UUID, answers: Mapping[str, int], text: str | None) -> None:
    """Answer by a link, once. AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn; Invalid."""
    row = await queries.lock(tx, evaluation_id, as_read=False)
    await evaluations.take(tx, row, answers, text)
