"""Puts a report before the three partners, and follows what they decide."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.reviews.joint_decisions.commands import ASKING, overtaken
from services.reviews.practice_reviews import commands as review_commands
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import NOUN
from services.reviews.practice_reviews.domain import Do, Status
from services.reviews.sign_offs.domain import must_not_be_author
from shared.acting import By
from shared.db import Tx
from shared.events import Cause
from shared.joint_decisions.commands import Question
from shared.joint_decisions.domain import Status as DecisionStatus

KIND = "practice_review_sign_off"
SIGN_OFF = Do.SIGN_OFF.value


async def submit(tx: Tx, by: By, review_id: UUID, *, despite: str | None = None) -> None:
    """Ask the three to sign the report off as it stands; their votes are cast on the joint decision."""
    parties = [party.agency_id for party in await reviews.parties(tx, review_id)]
    text = f"Is the report signed off? Its text is {await reviews.hash_now(tx, review_id)}."
    if despite:
        text = f"{text} An agency finds facts in it wrong. {despite}"
    asked = Question(kind=KIND, text=text, subject=Cause(NOUN, str(review_id)), concerned=parties)
    review = await reviews.as_read(tx, by, review_id)
    await review_commands.submit(tx, by, review, await ASKING.open(tx, by, asked), despite=despite)


async def revise(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """Give the report back to its authors; what the three are asked about it they are asked no more."""
    seen = await reviews.get(tx, by.principal, by.reach, review_id) if by.principal else None
    if seen and seen.status == Status.AWAITING_SIGN_OFF:
        await overtaken(tx, by, seen.decision_id, reason)
    await review_commands.revise(tx, by, review_id, reason=reason)


async def must_be_another(tx: Tx, decision: Row[Any], subject: str) -> None:
    """OwnReport where she would vote who has written in the report."""
    if decision.kind == KIND:
        must_not_be_author(subject, await reviews.authors(tx, UUID(decision.subject_id)))


async def decided(tx: Tx, by: By, decision: Mapping[str, Any], reasons: str) -> None:
    """Follow what the three have decided: signed off, to be published or not; in any other case it goes back with their reasons."""
    review = await reviews.for_update(tx, by, UUID(decision["subject_id"]))
    if review.status != Status.AWAITING_SIGN_OFF:
        return
    reached = decision["status"] == DecisionStatus.REACHED
    await review_commands.settle(tx, by, review, Do(decision["choice"]) if reached else Do.SEND_BACK, reasons=reasons)
