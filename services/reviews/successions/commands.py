"""Hands what was an ended agency's to its successor."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from services.reviews.briefings.models import BriefingRecipient
from services.reviews.holds.models import Hold
from services.reviews.holds.queries import LIVE
from services.reviews.incidents import commands as incidents
from services.reviews.national_reviews.models import NationalReviewAnswer
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.practice_reviews.queries import RUNS
from services.reviews.recommendations import commands as recommendations
from services.reviews.scoping import commands as scoping
from shared.db import Tx


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> None:
    """Hand on its incidents, recommendations and returns; its part in running reviews; and what it has not answered yet."""
    if not successor_ids:
        return
    await incidents.succeed(tx, agency_id, successor_ids)
    await recommendations.succeed(tx, agency_id, successor_ids)
    await scoping.succeed(tx, agency_id, successor_ids)
    first = successor_ids[0]
    running = ReviewParty.practice_review_id.in_(select(PracticeReview.id).where(RUNS))
    await _hand_on(tx, ReviewParty, ReviewParty.practice_review_id, agency_id, first, running)
    unsaid = BriefingRecipient.acknowledged_at.is_(None)
    await _hand_on(tx, BriefingRecipient, BriefingRecipient.briefing_id, agency_id, first, unsaid)
    unanswered = NationalReviewAnswer.answered_at.is_(None)
    await _hand_on(tx, NationalReviewAnswer, NationalReviewAnswer.national_review_id, agency_id, first, unanswered)
    await tx.execute(update(Hold).where(Hold.agency_id == agency_id, LIVE).values(agency_id=first))


async def _hand_on(tx: Tx, table: Any, of: Any, agency_id: str, successor_id: str, *clauses: Any) -> None:
    """Make its rows its successor's, one for each record that they are `of`; where the successor has its own, that one stands."""
    mine, taken = (table.agency_id == agency_id, *clauses), select(of).where(table.agency_id == successor_id)
    await tx.execute(update(table).where(*mine, of.not_in(taken)).values(agency_id=successor_id))
    await tx.execute(delete(table).where(*mine))
