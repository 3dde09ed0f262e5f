"""Takes the answer that a link brings."""

from uuid import UUID

from services.training.evaluations import commands as evaluations
from services.training.evaluations import queries
from services.training.evaluations.domain import Said
from shared.acting import BY_LINK
from shared.db import Tx


async def use(tx: Tx, evaluation_id: UUID, said: Said) -> None:
    """Answer by a link, once. AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn; Invalid."""
    row = await queries.lock(tx, evaluation_id, as_read=False)
    await evaluations.take(tx, row, said, BY_LINK.subject)
