"""Puts a report before the three partners, and follows what they decide."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.reviews.joint_decisions.commands import ASKING
from services.reviews.practice_reviews import commands as review_commands
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import NOUN
from services.reviews.practice_reviews.domain import Do, Status
from shared.acting import By
from shared.db import Tx
from shared.events import Cause
from shared.joint_decisions.commands import Question
from shared.joint_decisions.domain import Status as DecisionStatus

KIND = "practice_review_sign_off"
SIGN_OFF = Do.SIGN_OFF.value


async def submit(tx: Tx, by: By, review_id: UUID) -> None:
    """Ask the three to sign the report off as it stands; their votes are cast on the joint decision."""
    parties = [party.agency_id for party in await reviews.parties(tx, review_id)]
    text = f"Is the report signed off? Its text is {await reviews.hash_now(tx, review_id)}."
    asked = Question(kind=KIND, text=text, subject=Cause(NOUN, str(review_id)), concerned=parties)
    review = await reviews.as_read(tx, by, review_id)
    await review_commands.submit(tx, by, review, await ASKING.open(tx, by, asked))


async def decided(tx: Tx, by: By, decision: Mapping[str, Any], reasons: str) -> None:
    """Follow what the three have decided: signed off, to be published or not; in any other case it goes back with their reasons."""
    review = await reviews.for_update(tx, by, UUID(decision["subject_id"]))
    if review.status != Status.AWAITING_SIGN_OFF:
        return
    reached = decision["status"] == DecisionStatus.REACHED
    await review_commands.settle(tx, by, review, Do(decision["choice"]) if reached else Do.SEND_BACK, reasons=reasons)
